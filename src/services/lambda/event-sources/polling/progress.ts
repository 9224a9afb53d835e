import { findCheckpoint, putCheckpoint } from "../../../../records/checkpoints.ts"
import type { Position } from "../../../../records/positions.ts"
import type { Reading, Writing } from "../../../../store/store.ts"
import type { Poller } from "./pollers.ts"

/** How far a lane has come: what is kept with its checkpoint, whose position is the first record that is not done. */
export interface Progress {
  position: Position
  /** Batches that failed, one behind the other from the position on. */
  failed: readonly FailedRange[]
  /** Not before, in milliseconds since the epoch. */
  waitUntil?: number
  /** Invocations that did not take place, one after the other. */
  throttles?: number
  /** The tumbling window that is open. */
  window?: OpenWindow
  /** The lanes of before: what they had done is not done again. */
  before?: readonly LanesBefore[]
  /** The shard is read to its end. */
  isOver?: true
}

/** Records up to a position that are tried again together. */
export interface FailedRange {
  end: Position
  /** Of those that are allowed. */
  retries: number
  /** How often the function was invoked with them. */
  invocations: number
  /** Of the last one. */
  requestId: string
  executedVersion: string
  /** Whether the function itself said which failed. */
  isReported: boolean
}

export interface OpenWindow {
  /** Milliseconds since the epoch. */
  start: number
  /** JSON, as the function answered it. */
  state: string
  /** The state outgrew its limit: the next invocation ends it, and the window goes on with a new one. */
  isCutShort?: boolean
}

/** Where each lane of so many stood when there came to be others. */
export type LanesBefore = readonly Position[]

export const beginAt = (position: Position): Progress => ({ position, failed: [] })

/** A reader's name in the room of records. */
export const readerOf = (mapping: string, lane: number): string => `lambda/${mapping}/${lane}`

export async function readProgress(tx: Reading, poller: Poller, lane: number): Promise<Progress | undefined> {
  const found = await findCheckpoint(tx, poller.shardKey, readerOf(poller.mapping, lane))
  return found && { ...(found.body as Omit<Progress, "position">), position: found.position }
}

export async function putProgress(
  tx: Writing,
  poller: Poller,
  lane: number,
  { position, ...body }: Progress,
): Promise<void> {
  await putCheckpoint(tx, poller.shardKey, readerOf(poller.mapping, lane), { position, body })
}
