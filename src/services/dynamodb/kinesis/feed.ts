import type { Position } from "../../../records/positions.ts"
import type { Removal } from "../../../work/removal.ts"

/** What waits to be delivered to a destination has so many logs: a key's changes stand in one of them, in their order. */
export const FEED_LANES = 4

export const FEED_PREFIX = "dynamodb-kinesis/"

/** The key of a lane in the room of records. */
export const feedLog = (destinationId: string, lane: number): string => `${FEED_PREFIX}${destinationId}/${lane}`

/** What of a log was delivered, up to a position. */
export const deliveredRows = (log: string, position: Position): Removal => ({
  table: "log_batches",
  key: "shard, first",
  where: "shard = $1 AND first + count <= $2 AND count > 0",
  values: [log, position],
})
