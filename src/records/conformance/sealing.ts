import assert from "node:assert/strict"
import { it } from "node:test"
import type { Store, Writing } from "../../store/store.ts"
import { positionAt } from "../positions.ts"
import { appendToOpen, sealShard } from "../sealing.ts"
import { append, bodiesOf, NOW, newShard, read, textsOf } from "./world.ts"

export function sealingCases(store: () => Store): void {
  const appendOpen = (shard: string, texts: readonly string[], atLeast = 0, now = NOW) =>
    store().transact((tx) => appendToOpen({ store: store(), tx }, shard, atLeast, bodiesOf(...texts), now))
  const seal = (shard: string, atLeast = 0, now = NOW) =>
    store().transact((tx) => sealShard({ store: store(), tx }, shard, atLeast, now))

  it("appends to a shard until it is closed, and reads it to its end afterwards", async () => {
    const shard = newShard()
    assert.equal(await appendOpen(shard, ["a", "b"]), positionAt(NOW))
    const end = await seal(shard)
    assert.equal(end, positionAt(NOW) + 2)
    assert.equal(await seal(shard, 0, NOW + 5), end, "once")
    assert.equal(await appendOpen(shard, ["c"], 0, NOW + 9), undefined)
    const page = await read(store(), shard)
    assert.deepEqual([textsOf(page), page.isEnd, page.next], [["a", "b"], true, end])
    assert.deepEqual(textsOf(await read(store(), shard, { from: end })), [])
  })

  it("closes a shard that nobody wrote to", async () => {
    const shard = newShard()
    assert.equal(await seal(shard, positionAt(NOW + 3)), positionAt(NOW + 3))
    assert.equal(await appendOpen(shard, ["a"]), undefined)
  })

  it("begins where it is told to, whatever the clock says, and goes on behind what is there", async () => {
    const shard = newShard()
    const atLeast = positionAt(NOW + 1_000) + 7
    assert.equal(await appendOpen(shard, ["a"], atLeast), atLeast)
    assert.equal(await appendOpen(shard, ["b"], atLeast), atLeast + 1)
  })

  it("lets one of a writer and whoever closes come first, and loses nothing", async () => {
    const shard = newShard()
    await append(store(), shard, ["first"])
    const written = Promise.all(Array.from({ length: 20 }, (_, i) => appendOpen(shard, [String(i)])))
    const end = await seal(shard)
    const accepted = (await written).filter((position) => position !== undefined)
    assert.ok(accepted.every((position) => position < end))
    const { records } = await read(store(), shard)
    assert.equal(records.length, accepted.length + 1)
  })

  it("goes on behind what is there after a transaction that failed, and after one that failed to close it", async () => {
    const shard = newShard()
    const first = (await appendOpen(shard, ["a"]))!
    const failing = async (work: (tx: Writing) => Promise<unknown>) => {
      const failed = store().transact(async (tx) => {
        await work(tx)
        throw new Error("no")
      })
      await assert.rejects(failed, /no/)
    }
    await failing((tx) => appendToOpen({ store: store(), tx }, shard, 0, bodiesOf("lost", "lost"), NOW))
    await failing((tx) => sealShard({ store: store(), tx }, shard, 0, NOW))
    const second = (await appendOpen(shard, ["b"]))!
    assert.ok(second > first)
    assert.deepEqual(textsOf(await read(store(), shard)), ["a", "b"])
  })
}
