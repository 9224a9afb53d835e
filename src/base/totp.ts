import { createHmac, timingSafeEqual } from "node:crypto"

// RFC 6238 as authenticator apps take it: SHA-1, six digits, 30 seconds.
const STEP_MILLISECONDS = 30_000
/** Clocks may be off by one step either way. */
const SKEW_STEPS = 1
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

export const stepAt = (now: number): number => Math.floor(now / STEP_MILLISECONDS)

/** The code of one step. */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac("sha1", secret).update(counter).digest()
  const offset = mac[19]! & 0xf
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0")
}

/** The step that a code is of, near now; undefined where it is of none. */
export function findStep(secret: Uint8Array, code: string, now: number): number | undefined {
  const given = Buffer.from(code)
  const present = stepAt(now)
  let found: number | undefined
  for (let step = present - SKEW_STEPS; step <= present + SKEW_STEPS; step++) {
    const expected = Buffer.from(totpCode(secret, step))
    if (given.length === expected.length && timingSafeEqual(given, expected)) found = step
  }
  return found
}

/**
 * Whether a code of this step is used up, where `last` is the step of the last one that was taken. One that is later than
 * clocks may be off was taken before the clock was set back, and uses up nothing.
 */
export const isUsedStep = (step: number, last: number | undefined, now: number): boolean =>
  last !== undefined && step <= last && last <= stepAt(now) + SKEW_STEPS

/** As people type it into an authenticator: without padding. */
export function formatBase32(bytes: Uint8Array): string {
  let text = ""
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += BASE32[(value >> bits) & 31]
    }
  }
  return bits > 0 ? text + BASE32[(value << (5 - bits)) & 31] : text
}
