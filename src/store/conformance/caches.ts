import assert from "node:assert/strict"
import { beforeEach, describe, test } from "node:test"
import { setTimeout as sleep } from "node:timers/promises"
import type { Cache, Store } from "../store.ts"
import type { Engine } from "./engine.ts"
import { openThings, putThing, THINGS } from "./things.ts"

interface Thing {
  size: number
}

/** Counts its loads. `pause` holds them back between what they read and what they return. */
function cacheOf(store: Store, kind = "thing") {
  const state = { loads: 0, pause: undefined as Promise<void> | undefined }
  const cache: Cache<Thing> = store.cache(kind, async (tx, name) => {
    state.loads++
    const row = await tx.get<Thing>("SELECT size FROM things WHERE owner = 'o' AND name = $1", name)
    await state.pause
    return row && { size: row.size }
  })
  return { cache, state }
}

const change = (store: Store, name: string, size: number, kind = "thing", key = name) =>
  store.transact(async (tx) => {
    await tx.run("UPDATE things SET size = $1 WHERE owner = 'o' AND name = $2", size, name)
    await tx.changed(kind, key)
  })

export function cacheCases(engine: Engine): void {
  describe("caches", () => {
    let store: Store
    beforeEach(async () => {
      store = await openThings(engine)
      await putThing(store, "a", 1)
      await putThing(store, "b", 1)
    })

    test("what is there is found at once, and so is absence", async () => {
      const { cache, state } = cacheOf(store)
      for (const [key, found] of [["a", { size: 1 }] as const, ["nowhere", undefined] as const]) {
        assert(cache.find(key) instanceof Promise)
        assert.deepEqual(await cache.find(key), found)
        await sleep(0)
        assert.deepEqual(cache.find(key), found)
      }
      assert.equal(state.loads, 2)
    })

    for (const key of ["__proto__", "constructor", "", "*"]) {
      test(`the key ${JSON.stringify(key)} is one like any other`, async () => {
        const { cache } = cacheOf(store)
        assert.equal(await cache.find(key), undefined)
        await putThing(store, key, 4)
        await store.transact((tx) => tx.changed("thing", key))
        assert.deepEqual(await cache.find(key), { size: 4 })
      })
    }

    test("those who ask at once share one load", async () => {
      const { cache, state } = cacheOf(store)
      const found = await Promise.all([cache.find("a"), cache.find("a"), cache.find("a")])
      assert.deepEqual(found, [{ size: 1 }, { size: 1 }, { size: 1 }])
      assert.equal(state.loads, 1)
    })

    test("a load that fails fails for all who wait, and is tried again by the next", async () => {
      let isBroken = true
      const cache = store.cache("thing", async () => {
        if (isBroken) throw new Error("broken")
        return 5
      })
      const outcomes = await Promise.allSettled([cache.find("a"), cache.find("a")])
      assert.deepEqual(
        outcomes.map((outcome) => outcome.status),
        ["rejected", "rejected"],
      )
      isBroken = false
      assert.equal(await cache.find("a"), 5)
    })

    test("a change is seen as soon as its transaction resolves, by its kind and key alone", async () => {
      const { cache } = cacheOf(store)
      const other = cacheOf(store, "other")
      for (const key of ["a", "b"]) await cache.find(key)
      await other.cache.find("a")
      await change(store, "a", 2)
      await change(store, "b", 2, "else")
      assert.deepEqual(await cache.find("a"), { size: 2 })
      assert.deepEqual(cache.find("b"), { size: 1 })
      assert.deepEqual(other.cache.find("a"), { size: 1 })
    })

    for (const [kind, key] of [
      ["thing", "*"],
      ["*", "*"],
      ["*", "a"],
    ] as const) {
      test(`a change of the kind ${kind} and the key ${key}`, async () => {
        const { cache } = cacheOf(store)
        const other = cacheOf(store, "other")
        for (const name of ["a", "b"]) {
          await putThing(store, name, 1)
          await cache.find(name)
          await other.cache.find(name)
          await putThing(store, name, 2)
        }
        await store.transact((tx) => tx.changed(kind, key))
        assert.deepEqual(await cache.find("a"), { size: 2 })
        assert.deepEqual(await cache.find("b"), { size: key === "*" ? 2 : 1 })
        assert.deepEqual(await other.cache.find("a"), { size: kind === "*" ? 2 : 1 })
      })
    }

    test("a change that is rolled back evicts nothing", async () => {
      const { cache, state } = cacheOf(store)
      await cache.find("a")
      const failing = store.transact(async (tx) => {
        await tx.run("UPDATE things SET size = 9 WHERE name = 'a'")
        await tx.changed("thing", "a")
        throw new Error("on purpose")
      })
      await assert.rejects(failing)
      assert.deepEqual(cache.find("a"), { size: 1 })
      assert.equal(state.loads, 1)
    })

    // Where reads and writers take turns, a load cannot be overtaken: the change waits for it.
    test("what a load found before a change is not kept after it", async () => {
      const { cache, state } = cacheOf(store)
      let go = () => {}
      state.pause = new Promise((resolve) => {
        go = resolve
      })
      const overtaken = cache.find("a")
      while (state.loads === 0) await sleep(1)
      const changing = change(store, "a", 2)
      await Promise.race([changing, sleep(50)])
      go()
      await changing
      await overtaken
      assert.deepEqual(await cache.find("a"), { size: 2 })
      await sleep(0)
      assert.deepEqual(cache.find("a"), { size: 2 })
    })

    test("what a load finds in a snapshot from before a change is not kept", async () => {
      const { cache } = cacheOf(store)
      let isLooking = false
      let go = () => {}
      const pause = new Promise<void>((resolve) => {
        go = resolve
      })
      const reading = store.read(async (tx) => {
        await tx.get("SELECT size FROM things WHERE name = 'a'")
        isLooking = true
        await pause
        return cache.find("a")
      })
      while (!isLooking) await sleep(1)
      const changing = change(store, "a", 2)
      await Promise.race([changing, sleep(50)])
      go()
      assert.deepEqual(await reading, { size: 1 })
      await changing
      assert.deepEqual(await cache.find("a"), { size: 2 })
    })

    test("finders and changers at once never leave something old behind", async () => {
      const { cache } = cacheOf(store)
      for (let round = 1; round <= 30; round++) {
        const finding = [cache.find("a")]
        const changing = change(store, "a", round + 1)
        for (let i = 0; i < 5; i++) {
          await new Promise((resolve) => setImmediate(resolve))
          finding.push(cache.find("a"))
        }
        await changing
        assert.deepEqual(await cache.find("a"), { size: round + 1 })
        await Promise.all(finding)
        assert.deepEqual(await cache.find("a"), { size: round + 1 })
      }
    })

    test("inside a transaction that wrote, a load sees what it wrote and is not kept", async () => {
      const { cache } = cacheOf(store)
      const failing = store.transact(async (tx) => {
        await tx.run("UPDATE things SET size = 9 WHERE name = 'a'")
        assert.deepEqual(await cache.find("a"), { size: 9 })
        throw new Error("on purpose")
      })
      await assert.rejects(failing, { message: "on purpose" })
      assert.deepEqual(await cache.find("a"), { size: 1 })
    })

    test("inside a transaction that has not written, a load is kept", async () => {
      const { cache, state } = cacheOf(store)
      await store.transact(() => Promise.resolve(cache.find("a")))
      await store.read(() => Promise.resolve(cache.find("b")))
      await cache.find("a")
      await cache.find("b")
      assert.equal(state.loads, 2)
    })

    test("many finders inside transactions do not wait for each other", async () => {
      const { cache } = cacheOf(store)
      const work = () => Promise.resolve(cache.find("a"))
      const found = await Promise.all(
        Array.from({ length: 60 }, (_, i) => (i % 2 ? store.read(work) : store.transact(work))),
      )
      for (const thing of found) assert.deepEqual(thing, { size: 1 })
    })

    if (engine.isShared) {
      test("a change reaches the other nodes", async () => {
        const place = await engine.createPlace()
        const nodes = await Promise.all(Array.from({ length: 3 }, () => place.open([THINGS])))
        await putThing(nodes[0]!, "a", 1)
        const caches = nodes.map((node) => cacheOf(node).cache)
        for (const cache of caches) assert.deepEqual(await cache.find("a"), { size: 1 })
        for (let size = 2; size < 5; size++) {
          await change(nodes[size % 3]!, "a", size)
          for (const cache of caches) while ((await cache.find("a"))?.size !== size) await sleep(10)
        }
      })
    }
  })
}
