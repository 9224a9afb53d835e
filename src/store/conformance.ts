import { after, describe } from "node:test"
import { cacheCases } from "./conformance/caches.ts"
import { schemaCases } from "./conformance/schema.ts"
import { transactionCases } from "./conformance/transactions.ts"
import { valueCases } from "./conformance/values.ts"
import type { Migration, Store } from "./store.ts"

/** Somewhere that a store can be opened, closed and opened again. */
export interface Place {
  open(migrations: readonly Migration[], options?: { workLimitMilliseconds?: number }): Promise<Store>
  remove(): Promise<void>
}

export interface Engine {
  createPlace(): Promise<Place>
  /** Whether a place keeps what was written when its store is closed. */
  isKept: boolean
  /** Whether several stores can be open at the same place at the same time. */
  isShared: boolean
}

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

export const THINGS: Migration = {
  name: "things-1-create",
  sql: `-- A comment; and TEXT in it
CREATE TABLE things (
  owner TEXT NOT NULL,
  name TEXT NOT NULL, -- compared bytewise
  size BIGINT,
  content BYTES,
  body TEXT,
  PRIMARY KEY (owner, name)
);
CREATE INDEX things_by_size ON things (size, name);
`,
}

export async function openThings(engine: Engine, options?: { workLimitMilliseconds?: number }): Promise<Store> {
  return (await engine.createPlace()).open([THINGS], options)
}

export const INSERT = "INSERT INTO things (owner, name, size, content, body) VALUES ($1, $2, $3, $4, $5)"

export const sizeOf = async (store: Store, name: string): Promise<number | undefined> =>
  (await store.read((tx) => tx.get<{ size: number }>("SELECT size FROM things WHERE name = $1", name)))?.size

export const putThing = (store: Store, name: string, size: number): Promise<number> =>
  store.transact((tx) =>
    tx.run(
      "INSERT INTO things (owner, name, size) VALUES ('o', $1, $2) ON CONFLICT (owner, name) DO UPDATE SET size = excluded.size",
      name,
      size,
    ),
  )
