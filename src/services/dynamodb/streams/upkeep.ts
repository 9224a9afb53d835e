import type { Deps } from "../../../call.ts"
import { recordsBefore, shardRows } from "../../../records/removal.ts"
import type { Writing } from "../../../store/store.ts"
import { again, done, later, type Worker } from "../../../work/job.ts"
import { removeRows } from "../../../work/removal.ts"
import { readStream, removeStream, updateStream } from "./find.ts"
import type { StreamAddress, StreamRecord } from "./record.ts"
import { horizonAt, RETENTION_MILLISECONDS, rollShards } from "./shards.ts"

export const KEEP_STREAM = "dynamodb:keep-stream"

/** Shards are closed and followed by others in about so long, as on AWS (numberoverzero/bloop, "Streams"). */
const ROLL_MILLISECONDS = 4 * 60 * 60 * 1000
/** What is too old is not shown any more; it may lie about for a while. */
const TRIM_MILLISECONDS = 60 * 60 * 1000

interface Body extends StreamAddress {
  rolledAt: number
}

/** Begins it in the transaction that enables the stream, and asks for it again when there is something to do. */
export const enqueueUpkeep = (
  tx: Writing,
  { work }: Pick<Deps, "work">,
  { id, account, region, name, label, createdAt }: StreamRecord | Omit<StreamRecord, "shards" | "nextIndex">,
): Promise<void> =>
  work.enqueue(tx, {
    kind: KEEP_STREAM,
    key: id,
    body: { account, region, name, label, rolledAt: createdAt } satisfies Body,
    dueAt: createdAt + TRIM_MILLISECONDS,
  })

/** Removes what is too old, closes shards and opens new ones, and in the end takes the stream away. The key is its id. */
export const upkeepWork: Worker<Pick<Deps, "store" | "clock">> = {
  async run({ key: id, body }, { store, clock }) {
    const now = clock.now()
    const address = body as Body
    return store.transact(async (tx) => {
      const stream = await readStream(tx, address)
      if (stream?.record.id !== id) return done
      const { record } = stream
      const horizon = horizonAt(now)
      const isGone = ({ end }: { end?: number }) => end !== undefined && end <= horizon
      const old = stream.shards.flatMap((shard) =>
        isGone(shard) ? shardRows(shard.log) : [recordsBefore(shard.log, now - RETENTION_MILLISECONDS)],
      )
      if (await removeRows(tx, ...old)) return again()
      const kept = { ...record, shards: record.shards.filter((shard) => !isGone(shard)) }
      if (kept.shards.length === 0) {
        await removeStream(tx, record)
        return done
      }
      const rolls = record.disabledAt === undefined && now - address.rolledAt >= ROLL_MILLISECONDS
      const next = rolls ? await rollShards({ store, tx }, kept, now) : kept
      if (next.shards.length !== record.shards.length || rolls) await updateStream(tx, next)
      return later(now + TRIM_MILLISECONDS, { ...address, ...(rolls && { rolledAt: now }) })
    })
  },
}
