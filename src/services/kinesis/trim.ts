import type { Clock } from "../../base/clock.ts"
import { recordsBefore, shardRows } from "../../records/removal.ts"
import type { Reading, Store, Writing } from "../../store/store.ts"
import { again, later, type Worker } from "../../work/job.ts"
import { removeRows } from "../../work/removal.ts"
import { deleteShard, logOf } from "./shards/record.ts"
import { readRecordById } from "./streams/record.ts"
import { oldestKept } from "./streams/retention.ts"

export const TRIM = "kinesis:trim"

/** Readers do not see what is too old, whether it is removed yet or not. */
const SWEEP_MILLISECONDS = 10 * 60 * 1000

interface Place {
  stream_id: string
  number: number
}

const START: Place = { stream_id: "", number: -1 }

/** Removes what is older than streams keep it, one shard a piece, and shards of which nothing is left. */
export const trimWork: Worker<{ store: Store; clock: Clock }> = {
  everyMilliseconds: SWEEP_MILLISECONDS,
  async run({ body }, { store, clock }) {
    const place = (body as Place | null) ?? START
    const now = clock.now()
    const next = await store.read((tx) => nextShard(tx, place))
    if (!next) return later(now + SWEEP_MILLISECONDS, START)
    const isMore = await store.transact((tx) => trim(tx, next, now))
    return again(isMore ? place : { stream_id: next.stream_id, number: next.number })
  },
}

const nextShard = (tx: Reading, { stream_id, number }: Place) =>
  tx.get<Place & { closed: number }>(
    `SELECT stream_id, number, closed FROM kinesis_shards
     WHERE (stream_id, number) > ($1, $2) ORDER BY stream_id, number LIMIT 1`,
    stream_id,
    number,
  )

/** Whether there may be more of it. */
async function trim(tx: Writing, shard: Place & { closed: number }, now: number): Promise<boolean> {
  const record = await readRecordById(tx, shard.stream_id)
  // One that is being deleted goes with its stream.
  if (!record || record.status === "DELETING") return false
  const horizon = oldestKept(record, now)
  const log = logOf(shard.stream_id, shard.number)
  const isOver = shard.closed > 0 && shard.closed < horizon
  if (await removeRows(tx, ...(isOver ? shardRows(log) : [recordsBefore(log, horizon)]))) return true
  if (isOver) await deleteShard(tx, shard.stream_id, shard.number)
  return false
}
