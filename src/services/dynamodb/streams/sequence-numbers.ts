import type { Position } from "../../../records/positions.ts"
import type { ShardRecord } from "./record.ts"

/** Digits of the shard's index behind those of the position: a number of another shard is known for one. */
const INDEX_DIGITS = 9
const POSITION_DIGITS = 16

/** Where a record stands in its shard, as the API says it: 25 digits. Those of a shard that follows another are greater. */
export const formatSequenceNumber = (position: Position, { index }: Pick<ShardRecord, "index">): string =>
  String(position).padStart(POSITION_DIGITS, "0") + String(index).padStart(INDEX_DIGITS, "0")

/** Undefined where it is none of this shard's. */
export function parseSequenceNumber(text: string, { index }: Pick<ShardRecord, "index">): Position | undefined {
  if (!/^\d{25}$/.test(text) || Number(text.slice(POSITION_DIGITS)) !== index) return undefined
  return Number(text.slice(0, POSITION_DIGITS))
}
