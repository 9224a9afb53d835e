import { hash } from "node:crypto"

/**
 * HMAC-SHA256 (RFC 2104) of short texts under a key that is used often. `createHmac` makes an object for each use, and that
 * takes more than both of its digests: these are one call each (measured: half the time, and nothing to collect).
 *
 * What the key is made of is in private fields, so that no log or error that prints this object shows it.
 */
export class HmacKey {
  readonly #innerPad: Buffer
  /** The outer pad, and behind it the place of the inner digest. */
  readonly #outer: Buffer

  constructor(secret: Uint8Array) {
    const key = Buffer.alloc(BLOCK_BYTES)
    key.set(secret.length > BLOCK_BYTES ? hash("sha256", secret, "buffer") : secret)
    this.#innerPad = Buffer.from(key.map((byte) => byte ^ 0x36))
    this.#outer = Buffer.concat([key.map((byte) => byte ^ 0x5c)], BLOCK_BYTES + DIGEST_BYTES)
  }

  /** Of the text in UTF-8. */
  sign(text: string, encoding: "hex" | "base64"): string {
    const room = text.length <= MOST_SHARED ? shared : Buffer.allocUnsafe(roomFor(text.length))
    room.set(this.#innerPad)
    const end = BLOCK_BYTES + room.write(text, BLOCK_BYTES)
    this.#outer.write(hash("sha256", room.subarray(0, end), "binary"), BLOCK_BYTES, "latin1")
    return hash("sha256", this.#outer, encoding)
  }
}

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32

/** A character has at most three bytes for each of its units. */
const roomFor = (length: number): number => BLOCK_BYTES + 3 * length

/** Longer than a string to sign, and than a session token. Nothing waits between writing to it and reading. */
const MOST_SHARED = 4_096
const shared = Buffer.allocUnsafeSlow(roomFor(MOST_SHARED))
