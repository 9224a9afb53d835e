import { randomFillSync, randomUUID } from "node:crypto"
import type { WireOptions } from "./options.ts"

const ALPHABET = Buffer.from("0123456789ABCDEFGHIJKLMNOPQRSTUV")
const POOL_BYTES = 4096
const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

/** Random bytes, drawn many at a time: a call to the system for each request would cost more than the request's signature. */
function take(bytes: number): Buffer {
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.subarray(used - bytes, used)
}

let drawn = ""
let read = 0

/** Also drawn many at a time. 32 letters and digits are told apart by five bits of each byte. */
function letters(length: number): string {
  if (read + length > drawn.length) {
    const bytes = randomFillSync(Buffer.alloc(POOL_BYTES))
    for (let i = 0; i < POOL_BYTES; i++) bytes[i] = ALPHABET[bytes[i]! & 31]!
    drawn = bytes.toString("latin1")
    read = 0
  }
  read += length
  return drawn.slice(read - length, read)
}

/** As the service makes them: S3's have 16 characters, DynamoDB's 52, and those of the others are UUIDs. */
export function newRequestId({ requestIds }: WireOptions): string {
  if (requestIds === "s3") return letters(16)
  return requestIds === "dynamodb" ? letters(52) : randomUUID()
}

/** S3's second id: 56 bytes in base64. */
export const newHostId = (): string => take(56).toString("base64")
