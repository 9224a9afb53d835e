import { after, describe } from "node:test"
import { cacheCases } from "./conformance/caches.ts"
import type { Engine, Place } from "./conformance/engine.ts"
import { schemaCases } from "./conformance/schema.ts"
import { transactionCases } from "./conformance/transactions.ts"
import { valueCases } from "./conformance/values.ts"
import type { Store } from "./store.ts"

/** What every engine must do. Run by the tests of each. */
export function conformance(name: string, engine: Engine): void {
  describe(`${name} conforms`, () => {
    const places: Place[] = []
    const stores: Store[] = []
    const tracked: Engine = {
      ...engine,
      async createPlace() {
        const place = await engine.createPlace()
        places.push(place)
        return {
          ...place,
          async open(migrations, options) {
            const store = await place.open(migrations, options)
            stores.push(store)
            return store
          },
        }
      },
    }
    after(async () => {
      for (const store of stores) await store.close()
      for (const place of places) await place.remove()
    })
    valueCases(tracked)
    transactionCases(tracked)
    schemaCases(tracked)
    cacheCases(tracked)
  })
}
