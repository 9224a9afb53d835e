import { after, before, describe } from "node:test"
import type { Engine, Place } from "../store/conformance/engine.ts"
import type { Store } from "../store/store.ts"
import { migrations as workMigrations } from "../work/tables.ts"
import { appenderCases } from "./conformance/appending.ts"
import { followingCases } from "./conformance/following.ts"
import { nodeCases } from "./conformance/nodes.ts"
import { readingCases } from "./conformance/reading.ts"
import { removalCases } from "./conformance/removing.ts"
import { sealingCases } from "./conformance/sealing.ts"
import { signalCases } from "./conformance/signals.ts"
import { migrations } from "./tables.ts"

/** What logs must do on every store. */
export function recordsConformance(name: string, engine: Engine): void {
  describe(`logs of records on ${name}`, () => {
    let place: Place
    const stores: Store[] = []
    const open = async () => {
      const store = await place.open([...workMigrations, ...migrations])
      stores.push(store)
      return store
    }
    before(async () => {
      place = await engine.createPlace()
      await open()
    })
    after(async () => {
      for (const store of stores) await store.close()
      await place.remove()
    })
    const store = () => stores[0]!
    readingCases(store)
    removalCases(store)
    appenderCases(store)
    signalCases(store)
    followingCases(store)
    sealingCases(store)
    if (engine.isShared) nodeCases(store, open)
  })
}
