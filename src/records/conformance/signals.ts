import assert from "node:assert/strict"
import { it } from "node:test"
import { systemClock as clock } from "../../base/clock.ts"
import type { Store } from "../../store/store.ts"
import { appendRecords } from "../append.ts"
import { createAppender } from "../appender.ts"
import { onAnyAppended, onAppended } from "../signals.ts"
import { append, bodiesOf, NOW, newShard, read, textsOf } from "./world.ts"

export function signalCases(store: () => Store): void {
  it("wakes who listens to a shard when something was committed there, until they have had enough", async () => {
    const [shard, other] = [newShard(), newShard()]
    let heard = 0
    const stop = onAppended(store(), shard, () => heard++)
    const again = onAppended(store(), shard, () => heard++)
    await append(store(), other, ["elsewhere"])
    assert.equal(heard, 0)
    await append(store(), shard, ["a", "b"])
    assert.equal(heard, 2)
    await createAppender({ store: store(), clock }).append(shard, bodiesOf("c"), async () => {})
    assert.equal(heard, 4)
    stop()
    stop()
    await append(store(), shard, ["d"])
    assert.equal(heard, 5)
    again()
    await append(store(), shard, ["e"])
    assert.equal(heard, 5)
  })

  it("tells who listens to all shards which it was", async () => {
    const shards = [newShard(), newShard()] as const
    const heard: string[] = []
    const stop = onAnyAppended(store(), (shard) => void heard.push(shard))
    for (const shard of shards) await append(store(), shard, ["a"])
    stop()
    await append(store(), shards[0], ["b"])
    assert.deepEqual(heard, shards)
  })

  it("wakes nobody for what was rolled back", async () => {
    const shard = newShard()
    let heard = 0
    const stop = onAppended(store(), shard, () => heard++)
    await assert.rejects(
      store().transact(async (tx) => {
        await appendRecords(tx, shard, bodiesOf("a"), NOW)
        throw new Error("no")
      }),
      /no/,
    )
    assert.equal(heard, 0)
    stop()
  })

  it("lets who is woken read what was appended", async () => {
    const shard = newShard()
    const woken = Promise.withResolvers<void>()
    const stop = onAppended(store(), shard, woken.resolve)
    const reading = woken.promise.then(() => read(store(), shard))
    await append(store(), shard, ["a"])
    assert.deepEqual(textsOf(await reading), ["a"])
    stop()
  })
}
