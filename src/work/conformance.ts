import { after, before, describe } from "node:test"
import type { Engine, Place } from "../store/conformance/engine.ts"
import { failureCases } from "./conformance/failures.ts"
import { jobCases } from "./conformance/jobs.ts"
import { nodeCases } from "./conformance/nodes.ts"
import { createWorlds, type Worlds } from "./conformance/world.ts"
import { migrations } from "./tables.ts"

/** What work in the background must do on every store. */
export function workConformance(name: string, engine: Engine): void {
  describe(`work on ${name}`, () => {
    let place: Place
    let made: Worlds
    const worlds = () => made
    before(async () => {
      place = await engine.createPlace()
      made = createWorlds(await place.open(migrations))
    })
    after(async () => {
      await made.stop()
      await made.store.close()
      await place.remove()
    })
    jobCases(worlds)
    failureCases(worlds)
    if (engine.isShared) nodeCases(worlds)
  })
}
