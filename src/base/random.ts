import { randomBytes, randomInt } from "node:crypto"

/** `length` characters drawn evenly from `alphabet`, from the system's secure source. */
export function randomText(alphabet: string, length: number): string {
  let text = ""
  for (let i = 0; i < length; i++) text += alphabet[randomInt(alphabet.length)]
  return text
}

export const DIGITS = "0123456789"
export const LOWER = "abcdefghijklmnopqrstuvwxyz"
export const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

const POOL_BYTES = 4096
let pool = Buffer.alloc(0)
let drawn = 0

/**
 * A few random bytes, drawn many at a time: a call to the system for each would cost more than sealing a session does. For
 * nonces and ids, which are no secrets: these bytes lie in memory before they are used.
 */
export function drawBytes(bytes: number): Buffer {
  if (drawn + bytes > pool.length) {
    pool = randomBytes(POOL_BYTES)
    drawn = 0
  }
  drawn += bytes
  return pool.subarray(drawn - bytes, drawn)
}

/** A whole number of so many bits, 48 at most; no secret. */
export const randomBits = (bits: number): number => drawBytes(6).readUIntBE(0, 6) % 2 ** bits

export const randomHex = (bytes: number): string => randomBytes(bytes).toString("hex")

export { randomInt, randomUUID } from "node:crypto"
export const randomBase64Url = (bytes: number): string => randomBytes(bytes).toString("base64url")
