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

const UUIDS_AT_ONCE = 128
const UUID_BYTES = 16
const UUID_LENGTH = 36
const HEX = Buffer.from("0123456789abcdef")
/** Where each byte's two digits stand: between them are hyphens. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const uuids = Buffer.alloc(UUIDS_AT_ONCE * UUID_LENGTH, "-")
let given = UUIDS_AT_ONCE

/**
 * A UUID of version 4 (RFC 9562); no secret. Every request and every token has one or several: those of `node:crypto` are put
 * together from two dozen pieces each, these are written many at a time.
 */
export function randomUUID(): string {
  if (given === UUIDS_AT_ONCE) drawUuids()
  const at = given++ * UUID_LENGTH
  return uuids.toString("latin1", at, at + UUID_LENGTH)
}

function drawUuids(): void {
  const bytes = randomBytes(UUIDS_AT_ONCE * UUID_BYTES)
  for (let one = 0; one < UUIDS_AT_ONCE; one++) {
    const from = one * UUID_BYTES
    bytes[from + 6] = (bytes[from + 6]! & 0x0f) | 0x40
    bytes[from + 8] = (bytes[from + 8]! & 0x3f) | 0x80
    for (let i = 0; i < UUID_BYTES; i++) {
      const at = one * UUID_LENGTH + PLACES[i]!
      uuids[at] = HEX[bytes[from + i]! >> 4]!
      uuids[at + 1] = HEX[bytes[from + i]! & 15]!
    }
  }
  given = 0
}

export { randomInt } from "node:crypto"
export const randomBase64Url = (bytes: number): string => randomBytes(bytes).toString("base64url")
