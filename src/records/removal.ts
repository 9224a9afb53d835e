import type { Removal } from "../work/removal.ts"
import { positionAt } from "./positions.ts"

/** What of a shard came before this moment, as rows for `removeRows`. Readers do not look at it any more. */
export const recordsBefore = (shard: string, time: number): Removal => ({
  table: "log_batches",
  key: "shard, first",
  where: "shard = $1 AND first < $2",
  values: [shard, positionAt(time)],
})

/** All of a shard, and who had read it. */
export const shardRows = (shard: string): Removal[] => [
  { table: "log_batches", key: "shard, first", where: "shard = $1", values: [shard] },
  { table: "log_checkpoints", key: "shard, reader", where: "shard = $1", values: [shard] },
]

/** What a reader remembered of all its shards. */
export const readerRows = (reader: string): Removal => ({
  table: "log_checkpoints",
  key: "shard, reader",
  where: "reader = $1",
  values: [reader],
})
