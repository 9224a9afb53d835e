import { createHash } from "node:crypto"
import type { Position } from "../../records/positions.ts"
import type { Stream } from "../dynamodb/service.ts"
import { invalidIterator } from "./errors.ts"

/** A place in a shard, as clients hold it. */
export interface ShardIterator {
  /** Of the shard in its stream. */
  index: number
  /** Undefined: wherever the shard begins when it is read. */
  position: Position | undefined
  /** Milliseconds since the epoch. */
  issuedAt: number
}

/** API reference, GetShardIterator: how long one is good for. */
export const LIFETIME_MILLISECONDS = 15 * 60 * 1000

const LENGTH = 8 + 8 + 4
const CHECK = 8
const AT_THE_BEGINNING = -1

/** `<stream's ARN>|1|<base64>`, as AWS's are. They tell nothing that whoever may read the stream does not know. */
export function formatIterator({ arn, record }: Stream, { index, position, issuedAt }: ShardIterator): string {
  const bytes = Buffer.alloc(LENGTH)
  bytes.writeDoubleBE(issuedAt)
  bytes.writeDoubleBE(position ?? AT_THE_BEGINNING, 8)
  bytes.writeUInt32BE(index, 16)
  return `${arn}|1|${Buffer.concat([bytes, checkOf(record.id, bytes)]).toString("base64")}`
}

/** The ARN of the stream that an iterator is of: what whoever uses it must be allowed to read. */
export function streamArnOf(iterator: string): string {
  const [arn = "", version, rest, ...more] = iterator.split("|")
  if (!arn.startsWith("arn:") || version !== "1" || rest === undefined || more.length > 0) throw invalidIterator()
  return arn
}

/** Of this stream; what it has not given out is refused. */
export function parseIterator({ record }: Stream, iterator: string): ShardIterator {
  const bytes = Buffer.from(iterator.slice(iterator.lastIndexOf("|") + 1), "base64")
  const told = bytes.subarray(0, LENGTH)
  if (bytes.length !== LENGTH + CHECK || !bytes.subarray(LENGTH).equals(checkOf(record.id, told)))
    throw invalidIterator()
  const position = told.readDoubleBE(8)
  return {
    issuedAt: told.readDoubleBE(0),
    position: position === AT_THE_BEGINNING ? undefined : position,
    index: told.readUInt32BE(16),
  }
}

/** It keeps no secret: it finds what was mistyped, or is of another stream. */
const checkOf = (streamId: string, told: Uint8Array): Buffer =>
  createHash("sha256").update(streamId).update(told).digest().subarray(0, CHECK)
