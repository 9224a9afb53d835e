import assert from "node:assert/strict"
import { test } from "node:test"
import { again, done, later } from "../job.ts"
import { DAY, deferred, type Worlds } from "./world.ts"

/** Which jobs are done, when and how often. */
export function jobCases(worlds: () => Worlds): void {
  const world = () => worlds().world()

  test("a job is there exactly when what it is for is there", async () => {
    const { work, start, enqueue } = await world()
    const ran: string[] = []
    await start(({ key, body }) => {
      ran.push(`${key} ${JSON.stringify(body)}`)
      return done
    })
    const failing = worlds().store.transact(async (tx) => {
      await work.enqueue(tx, { kind: "test", key: "never" })
      throw new Error("on purpose")
    })
    await assert.rejects(failing, { message: "on purpose" })
    await enqueue("first", { a: 1 })
    await enqueue("second")
    await work.idle()
    assert.deepEqual(ran.sort(), ['first {"a":1}', "second null"])
  })

  test("there is one job of a kind and key: the last body, the earliest time", async () => {
    const { work, clock, start, enqueue, advance } = await world()
    const ran: unknown[] = []
    const now = clock.now()
    await start(({ body }) => {
      ran.push(body)
      return done
    })
    await enqueue("one", 1, now + 2 * DAY)
    await enqueue("one", 2, now + DAY)
    await enqueue("one", undefined, now + 3 * DAY)
    await work.idle()
    assert.deepEqual(ran, [])
    await advance(DAY)
    assert.deepEqual(ran, [2])
    await advance(5 * DAY)
    assert.deepEqual(ran, [2])
  })

  test("a job that is hastened begins before its time, and again where it was hastened meanwhile", async () => {
    const { work, clock, start, enqueue } = await world()
    const ran: string[] = []
    const begun = deferred()
    const go = deferred()
    await start(async ({ key }) => {
      ran.push(key)
      begun.resolve()
      await go.promise
      return later(clock.now() + DAY)
    })
    await enqueue("early", undefined, clock.now() + DAY)
    await enqueue("other", undefined, clock.now() + DAY)
    await work.idle()
    assert.deepEqual(ran, [])
    work.hasten({ kind: "test", key: "early" })
    work.hasten({ kind: "test", key: "nowhere" })
    await begun.promise
    work.hasten({ kind: "test", key: "early" })
    work.hasten({ kind: "test", key: "early" })
    go.resolve()
    await work.idle()
    assert.deepEqual(ran, ["early", "early"])
  })

  test("what is hastened while nothing is done begins when work goes on", async () => {
    const { work, clock, start, enqueue } = await world()
    const ran: string[] = []
    await start(({ key }) => {
      ran.push(key)
      return later(clock.now() + DAY)
    })
    await enqueue("one", undefined, clock.now() + DAY)
    await work.pause()
    work.hasten({ kind: "test", key: "one" })
    await work.resume()
    await work.idle()
    assert.deepEqual(ran, ["one"])
  })

  test("what a piece finds done for which it was hastened is not done once more", async () => {
    const { work, clock, start, enqueue } = await world()
    let pieces = 0
    await start(({ key }) => {
      pieces++
      if (pieces > 1) return later(clock.now() + DAY)
      work.hasten({ kind: "test", key })
      return again()
    })
    await enqueue("one")
    await work.idle()
    assert.equal(pieces, 2)
  })

  test("a lane with ever so many jobs does not hold up those of others, which take turns", async () => {
    const { work, start } = await world()
    const ran: string[] = []
    const held: (() => void)[] = []
    let isHolding = true
    const enqueue = (lane: string, from: number, to: number) =>
      worlds().store.transact(async (tx) => {
        for (let at = from; at < to; at++) await work.enqueue(tx, { kind: "test", key: `${lane}-${at}`, lane })
      })
    await enqueue("flood", 0, 300)
    await start(
      async ({ key }) => {
        ran.push(key.split("-")[0]!)
        if (isHolding) await new Promise<void>((go) => held.push(go))
        return done
      },
      { atOnce: 8, inLanes: true },
    )
    const until = async (count: number) => {
      while (ran.length < count) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    // One lane alone has half of the room.
    await until(4)
    await enqueue("one", 0, 1)
    await until(5)
    await enqueue("other", 0, 100)
    await until(7)
    assert.deepEqual(ran.slice(0, 5), ["flood", "flood", "flood", "flood", "one"])
    assert.deepEqual(ran.slice(5), ["other", "other"])
    isHolding = false
    for (const go of held) go()
    await work.idle()
    assert.equal(ran.length, 401)
    // Both are long, and the one is done before the other has had much more than as many turns.
    const lastOther = ran.lastIndexOf("other")
    assert.ok(ran.slice(0, lastOther).filter((lane) => lane === "flood").length < 250, `${lastOther}`)
  })

  test("a job that is asked for while it is done is done once more", async () => {
    const { work, start, enqueue } = await world()
    const ran: unknown[] = []
    const begun = deferred()
    const free = deferred()
    await start(async ({ body }) => {
      ran.push(body)
      begun.resolve()
      await free.promise
      return done
    })
    await enqueue("one", "first")
    await begun.promise
    await enqueue("one", "second")
    await enqueue("one", "third")
    await enqueue("one")
    free.resolve()
    await work.idle()
    assert.deepEqual(ran, ["first", "third"])
  })

  test("pieces go on where the last one ended, and others have their turn between them", async () => {
    const { work, start, enqueue } = await world()
    const ran: unknown[] = []
    let turns = 0
    const turn = () => {
      turns++
      if (ran.length < 20) setImmediate(turn)
    }
    await start(({ body }) => {
      ran.push(body)
      return ran.length < 10 ? again((body as number) + 1) : ran.length < 20 ? again() : done
    })
    turn()
    await enqueue("one", 0)
    await work.idle()
    assert.deepEqual(ran, [...Array(10).keys(), ...Array(10).fill(9)])
    assert.ok(turns >= 20, `${turns}`)
  })

  test("what is due later comes when the clock has come so far, or when it is asked for", async () => {
    const { work, clock, start, enqueue, advance } = await world()
    const ran: unknown[] = []
    await start(({ body }) => {
      ran.push(body)
      return ran.length < 4 ? later(clock.now() + DAY, ran.length) : done
    })
    await enqueue("one", 0)
    await work.idle()
    await work.idle()
    assert.deepEqual(ran, [0])
    await advance(DAY)
    assert.deepEqual(ran, [0, 1])
    await enqueue("one")
    await work.idle()
    assert.deepEqual(ran, [0, 1, 2])
    await enqueue("one", "new")
    await work.idle()
    assert.deepEqual(ran, [0, 1, 2, "new"])
    await advance(2 * DAY)
    assert.equal(ran.length, 4)
  })

  test("what a piece saves in its own transaction is there exactly when that transaction is", async () => {
    const { work, start, enqueue, advance, faults } = await world()
    const ran: unknown[] = []
    const { store } = worlds()
    await start(async ({ body, save }) => {
      ran.push(body)
      const failing = ran.length === 2
      await store.transact(async (tx) => {
        await save(tx, (body as number) + 1)
        if (failing) throw new Error("after saving")
      })
      return ran.length < 4 ? again() : done
    })
    await enqueue("one", 0)
    await work.idle()
    await advance(1_000)
    assert.deepEqual(ran, [0, 1, 1, 2])
    assert.equal(faults.length, 1)
  })

  test("who waits for the first piece goes on when it is done, or when there is nothing to wait for", async () => {
    const { work, clock, start, enqueue } = await world()
    const ran: unknown[] = []
    const second = deferred()
    await start(async ({ key }) => {
      if (ran.length === 1) await second.promise
      ran.push(key)
      return ran.length < 3 ? again() : done
    })
    await work.firstPiece("test", "none")
    await enqueue("later", null, clock.now() + DAY)
    await work.firstPiece("test", "later")
    await enqueue("one")
    await work.firstPiece("test", "one")
    assert.deepEqual(ran, ["one"])
    second.resolve()
    await work.idle()
    await work.firstPiece("test", "one")
    assert.deepEqual(ran, ["one", "one", "one"])
  })
}
