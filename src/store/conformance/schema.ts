import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { isStoreError } from "../errors.ts"
import type { Migration } from "../store.ts"
import type { Engine } from "./engine.ts"
import { openThings, putThing, sizeOf, THINGS } from "./things.ts"

const PARTS: Migration = {
  name: "things-2-parts",
  sql: `CREATE TABLE parts (id TEXT PRIMARY KEY, note TEXT DEFAULT 'a TEXT; of BYTES');
INSERT INTO parts (id) SELECT name FROM things;`,
}
const BROKEN: Migration = {
  name: "things-3-broken",
  sql: "CREATE TABLE half (id TEXT PRIMARY KEY);\nCREATE NONSENSE;\n",
}

export function schemaCases(engine: Engine): void {
  describe("schema", () => {
    test("a migration that fails leaves nothing behind and names itself", async () => {
      const place = await engine.createPlace()
      await assert.rejects(
        place.open([THINGS, BROKEN]),
        (error) => isStoreError(error, "refused") && error.message.includes(BROKEN.name),
      )
      const store = await place.open([THINGS, { ...BROKEN, sql: "CREATE TABLE half (id TEXT PRIMARY KEY)" }])
      assert.equal(await store.read((tx) => tx.get("SELECT id FROM half")), undefined)
    })

    test("two migrations of one name are refused", async () => {
      const place = await engine.createPlace()
      await assert.rejects(place.open([THINGS, THINGS]), (error) => isStoreError(error, "misuse"))
    })

    if (engine.isKept) {
      test("what was written is there when it is opened again", async () => {
        const place = await engine.createPlace()
        for (let i = 1; i <= 3; i++) {
          const store = await place.open([THINGS])
          assert.equal(await sizeOf(store, "kept"), i === 1 ? undefined : i - 1)
          await putThing(store, "kept", i)
          await store.close()
        }
      })

      test("only migrations that are missing are applied", async () => {
        const place = await engine.createPlace()
        const first = await place.open([THINGS])
        await putThing(first, "moved", 1)
        await first.close()
        for (let i = 0; i < 2; i++) {
          const second = await place.open([THINGS, PARTS])
          const rows = await second.read((tx) => tx.all("SELECT id, note FROM parts"))
          assert.deepEqual({ ...rows[0] }, { id: "moved", note: "a TEXT; of BYTES" })
          assert.equal(rows.length, 1)
          await second.close()
        }
      })

      test("a database of a newer release is refused", async () => {
        const place = await engine.createPlace()
        const newer = await place.open([THINGS, PARTS])
        await newer.close()
        await assert.rejects(
          place.open([THINGS]),
          (error) => isStoreError(error, "refused") && /made by a newer Hallpass/.test(error.message),
        )
        await (await place.open([THINGS, PARTS])).close()
      })
    }

    if (engine.isShared) {
      test("many nodes may start on an empty database at once", async () => {
        const place = await engine.createPlace()
        const stores = await Promise.all(Array.from({ length: 6 }, () => place.open([THINGS, PARTS])))
        await putThing(stores[0]!, "shared", 3)
        for (const store of stores) assert.equal(await sizeOf(store, "shared"), 3)
      })

      test("nodes count together", async () => {
        const place = await engine.createPlace()
        const stores = await Promise.all(Array.from({ length: 3 }, () => place.open([THINGS])))
        await putThing(stores[0]!, "counter", 0)
        await Promise.all(
          Array.from({ length: 60 }, (_, i) =>
            stores[i % 3]!.transact(async (tx) => {
              const row = await tx.get<{ size: number }>("SELECT size FROM things WHERE name = 'counter'")
              await tx.run("UPDATE things SET size = $1 WHERE name = 'counter'", row!.size + 1)
            }),
          ),
        )
        assert.equal(await sizeOf(stores[1]!, "counter"), 60)
      })
    } else {
      test("stores at different places know nothing of each other", async () => {
        const [a, b] = [await openThings(engine), await openThings(engine)]
        await putThing(a, "mine", 1)
        assert.equal(await sizeOf(b, "mine"), undefined)
      })
    }
  })
}
