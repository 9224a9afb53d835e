import { after, describe } from "node:test"
import { bodyCases } from "./conformance/bodies.ts"
import { keepingCases } from "./conformance/keeping.ts"
import { nodeCases } from "./conformance/nodes.ts"
import type { Engine, World } from "./conformance/world.ts"

/** What every engine must do. Run by the tests of each. */
export function conformance(name: string, engine: Engine): void {
  describe(`${name} conforms`, () => {
    const worlds: World[] = []
    const tracked = {
      ...engine,
      async createWorld() {
        const world = await engine.createWorld()
        worlds.push(world)
        return world
      },
    }
    after(async () => {
      for (const world of worlds) await world.remove()
    })
    bodyCases(tracked)
    keepingCases(tracked)
    if (engine.isShared) nodeCases(tracked)
  })
}
