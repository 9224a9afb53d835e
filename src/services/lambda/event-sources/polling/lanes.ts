import { createHash } from "node:crypto"
import type { LogEvent } from "../../../../peers.ts"
import type { Position } from "../../../../records/positions.ts"
import type { LanesBefore, Progress } from "./progress.ts"

/** What records have in common whose order is kept: the partition key, or the keys of the item. */
const orderingKey = (event: LogEvent): string =>
  "kinesis" in event ? event.kinesis.partitionKey : JSON.stringify(event.dynamodb.Keys)

/** UNVERIFIED: how AWS shares out keys. */
export function laneOf(event: LogEvent, lanes: number): number {
  if (lanes === 1) return 0
  return createHash("sha256").update(orderingKey(event)).digest().readUInt32BE() % lanes
}

/** Whether the lane of before that had the record had done it. */
export const isDoneBefore = (before: readonly LanesBefore[], event: LogEvent, position: Position): boolean =>
  before.some((lanes) => position < lanes[laneOf(event, lanes.length)]!)

/**
 * Where other lanes begin: at the first record that is not done, with the memory of those behind it that are. What failed is tried anew, and
 * windows that are open begin again.
 */
export function changeLanes(current: readonly Progress[]): Progress {
  const positions = current.map(({ position }) => position)
  const position = Math.min(...positions)
  const known = current.flatMap(({ before = [] }) => before)
  const distinct = [...new Map([...known, positions].map((lanes) => [lanes.join(), lanes])).values()]
  return { position, failed: [], before: distinct.filter((lanes) => Math.max(...lanes) > position) }
}

/** What was done by the lanes of before is forgotten as soon as all of it lies behind. */
export function withoutPast({ before = [], ...progress }: Progress): Progress {
  const ahead = before.filter((lanes) => Math.max(...lanes) > progress.position)
  return { ...progress, ...(ahead.length > 0 && { before: ahead }) }
}
