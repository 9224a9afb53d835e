import { DeleteStreamCommand } from "@aws-sdk/client-kinesis"
import { operation } from "../../../operation.ts"
import { shardRows } from "../../../records/removal.ts"
import type { Store } from "../../../store/store.ts"
import { again, done, type Worker } from "../../../work/job.ts"
import { removeRows } from "../../../work/removal.ts"
import { onOwnStream, ownStreamOf } from "../access.ts"
import { countConsumers } from "../consumers/record.ts"
import { hasConsumers, streamNotActive } from "../errors.ts"
import { deleteShard, listShardRows, logOf } from "../shards/record.ts"
import { deleteStreamRow, readNamed, readRecordById, updateStream } from "./record.ts"

export const DELETE_STREAM = "kinesis:delete-stream"

export const DeleteStream = operation(DeleteStreamCommand, {
  access: onOwnStream,
  async handle(input, context) {
    const { store, work } = context
    const name = ownStreamOf(input, context)
    const id = await store.transact(async (tx) => {
      const record = await readNamed(tx, name)
      if (record.status === "DELETING") throw streamNotActive(name, record.status)
      if (input.EnforceConsumerDeletion !== true && (await countConsumers(tx, record.id)) > 0) throw hasConsumers(name)
      const { change: _, ...rest } = record
      await updateStream(tx, { ...rest, status: "DELETING" })
      await work.enqueue(tx, { kind: DELETE_STREAM, key: record.id })
      return record.id
    })
    await work.firstPiece(DELETE_STREAM, id)
    return {}
  },
})

/** Shards of which one piece of work looks. */
const SHARDS_AT_ONCE = 20

/**
 * Removes what hangs on a stream, shard by shard, and then the stream, whose name is free from then on. A shard's row goes with
 * the last of its records: whoever would write another one looks for that row.
 */
export const deleteWork: Worker<{ store: Store }> = {
  async run({ key: id }, { store }) {
    const isMore = await store.transact(async (tx) => {
      const all = { after: -1, openSince: 0, createdBy: Number.MAX_SAFE_INTEGER }
      for (const { number } of await listShardRows(tx, id, all, SHARDS_AT_ONCE)) {
        if (await removeRows(tx, ...shardRows(logOf(id, number)))) return true
        await deleteShard(tx, id, number)
      }
      if ((await listShardRows(tx, id, all, 1)).length > 0) return true
      const consumers = { table: "kinesis_consumers", key: "stream_id, name", where: "stream_id = $1", values: [id] }
      if (await removeRows(tx, consumers)) return true
      const record = await readRecordById(tx, id)
      if (record) await deleteStreamRow(tx, record)
      return false
    })
    return isMore ? again() : done
  },
}
