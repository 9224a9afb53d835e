import { createHmac, timingSafeEqual } from "node:crypto"
import type { MasterKey } from "../../../base/master-key.ts"
import type { Position } from "../../../records/positions.ts"
import { WireError } from "../../../wire/errors.ts"
import { parseStreamArn, type StreamName, streamArn } from "../arns.ts"
import { invalidArgument } from "../errors.ts"
import { ITERATOR_MILLISECONDS } from "../limits.ts"

/** Where somebody goes on reading. */
export interface ShardIterator {
  stream: StreamName
  streamId: string
  shard: number
  position: Position
  /** Milliseconds since the epoch. */
  createdAt: number
}

/*
 * Base64 of eight bytes that begin AWS's as well (kinesalite, getRecords), a MAC, and what is told by it in the clear: the stream
 * is what permissions are asked for before it is known whether the iterator is one of ours.
 */
const BEGINNING = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])
const MAC_BYTES = 32
const FIXED_BYTES = 8 + 8 + 4 + 36
/** AWS's have 152 bytes at least. */
const LEAST_BYTES = 152
const PADDING = 0

export function formatIterator(masterKey: MasterKey, iterator: ShardIterator): string {
  const arn = Buffer.from(streamArn(iterator.stream))
  const told = Buffer.alloc(Math.max(FIXED_BYTES + arn.length, LEAST_BYTES - BEGINNING.length - MAC_BYTES), PADDING)
  let at = told.writeDoubleBE(iterator.position, 0)
  at = told.writeDoubleBE(iterator.createdAt, at)
  at = told.writeUInt32BE(iterator.shard, at)
  at += told.write(iterator.streamId, at, "latin1")
  told.set(arn, at)
  return Buffer.concat([BEGINNING, mac(masterKey, told), told]).toString("base64")
}

/** As it says; whether we have said so is asked by `assertGenuine`. Throws AWS's text of what is no iterator. */
export function parseIterator(text: string): ShardIterator {
  const told = toldBy(text)
  if (told.length < FIXED_BYTES) throw invalid()
  const arn = told.toString("latin1", FIXED_BYTES)
  const end = arn.indexOf("\0")
  const stream = parseStreamArn(end < 0 ? arn : arn.slice(0, end))
  if (!stream) throw invalid()
  return {
    stream,
    position: told.readDoubleBE(0),
    createdAt: told.readDoubleBE(8),
    shard: told.readUInt32BE(16),
    streamId: told.toString("latin1", 20, FIXED_BYTES),
  }
}

export function assertGenuine(masterKey: MasterKey, text: string): void {
  const bytes = Buffer.from(text, "base64")
  const given = bytes.subarray(BEGINNING.length, BEGINNING.length + MAC_BYTES)
  if (!timingSafeEqual(given, mac(masterKey, toldBy(text)))) throw invalid()
}

export function assertCurrent({ createdAt }: ShardIterator, now: number): void {
  if (now - createdAt <= ITERATOR_MILLISECONDS) return
  throw new WireError(
    "ExpiredIteratorException",
    `Iterator expired. The iterator was created at time ${javaDate(createdAt)} while right now it is ${javaDate(now)} which is further in the future than the tolerated delay of ${ITERATOR_MILLISECONDS} milliseconds.`,
    {
      because: {
        check: "age of a shard iterator",
        expected: `${ITERATOR_MILLISECONDS} milliseconds at most`,
        found: `${now - createdAt} milliseconds`,
      },
    },
  )
}

function toldBy(text: string): Buffer {
  const bytes = Buffer.from(text, "base64")
  const isCanonical = bytes.toString("base64") === text
  if (!isCanonical || !bytes.subarray(0, BEGINNING.length).equals(BEGINNING)) throw invalid()
  const told = bytes.subarray(BEGINNING.length + MAC_BYTES)
  if (told.length === 0) throw invalid()
  return told
}

const mac = (masterKey: MasterKey, told: Uint8Array): Buffer =>
  createHmac("sha256", masterKey.keyFor("kinesis shard iterators")).update(told).digest()

const invalid = (): WireError => invalidArgument("Invalid ShardIterator.")

/** `Thu Jan 22 01:22:02 UTC 2015` */
function javaDate(milliseconds: number): string {
  const [day, date, month, year, time] = new Date(milliseconds).toUTCString().replace(",", "").split(" ")
  return `${day} ${month} ${date} ${time} UTC ${year}`
}
