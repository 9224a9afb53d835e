/** Positions of one millisecond: a shard may take more, and then runs a little ahead of the clock. */
const PER_MILLISECOND = 1024

/**
 * Where a record stands in its shard: a whole number below 2^53 that only grows. It begins with the time, so that a
 * position can be had of a time, and one that was trimmed is never given again.
 */
export type Position = number

/** The first position that a record of this moment (milliseconds since the epoch) can have. */
export const positionAt = (time: number): Position => Math.max(0, Math.ceil(time)) * PER_MILLISECOND

/** Where the next record goes, behind everything that is there. */
export const nextPosition = (end: Position, now: number): Position => Math.max(end, positionAt(now))
