import assert from "node:assert/strict"
import { it } from "node:test"
import type { Store } from "../../store/store.ts"
import { appendRecords, endOf } from "../append.ts"
import { findCheckpoint, putCheckpoint } from "../checkpoints.ts"
import { positionAt } from "../positions.ts"
import { append, bodiesOf, NOW, newShard, read, textsOf } from "./world.ts"

export function readingCases(store: () => Store): void {
  it("reads what was appended, in its order, with its time", async () => {
    const shard = newShard()
    await append(store(), shard, ["a", "", "c"])
    await append(store(), shard, ["d"], NOW + 5)
    const page = await read(store(), shard)
    assert.deepEqual(textsOf(page), ["a", "", "c", "d"])
    assert.deepEqual(
      page.records.map(({ position, at }) => [position, at]),
      [
        [positionAt(NOW), NOW],
        [positionAt(NOW) + 1, NOW],
        [positionAt(NOW) + 2, NOW],
        [positionAt(NOW + 5), NOW + 5],
      ],
    )
    assert.deepEqual([page.next, page.isEnd], [positionAt(NOW + 5) + 1, true])
  })

  it("has nothing of a shard that nobody wrote to, nor of another one", async () => {
    const shard = newShard()
    await append(store(), shard, ["a"])
    assert.deepEqual(await read(store(), `${shard}-2`, { from: 7 }), { records: [], next: 7, isEnd: true })
    assert.equal(await store().read((tx) => endOf(tx, `${shard}-2`)), 0)
  })

  it("appends nothing where the transaction fails", async () => {
    const shard = newShard()
    await assert.rejects(
      store().transact(async (tx) => {
        await appendRecords(tx, shard, bodiesOf("a"), NOW)
        throw new Error("no")
      }),
      /no/,
    )
    assert.deepEqual(textsOf(await read(store(), shard)), [])
  })

  it("gives each record a position of its own, also when the clock stands or goes back", async () => {
    const shard = newShard()
    const start = await append(
      store(),
      shard,
      Array.from({ length: 3_000 }, (_, index) => String(index)),
    )
    assert.equal(start, positionAt(NOW))
    assert.equal(await append(store(), shard, ["ahead"], NOW + 1), start + 3_000)
    assert.equal(await append(store(), shard, ["back"], NOW - 60_000), start + 3_001)
    const { records } = await read(store(), shard)
    assert.equal(new Set(records.map(({ position }) => position)).size, 3_002)
    assert.deepEqual(textsOf(await read(store(), shard, { from: start + 2_999 })), ["2999", "ahead", "back"])
  })

  it("begins in the middle of what was appended at once, and at the position of a time", async () => {
    const shard = newShard()
    const start = await append(store(), shard, ["a", "b", "c"])
    await append(store(), shard, ["d"], NOW + 1_000)
    assert.deepEqual(textsOf(await read(store(), shard, { from: start + 1 })), ["b", "c", "d"])
    assert.deepEqual(textsOf(await read(store(), shard, { from: positionAt(NOW + 1) })), ["d"])
    assert.deepEqual(textsOf(await read(store(), shard, { from: positionAt(NOW + 1_001) })), [])
  })

  it("stops at the number that was asked for, and goes on from there", async () => {
    const shard = newShard()
    for (let batch = 0; batch < 4; batch++) await append(store(), shard, ["a", "b", "c"], NOW + batch)
    const first = await read(store(), shard, { count: 5 })
    assert.deepEqual([textsOf(first), first.isEnd], [["a", "b", "c", "a", "b"], false])
    const second = await read(store(), shard, { count: 4, from: first.next })
    assert.deepEqual([textsOf(second), second.isEnd], [["c", "a", "b", "c"], false])
    const third = await read(store(), shard, { from: second.next })
    assert.deepEqual([textsOf(third), third.isEnd], [["a", "b", "c"], true])
  })

  it("stops at the bytes that were asked for, and reads at least one record", async () => {
    const shard = newShard()
    await append(store(), shard, ["x".repeat(100), "y".repeat(100)])
    await append(store(), shard, ["z".repeat(100)], NOW + 1)
    const lengths = async (bytes: number, from = 0) => {
      const page = await read(store(), shard, { bytes, from })
      return [page.records.length, page.isEnd]
    }
    assert.deepEqual(await lengths(1), [1, false])
    assert.deepEqual(await lengths(199), [1, false])
    assert.deepEqual(await lengths(250), [2, false])
    assert.deepEqual(await lengths(300, positionAt(NOW) + 1), [2, true])
  })

  it("reads all of many small batches, and of large ones", async () => {
    const small = newShard()
    await store().transact(async (tx) => {
      for (let batch = 0; batch < 1_203; batch++) await appendRecords(tx, small, bodiesOf(String(batch)), NOW + batch)
    })
    const all = await read(store(), small)
    assert.deepEqual([all.records.length, all.isEnd], [1_203, true])
    assert.deepEqual(
      textsOf(all),
      Array.from({ length: 1_203 }, (_, batch) => String(batch)),
    )

    const half = await read(store(), small, { count: 500 })
    assert.deepEqual([half.records.length, half.isEnd], [500, false])

    const large = newShard()
    const body = Buffer.alloc(700_000, "x")
    await store().transact((tx) => appendRecords(tx, large, [body, body, body], NOW))
    const page = await read(store(), large, { bytes: 1_500_000 })
    assert.deepEqual(
      page.records.map(({ body }) => body.length),
      [700_000, 700_000],
    )
    assert.equal((await read(store(), large, { from: page.next })).records.length, 1)
  })

  it("keeps how far a reader has come, in the transaction that is about it", async () => {
    const shard = newShard()
    const find = (reader: string) => store().read((tx) => findCheckpoint(tx, shard, reader))
    assert.equal(await find("r"), undefined)
    await store().transact((tx) => putCheckpoint(tx, shard, "r", { position: 5, body: { tries: 1 } }))
    await store().transact((tx) => putCheckpoint(tx, shard, "r", { position: positionAt(NOW), body: null }))
    assert.deepEqual(await find("r"), { position: positionAt(NOW), body: null })
    await assert.rejects(
      store().transact(async (tx) => {
        await putCheckpoint(tx, shard, "r", { position: 1, body: null })
        throw new Error("no")
      }),
    )
    assert.deepEqual(await find("r"), { position: positionAt(NOW), body: null })
    assert.equal(await find("other"), undefined)
  })
}
