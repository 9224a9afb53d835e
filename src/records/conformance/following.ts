import assert from "node:assert/strict"
import { test } from "node:test"
import type { Store } from "../../store/store.ts"
import { appendRecords } from "../append.ts"
import { follow } from "../follow.ts"
import { signalShard } from "../signals.ts"

const LONG_MILLISECONDS = 600_000

export function followingCases(store: () => Store): void {
  const append = (shard: string) => store().transact((tx) => appendRecords(tx, shard, [Buffer.from("a")], 1))

  test("who follows a shard hears of what is appended, before it asks and while it waits", async () => {
    const following = follow(store(), "followed")
    await append("followed")
    await append("followed")
    assert.equal(await following.appended(LONG_MILLISECONDS), true)
    const waiting = following.appended(LONG_MILLISECONDS)
    await append("followed")
    assert.equal(await waiting, true)
    const closing = following.appended(LONG_MILLISECONDS)
    await store().transact(async (tx) => signalShard(tx, "followed"))
    assert.equal(await closing, true)
    following.end()
  })

  test("and of nothing else, nor of what is rolled back", async () => {
    const following = follow(store(), "quiet")
    await append("loud")
    await assert.rejects(
      store().transact(async (tx) => {
        await appendRecords(tx, "quiet", [Buffer.from("a")], 1)
        throw new Error("no")
      }),
    )
    assert.equal(await following.appended(1), false)
    following.end()
  })

  test("whoever waits is told of the end, and nobody waits after it", async () => {
    const following = follow(store(), "ended")
    const waiting = following.appended(LONG_MILLISECONDS)
    following.end()
    assert.equal(await waiting, false)
    assert.equal(await following.appended(LONG_MILLISECONDS), false)
  })
}
