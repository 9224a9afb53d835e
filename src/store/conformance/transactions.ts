import assert from "node:assert/strict"
import { before, describe, test } from "node:test"
import { setTimeout as sleep } from "node:timers/promises"
import { isStoreError } from "../errors.ts"
import type { Reading, Store, Writing } from "../store.ts"
import type { Engine } from "./engine.ts"
import { INSERT, openThings, putThing, sizeOf } from "./things.ts"

const increment = async (tx: Writing, name: string): Promise<number> => {
  const row = await tx.get<{ size: number }>("SELECT size FROM things WHERE owner = 'o' AND name = $1", name)
  await tx.run("UPDATE things SET size = $1 WHERE owner = 'o' AND name = $2", row!.size + 1, name)
  return row!.size + 1
}

export function transactionCases(engine: Engine): void {
  describe("transactions", () => {
    let store: Store
    before(async () => {
      store = await openThings(engine)
    })

    test("run tells how many rows it changed", async () => {
      await putThing(store, "count 1", 1)
      await putThing(store, "count 2", 1)
      const changes = await store.transact(async (tx) => [
        await tx.run("UPDATE things SET size = 2 WHERE name LIKE 'count %'"),
        await tx.run("UPDATE things SET size = 3 WHERE name = 'count 0'"),
        await tx.run("INSERT INTO things (owner, name) VALUES ('o', 'count 1') ON CONFLICT DO NOTHING"),
        await tx.run("DELETE FROM things WHERE name = 'count 2'"),
      ])
      assert.deepEqual(changes, [2, 0, 0, 1])
    })

    test("a transaction sees what it wrote, and others only once it is committed", async () => {
      await store.transact(async (tx) => {
        await tx.run(INSERT, "o", "own", 7, null, null)
        assert.equal((await tx.get<{ size: number }>("SELECT size FROM things WHERE name = 'own'"))?.size, 7)
      })
      assert.equal(await sizeOf(store, "own"), 7)
    })

    test("a throw rolls back and passes on", async () => {
      await putThing(store, "thrown", 1)
      const error = new Error("on purpose")
      const failing = store.transact(async (tx) => {
        await increment(tx, "thrown")
        await tx.run(INSERT, "o", "never", 1, null, null)
        throw error
      })
      await assert.rejects(failing, (thrown) => thrown === error)
      assert.equal(await sizeOf(store, "thrown"), 1)
      assert.equal(await sizeOf(store, "never"), undefined)
    })

    test("what is to happen after the commit happens then, once, and never where there is none", async () => {
      await putThing(store, "committed", 0)
      const seen: (number | undefined)[] = []
      const happen: Promise<void>[] = []
      const after = (tx: Writing) =>
        tx.afterCommit(() => happen.push(sizeOf(store, "committed").then((size) => void seen.push(size))))
      await Promise.all(
        Array.from({ length: 8 }, () =>
          store.transact(async (tx) => {
            after(tx)
            await increment(tx, "committed")
          }),
        ),
      )
      const failing = store.transact(async (tx) => {
        after(tx)
        throw new Error("on purpose")
      })
      await assert.rejects(failing)
      await Promise.all(happen)
      assert.equal(seen.length, 8)
      assert.ok(!seen.includes(0), "before the commit")
    })

    test("works that fail among others take nothing with them", async () => {
      await putThing(store, "group", 0)
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, i) =>
          store.transact(async (tx) => {
            await tx.run(INSERT, "group", `${i}`, i, null, null)
            if (i % 4 === 0) throw new Error(`${i}`)
            if (i % 4 === 1) await tx.run(INSERT, "group", `${i}`, i, null, null)
            if (i % 4 === 2) await increment(tx, "group")
          }),
        ),
      )
      outcomes.forEach((outcome, i) => {
        assert.equal(outcome.status, i % 4 < 2 ? "rejected" : "fulfilled")
        if (outcome.status === "fulfilled") return
        if (i % 4 === 0) assert.equal(outcome.reason.message, `${i}`)
        else assert(isStoreError(outcome.reason, "unique"))
      })
      const rows = await store.read((tx) => tx.all<{ size: number }>("SELECT size FROM things WHERE owner = 'group'"))
      assert.deepEqual(
        rows.map((row) => row.size).sort((a, b) => a - b),
        [...Array(40).keys()].filter((i) => i % 4 >= 2),
      )
      assert.equal(await sizeOf(store, "group"), 10)
    })

    test("a statement that failed ends the transaction even where its error is caught", async () => {
      await putThing(store, "twice", 1)
      const failing = store.transact(async (tx) => {
        await tx.run(INSERT, "o", "before", 1, null, null)
        await tx.run(INSERT, "o", "twice", 1, null, null).catch(() => {})
        await tx.run(INSERT, "o", "after", 1, null, null).catch(() => {})
      })
      await assert.rejects(failing, (error) => isStoreError(error, "unique"))
      assert.equal(await sizeOf(store, "before"), undefined)
      assert.equal(await sizeOf(store, "after"), undefined)
    })

    test("bad SQL is a misuse", async () => {
      for (const sql of ["SELEC 1", "SELECT nothing FROM things", "DELETE FROM nowhere"]) {
        await assert.rejects(
          store.transact((tx) => tx.run(sql)),
          (error) => isStoreError(error, "misuse"),
        )
      }
    })

    test("NULL where there may be none is a constraint", async () => {
      const writing = store.transact((tx) => tx.run(INSERT, "o", null, 1, null, null))
      await assert.rejects(writing, (error) => isStoreError(error, "constraint"))
    })

    test("concurrent writers count every one", async () => {
      await putThing(store, "counter", 0)
      const seen = await Promise.all(
        Array.from({ length: 100 }, () => store.transact((tx) => increment(tx, "counter"))),
      )
      assert.equal(await sizeOf(store, "counter"), 100)
      assert.equal(new Set(seen).size, 100)
    })

    test("two transactions do not both act on what the other makes untrue (write skew)", async () => {
      for (let round = 0; round < 10; round++) {
        const names = [`doctor a ${round}`, `doctor b ${round}`]
        for (const name of names) await putThing(store, name, 1)
        // Each goes off duty if the other one stays.
        await Promise.all(
          names.map((name) =>
            store.transact(async (tx) => {
              const pattern = `doctor _ ${round}`
              const sql = "SELECT count(*) AS count FROM things WHERE name LIKE $1 AND size = 1"
              const onDuty = await tx.get<{ count: number }>(sql, pattern)
              if (onDuty!.count > 1) await tx.run("UPDATE things SET size = 0 WHERE name = $1", name)
            }),
          ),
        )
        const sizes = await Promise.all(names.map((name) => sizeOf(store, name)))
        assert.deepEqual(sizes.sort(), [0, 1])
      }
    })

    test("a read sees one state from its first statement to its last", async () => {
      await putThing(store, "left", 0)
      await putThing(store, "right", 0)
      const move = (size: number) =>
        store.transact(async (tx) => {
          await tx.run("UPDATE things SET size = $1 WHERE name = 'left'", size)
          await tx.run("UPDATE things SET size = $1 WHERE name = 'right'", size)
        })
      const look = () =>
        store.read(async (tx) => {
          const size = async (name: string) =>
            (await tx.get<{ size: number }>("SELECT size FROM things WHERE name = $1", name))?.size
          const sizes = [await size("left")]
          // Long enough for a writer to commit in between, where the engine lets it.
          await new Promise((resolve) => setImmediate(resolve))
          sizes.push(await size("right"), await size("left"))
          return sizes
        })
      const looks: Promise<(number | undefined)[]>[] = []
      const moves: Promise<void>[] = []
      for (let i = 1; i <= 30; i++) {
        moves.push(move(i))
        looks.push(look())
        await new Promise((resolve) => setImmediate(resolve))
        looks.push(look())
      }
      for (const sizes of await Promise.all(looks)) assert.equal(new Set(sizes).size, 1, `${sizes}`)
      await Promise.all(moves)
      await move(99)
      assert.deepEqual(await look(), [99, 99, 99])
    })

    test("a read after a write sees it, whatever other reads are under way", async () => {
      await putThing(store, "fresh", 0)
      for (let i = 1; i <= 20; i++) {
        const older = store.read(async (tx) => {
          await tx.get("SELECT size FROM things WHERE name = 'fresh'")
          await new Promise((resolve) => setImmediate(resolve))
        })
        await putThing(store, "fresh", i)
        assert.equal(await sizeOf(store, "fresh"), i)
        await older
      }
    })

    test("read does not write", async () => {
      await putThing(store, "kept", 1)
      for (const sql of ["DELETE FROM things", "WITH gone AS (SELECT 1) DELETE FROM things", "DROP TABLE things"]) {
        await assert.rejects(
          store.read((tx) => tx.all(sql)),
          (error) => isStoreError(error, "misuse"),
          sql,
        )
      }
      assert.equal(await sizeOf(store, "kept"), 1)
    })

    test("a read inside a transaction or a read joins it", async () => {
      await putThing(store, "joined", 1)
      await store.transact(async (tx) => {
        await increment(tx, "joined")
        assert.equal(await sizeOf(store, "joined"), 2)
      })
      assert.equal(await store.read(() => sizeOf(store, "joined")), 2)
    })

    test("many reads that read again do not wait for each other", async () => {
      await putThing(store, "many", 1)
      const sizes = await Promise.all(Array.from({ length: 100 }, () => store.read(() => sizeOf(store, "many"))))
      assert.deepEqual(new Set(sizes), new Set([1]))
    })

    test("transact inside of either is refused", async () => {
      const inner = () => store.transact(async () => {})
      await assert.rejects(store.transact(inner), (error) => isStoreError(error, "misuse"))
      await assert.rejects(store.read(inner), (error) => isStoreError(error, "misuse"))
      await inner()
    })

    test("a tx is of no use after its work", async () => {
      let reading: Reading | undefined
      let writing: Writing | undefined
      await store.read(async (tx) => {
        reading = tx
      })
      await store.transact(async (tx) => {
        writing = tx
      })
      const late = [
        () => reading!.get("SELECT 1 AS one"),
        () => writing!.run("DELETE FROM things"),
        () => writing!.changed("kind", "key"),
      ]
      for (const use of late) await assert.rejects(use, (error) => isStoreError(error, "misuse"))
    })

    test("a work that waits for something else is given up, and the others go on", async () => {
      const hasty = await openThings(engine, { workLimitMilliseconds: 1_000 })
      await putThing(hasty, "waiting", 1)
      let release = () => {}
      const forever = new Promise<void>((resolve) => {
        release = resolve
      })
      const stuck = hasty.transact(async (tx) => {
        await increment(tx, "waiting")
        await forever
        await increment(tx, "waiting")
      })
      const next = sleep(10).then(() => putThing(hasty, "next", 5))
      await assert.rejects(stuck, (error) => isStoreError(error, "misuse"))
      await next
      release()
      assert.equal(await sizeOf(hasty, "waiting"), 1)
      assert.equal(await sizeOf(hasty, "next"), 5)
    })

    test("a work that throws before it returns a promise fails alone", async () => {
      const failing = store.transact(() => {
        throw new Error("at once")
      })
      await assert.rejects(failing, { message: "at once" })
      await putThing(store, "after a throw", 1)
    })

    test("closing waits for what was asked for and refuses what comes later", async () => {
      const closing = await openThings(engine)
      const writing = Array.from({ length: 60 }, (_, i) => putThing(closing, `last ${i}`, 1))
      await sleep(0)
      await Promise.all([...writing, closing.close(), closing.close()])
      await assert.rejects(putThing(closing, "later", 1), (error) => isStoreError(error, "unavailable"))
      await assert.rejects(sizeOf(closing, "last 1"), (error) => isStoreError(error, "unavailable"))
    })
  })
}
