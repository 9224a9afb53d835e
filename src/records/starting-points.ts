import type { Reading } from "../store/store.ts"
import { endOf } from "./append.ts"
import { type Position, positionAt } from "./positions.ts"

/** Where a reader begins who has read nothing yet. */
export type StartingPoint =
  | { type: "TRIM_HORIZON" }
  | { type: "LATEST" }
  /** `timestamp` in milliseconds since the epoch. */
  | { type: "AT_TIMESTAMP"; timestamp: number }

/** LATEST is behind all that is committed: what comes after has a later position, whatever the clocks of its writers say. */
export async function positionOf(tx: Reading, shard: string, start: StartingPoint): Promise<Position> {
  switch (start.type) {
    case "TRIM_HORIZON":
      return 0
    case "LATEST":
      return endOf(tx, shard)
    case "AT_TIMESTAMP":
      return positionAt(start.timestamp)
  }
}
