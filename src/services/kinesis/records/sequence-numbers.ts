import type { Position } from "../../../records/positions.ts"
import type { Shard } from "../shards/record.ts"

/*
 * A sequence number is a decimal number of 56 digits that begins with 49. In hexadecimal, from the left (kinesalite, by AWS's own
 * answers): `2`, the shard's creation in seconds (9 digits), the last digit of its number, a counter (16), `00`, the record's
 * time in seconds (9), the shard's number (8), `2`. Our counter is the position of the record in the shard's log.
 */

type Numbered = Pick<Shard, "number" | "createdAt">

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0")

const secondsOf = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** Positions begin with the time in milliseconds, 1,024 to each (`src/records`); a shard's own start has none. */
const POSITIONS_PER_SECOND = 1024 * 1000

const heads = new WeakMap<Numbered, string>()

/** What all sequence numbers of a shard begin with. */
function headOf(shard: Numbered): string {
  let head = heads.get(shard)
  if (head === undefined) {
    head = `0x2${hex(secondsOf(shard.createdAt), 9)}${hex(shard.number % 16, 1)}`
    heads.set(shard, head)
  }
  return head
}

export function formatSequenceNumber(shard: Numbered, position: Position): string {
  const seconds = Math.max(Math.floor(position / POSITIONS_PER_SECOND), secondsOf(shard.createdAt))
  return BigInt(`${headOf(shard)}${hex(position, 16)}00${hex(seconds, 9)}${hex(shard.number, 8)}2`).toString()
}

/** `StartingSequenceNumber`: before every record. */
export const startOf = (shard: Numbered): string => formatSequenceNumber(shard, 0)

export interface SequenceNumber {
  shardNumber: number
  /** Of the shard, in seconds since the epoch. */
  createdAtSeconds: number
  position: Position
}

const LAYOUT = /^2([0-9a-f]{9})([0-9a-f])([0-9a-f]{16})00([0-9a-f]{9})([0-9a-f]{8})2$/

/** Undefined of a number that is no sequence number. */
export function parseSequenceNumber(text: string): SequenceNumber | undefined {
  if (text.length !== 56) return undefined
  const [, created = "", nibble = "", counter = "", , number = ""] = LAYOUT.exec(BigInt(text).toString(16)) ?? []
  const shardNumber = Number.parseInt(number, 16)
  const position = Number.parseInt(counter, 16)
  if (number === "" || shardNumber % 16 !== Number.parseInt(nibble, 16) || !Number.isSafeInteger(position))
    return undefined
  return { shardNumber, createdAtSeconds: Number.parseInt(created, 16), position }
}

export const isOfShard = ({ shardNumber, createdAtSeconds }: SequenceNumber, shard: Numbered): boolean =>
  shardNumber === shard.number && createdAtSeconds === secondsOf(shard.createdAt)
