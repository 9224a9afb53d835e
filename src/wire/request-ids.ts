import { randomBytes } from "node:crypto"
import { drawBytes } from "../base/random.ts"
import type { WireOptions } from "./options.ts"

const ALPHABET = Buffer.from("0123456789ABCDEFGHIJKLMNOPQRSTUV")
const DRAWN_AT_ONCE = 4096
let drawn = ""
let read = 0

/** Drawn many at a time. 32 letters and digits are told apart by five bits of each byte. */
function letters(length: number): string {
  if (read + length > drawn.length) {
    const bytes = randomBytes(DRAWN_AT_ONCE)
    for (let i = 0; i < DRAWN_AT_ONCE; i++) bytes[i] = ALPHABET[bytes[i]! & 31]!
    drawn = bytes.toString("latin1")
    read = 0
  }
  read += length
  return drawn.slice(read - length, read)
}

/** A new one as the service makes them: S3's have 16 characters, DynamoDB's 52. Undefined where they are UUIDs. */
export function findRequestId({ requestIds }: WireOptions): string | undefined {
  if (requestIds === "s3") return letters(16)
  return requestIds === "dynamodb" ? letters(52) : undefined
}

/** S3's second id: 56 bytes in base64. */
export const newHostId = (): string => drawBytes(56).toString("base64")
