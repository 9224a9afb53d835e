import assert from "node:assert/strict"
import { it } from "node:test"
import { movableClock } from "../../base/clock.ts"
import type { Store } from "../../store/store.ts"
import { createAppender } from "../appender.ts"
import { bodiesOf, NOW, newShard, read, textsOf } from "./world.ts"

const anybody = async () => {}

export function appenderCases(store: () => Store): void {
  const appenderAt = (now: number) => {
    const clock = movableClock()
    clock.set(now)
    return createAppender({ store: store(), clock })
  }

  it("appends for many writers at once, each told where its records stand", async () => {
    const shard = newShard()
    const { append } = appenderAt(NOW)
    const calls = Array.from({ length: 200 }, (_, call) => bodiesOf(`${call}.0`, `${call}.1`))
    const told = await Promise.all(calls.map((bodies) => append(shard, bodies, anybody)))
    const { records } = await read(store(), shard)
    assert.equal(records.length, 400)
    const at = new Map(records.map(({ position, body }) => [position, Buffer.from(body).toString()]))
    for (const [call, { first }] of told.entries())
      assert.deepEqual([at.get(first), at.get(first + 1)], [`${call}.0`, `${call}.1`])
    assert.deepEqual(
      told.map(({ first }) => first).toSorted((a, b) => a - b),
      told.map(({ first }) => first),
      "in the order of the calls",
    )
    const rows = await store().read((tx) => tx.all("SELECT first FROM log_batches WHERE shard = $1", shard))
    assert.ok(rows.length <= 3, `${rows.length} rows`)
  })

  it("refuses all writers of a shard that takes nothing, and goes on afterwards", async () => {
    const shard = newShard()
    const { append } = appenderAt(NOW)
    let isClosed = true
    const admit = async () => {
      if (isClosed) throw new Error("closed")
    }
    const told = await Promise.allSettled([append(shard, bodiesOf("a"), admit), append(shard, bodiesOf("b"), admit)])
    assert.deepEqual(
      told.map(({ status }) => status),
      ["rejected", "rejected"],
    )
    isClosed = false
    await append(shard, bodiesOf("c"), admit)
    assert.deepEqual(textsOf(await read(store(), shard)), ["c"])
  })

  it("takes shards side by side", async () => {
    const shards = [newShard(), newShard()] as const
    const { append } = appenderAt(NOW)
    await Promise.all([0, 1, 2, 3].map((call) => append(shards[call % 2]!, bodiesOf(String(call)), anybody)))
    assert.deepEqual(textsOf(await read(store(), shards[0])), ["0", "2"])
    assert.deepEqual(textsOf(await read(store(), shards[1])), ["1", "3"])
  })
}
