import assert from "node:assert/strict"
import { test } from "node:test"
import { again, done } from "../job.ts"
import { DAY, deferred, type Worlds } from "./world.ts"

/** Throws, clocks that are set back, nodes that stop, crowds. */
export function failureCases(worlds: () => Worlds): void {
  const world = () => worlds().world()

  test("what throws is tried again after pauses that grow, and given up in the end; it can be tried anew", async () => {
    const { work, faults, start, enqueue, advance } = await world()
    const attempts: number[] = []
    let isMended = false
    await start(
      ({ attempt }) => {
        attempts.push(attempt)
        if (isMended) return done
        throw new Error(`failure ${attempt}`)
      },
      { attempts: 3 },
    )
    await enqueue("one", { a: 1 })
    await work.idle()
    assert.deepEqual(attempts, [1])
    await advance(1_000)
    assert.deepEqual(attempts, [1, 2])
    await advance(1_000)
    assert.deepEqual(attempts, [1, 2], "the second pause is longer")
    await advance(1_000)
    assert.deepEqual(attempts, [1, 2, 3])
    await advance(DAY)
    assert.deepEqual(attempts, [1, 2, 3])
    const [givenUp, ...others] = (await work.describe()).givenUp
    assert.deepEqual(others, [])
    const { givenUpAt: _, ...rest } = givenUp!
    assert.deepEqual(rest, { kind: "test", key: "one", body: { a: 1 }, attempts: 3, reason: "failure 3" })
    assert.equal(faults.length, 3)
    isMended = true
    assert.equal(await work.retry(), 1)
    await work.idle()
    assert.deepEqual(attempts, [1, 2, 3, 1])
    assert.deepEqual((await work.describe()).givenUp, [])
  })

  test("what is asked for again while a job fails is tried when that is given up", async () => {
    const { work, start, enqueue, advance } = await world()
    const ran: unknown[] = []
    const begun = deferred()
    const asked = deferred()
    await start(
      async ({ body }) => {
        ran.push(body)
        begun.resolve()
        await asked.promise
        if (body === "bad") throw new Error("bad")
        return done
      },
      { attempts: 1 },
    )
    await enqueue("one", "bad")
    await begun.promise
    await enqueue("one", "good")
    asked.resolve()
    await work.idle()
    await advance(DAY)
    assert.deepEqual(ran, ["bad", "good"])
    assert.deepEqual(
      (await work.describe()).givenUp.map(({ body }) => body),
      ["bad"],
    )
  })

  test("a piece that is done ends the count of attempts", async () => {
    const { work, start, enqueue, advance } = await world()
    let pieces = 0
    await start(
      () => {
        pieces++
        if (pieces % 2 === 1) throw new Error("every other time")
        return pieces < 10 ? again() : done
      },
      { attempts: 2 },
    )
    await enqueue("one")
    await work.idle()
    for (let i = 0; i < 5; i++) await advance(10_000)
    assert.equal(pieces, 10)
    assert.deepEqual((await work.describe()).givenUp, [])
  })

  test("what recurs does so by the clock, is never given up, and survives a clock that is set back", async () => {
    const { start, advance } = await world()
    let runs = 0
    await start(
      () => {
        runs++
        if (runs === 2) throw new Error("once")
        return done
      },
      { everyMilliseconds: 60_000, attempts: 1 },
    )
    assert.equal(runs, 0)
    await advance(60_000)
    assert.equal(runs, 1)
    await advance(30_000)
    assert.equal(runs, 1)
    await advance(30_000)
    assert.equal(runs, 2)
    await advance(10_000)
    assert.equal(runs, 3)
    await advance(365 * DAY)
    assert.equal(runs, 4)
    await advance(-365 * DAY)
    await advance(60_000)
    assert.equal(runs, 5)
  })

  test("what a node that stops had begun goes on with the next one", async () => {
    const first = await world()
    const begun = deferred()
    await first.start(async ({ body, signal }) => {
      if (body === 3) {
        begun.resolve()
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))))
      }
      return again((body as number) + 1)
    })
    await first.enqueue("one", 0)
    await begun.promise
    await first.work.stop()
    assert.deepEqual(first.faults, [])
    const second = worlds().another(first.clock)
    const ran: unknown[] = []
    await second.start(({ body, attempt }) => {
      ran.push([body, attempt])
      return done
    })
    await second.work.idle()
    assert.deepEqual(ran, [[3, 1]])
  })

  test("many jobs of one kind do not keep another kind waiting", async () => {
    const { work, enqueue } = await world()
    const free = deferred()
    const other = deferred()
    await work.start(
      {
        test: { run: async () => free.promise.then(() => done) },
        other: {
          run: async () => {
            other.resolve()
            return done
          },
        },
      },
      {},
    )
    for (let i = 0; i < 100; i++) await enqueue(`${i}`)
    await worlds().store.transact((tx) => work.enqueue(tx, { kind: "other", key: "one" }))
    await other.promise
    free.resolve()
    await work.idle()
  })

  test("jobs that nobody here knows stay where they are", async () => {
    const { work, start, enqueue } = await world()
    const ran: string[] = []
    await start(({ key }) => {
      ran.push(key)
      return done
    })
    await worlds().store.transact(async (tx) => {
      for (let i = 0; i < 100; i++) await work.enqueue(tx, { kind: "unknown", key: `${i}` })
    })
    await enqueue("known")
    await work.idle()
    assert.deepEqual(ran, ["known"])
    const kept = await worlds().store.read((tx) => tx.get<{ n: number }>("SELECT COUNT(*) AS n FROM work_jobs"))
    assert.equal(kept!.n, 100)
  })
}
