import { createHash } from "node:crypto"
import type { Position } from "../../../records/positions.ts"
import { type KeyElement, type TableRecord, tableArn, type ViewType } from "../tables/record.ts"
import type { TableAddress } from "../tables/table-name.ts"

/** Which stream is meant: a table may have had several, which are told apart by when they were enabled. */
export interface StreamAddress extends TableAddress {
  /** `2026-05-20T20:51:10.252`. */
  label: string
}

/** A stream as it is stored. It outlives its table. Times are milliseconds since the epoch. */
export interface StreamRecord extends StreamAddress {
  id: string
  view: ViewType
  key: KeyElement[]
  createdAt: number
  /** Nothing is written to it any more; what was is read until it is too old. */
  disabledAt?: number
  policy?: TableRecord["policy"]
  /** The next shard's index. */
  nextIndex: number
  /** In the order in which they began, without those that hold nothing any more. */
  shards: ShardRecord[]
}

export interface ShardRecord {
  /** Never given twice in a stream. */
  index: number
  /** Which of the table's keys it has: those whose hash this is. A shard that follows another has its lane. */
  lane: number
  /** It is still named when it is gone. */
  parent?: { index: number; start: Position }
  /** No record of it stands before this. */
  start: Position
  /** Of a closed shard: no record of it stands here or behind. */
  end?: Position
}

/** A stream as requests use it. */
export interface Stream {
  record: StreamRecord
  arn: string
  shards: readonly Shard[]
  byId: ReadonlyMap<string, Shard>
  /** The shards that are written to, by their lane; empty where it is disabled. */
  open: readonly Shard[]
}

export interface Shard extends ShardRecord {
  /** `shardId-00000001801234567890-1a2b3c4d`. */
  id: string
  parentId?: string
  /** Where its records are. */
  log: string
}

export const streamArn = (address: StreamAddress): string => `${tableArn(address)}/stream/${address.label}`

export function compileStream(record: StreamRecord): Stream {
  const idOf = ({ index, start }: Pick<ShardRecord, "index" | "start">) => formatShardId(record.id, index, start)
  const shards = record.shards.map(
    (shard): Shard => ({
      ...shard,
      id: idOf(shard),
      ...(shard.parent && { parentId: idOf(shard.parent) }),
      log: logOf(record.id, shard.index),
    }),
  )
  const open: Shard[] = []
  for (const shard of shards) if (shard.end === undefined) open[shard.lane] = shard
  return { record, arn: streamArn(record), shards, byId: new Map(shards.map((shard) => [shard.id, shard])), open }
}

/** The key of a shard in the room of records. */
const logOf = (streamId: string, index: number): string => `dynamodb/${streamId}/${index}`

/** In the form that AWS's have; the time in it is when the shard began, so that they sort as they follow each other. */
function formatShardId(streamId: string, index: number, start: Position): string {
  const distinction = createHash("sha256").update(`${streamId}/${index}`).digest("hex").slice(0, 8)
  return `shardId-${String(start).padStart(20, "0")}-${distinction}`
}
