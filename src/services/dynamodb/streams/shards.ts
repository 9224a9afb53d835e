import { type Position, positionAt } from "../../../records/positions.ts"
import { sealShard } from "../../../records/sealing.ts"
import type { Store, Writing } from "../../../store/store.ts"
import type { TableRecord } from "../tables/record.ts"
import { compileStream, type ShardRecord, type StreamRecord } from "./record.ts"

/**
 * A stream has a shard for each partition of its table. A new table on demand has four of them, and a provisioned one as many as its units
 * need: 1,000 writes or 3,000 reads a second each (Developer Guide, "Partitions and data distribution").
 */
export function countLanes({ billing, throughput }: TableRecord): number {
  if (billing.mode === "PAY_PER_REQUEST") return 4
  const needed = Math.max(Math.ceil(throughput.write / 1_000), Math.ceil(throughput.read / 3_000), 1)
  return Math.min(needed, LANES_AT_MOST)
}

/** More would be more to follow, and nothing is gained by them here. */
const LANES_AT_MOST = 16

/** Which of so many lanes a partition key is in: FNV-1a of its bytes. */
export function laneOf(partition: Uint8Array, lanes: number): number {
  let hash = 0x811c9dc5
  for (const byte of partition) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0) % lanes
}

export const firstShards = (lanes: number, now: number): Pick<StreamRecord, "shards" | "nextIndex"> => ({
  nextIndex: lanes,
  shards: Array.from({ length: lanes }, (_, lane) => ({ index: lane, lane, start: positionAt(now) })),
})

/** Closes all that are open. */
export async function closeShards(
  at: { store: Store; tx: Writing },
  record: StreamRecord,
  now: number,
): Promise<StreamRecord> {
  const logs = new Map(compileStream(record).shards.map(({ index, log }) => [index, log]))
  const shards: ShardRecord[] = []
  for (const shard of record.shards)
    shards.push(
      shard.end === undefined
        ? { ...shard, end: await sealShard(at, logs.get(shard.index)!, shard.start, now) }
        : shard,
    )
  return { ...record, shards }
}

/** Closes all that are open and gives each a shard that follows it. */
export async function rollShards(
  at: { store: Store; tx: Writing },
  record: StreamRecord,
  now: number,
): Promise<StreamRecord> {
  const rolled = await closeShards(at, record, now)
  const wereOpen = new Set(record.shards.filter(({ end }) => end === undefined).map(({ index }) => index))
  const children = rolled.shards
    .filter(({ index }) => wereOpen.has(index))
    .map(
      ({ index, lane, start, end }, i): ShardRecord => ({
        index: record.nextIndex + i,
        lane,
        parent: { index, start },
        // Behind its parent in every order, also where that held nothing.
        start: Math.max(end!, start + 1, positionAt(now)),
      }),
    )
  return { ...rolled, nextIndex: record.nextIndex + children.length, shards: [...rolled.shards, ...children] }
}

/** Developer Guide, "Change data capture for DynamoDB Streams": records are there for 24 hours. */
export const RETENTION_MILLISECONDS = 24 * 60 * 60 * 1000

/** What stands before this may not be read any more. */
export const horizonAt = (now: number): Position => positionAt(now - RETENTION_MILLISECONDS)
