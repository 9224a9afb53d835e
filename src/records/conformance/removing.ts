import assert from "node:assert/strict"
import { it } from "node:test"
import type { Store } from "../../store/store.ts"
import { removeRows } from "../../work/removal.ts"
import { endOf } from "../append.ts"
import { findCheckpoint, putCheckpoint } from "../checkpoints.ts"
import { readerRows, recordsBefore, shardRows } from "../removal.ts"
import { append, NOW, newShard, read, textsOf } from "./world.ts"

export function removalCases(store: () => Store): void {
  it("removes what is older than a moment, and gives no position again", async () => {
    const shard = newShard()
    await append(store(), shard, ["a"])
    await append(store(), shard, ["b"], NOW + 10)
    const end = await store().read((tx) => endOf(tx, shard))
    await store().transact((tx) => removeRows(tx, recordsBefore(shard, NOW + 10)))
    assert.deepEqual(textsOf(await read(store(), shard)), ["b"])
    await store().transact((tx) => removeRows(tx, recordsBefore(shard, NOW + 11)))
    assert.deepEqual(textsOf(await read(store(), shard)), [])
    assert.ok((await append(store(), shard, ["c"], NOW + 11)) > end)
  })

  it("removes a shard with its readers, in pieces, and no other", async () => {
    const [shard, other] = [newShard(), newShard()]
    await append(store(), other, ["kept"])
    for (let batch = 0; batch < 300; batch++) await append(store(), shard, ["a"], NOW + batch)
    for (const one of [shard, other])
      await store().transact((tx) => putCheckpoint(tx, one, "r", { position: 1, body: null }))
    let pieces = 1
    while (await store().transact((tx) => removeRows(tx, ...shardRows(shard)))) pieces++
    assert.equal(pieces, 2)
    assert.deepEqual(textsOf(await read(store(), shard)), [])
    const find = (one: string) => store().read((tx) => findCheckpoint(tx, one, "r"))
    assert.equal(await find(shard), undefined)
    assert.deepEqual([textsOf(await read(store(), other)), (await find(other))?.position], [["kept"], 1])
    await store().transact((tx) => removeRows(tx, readerRows("r")))
    assert.equal(await find(other), undefined)
  })
}
