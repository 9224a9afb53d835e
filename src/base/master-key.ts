import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from "node:crypto"
import { HmacKey } from "./hmac.ts"
import { drawBytes } from "./random.ts"

/**
 * The one secret that everything sealed hangs on: 32 bytes, from the data directory or the environment.
 *
 * It is never used itself: each purpose has its own key, derived by HKDF-SHA256. The bytes are in private fields, so
 * that no log or error that prints this object shows them.
 */
export class MasterKey {
  readonly #secret: Buffer
  readonly #derived = new Map<string, KeyObject>()
  readonly #signing = new Map<string, HmacKey>()

  constructor(secret: Uint8Array) {
    if (secret.length !== MASTER_KEY_BYTES) throw new TypeError(`A master key has ${MASTER_KEY_BYTES} bytes`)
    this.#secret = Buffer.from(secret)
  }

  /** The 256-bit key for one purpose. Purposes are few and fixed in the source; never put input into one. */
  keyFor(purpose: string): KeyObject {
    const known = this.#derived.get(purpose)
    if (known !== undefined) return known
    const key = createSecretKey(Buffer.from(hkdfSync("sha256", this.#secret, "", `hallpass:${purpose}`, 32)))
    this.#derived.set(purpose, key)
    return key
  }

  /** The same key, for HMACs of short texts. */
  hmacKeyFor(purpose: string): HmacKey {
    const known = this.#signing.get(purpose)
    if (known !== undefined) return known
    const key = new HmacKey(this.keyFor(purpose).export())
    this.#signing.set(purpose, key)
    return key
  }
}

export const MASTER_KEY_BYTES = 32

/** What was to be opened was sealed under another key or for another purpose, or was altered. */
export class UnsealError extends Error {
  constructor(purpose: string) {
    super(`Cannot open what was sealed for "${purpose}": the master key is another one, or the data was altered`)
    this.name = "UnsealError"
  }
}

// version | nonce | ciphertext | tag
const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** How many bytes sealing adds. */
export const SEAL_OVERHEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES

/** AES-256-GCM under the purpose's own key, with a random nonce. */
export function seal(masterKey: MasterKey, purpose: string, plain: Uint8Array | string): Buffer {
  const nonce = drawBytes(NONCE_BYTES)
  const cipher = createCipheriv("aes-256-gcm", masterKey.keyFor(`seal:${purpose}`), nonce)
  const first = typeof plain === "string" ? cipher.update(plain, "utf8") : cipher.update(plain)
  return Buffer.concat([Buffer.of(VERSION), nonce, first, cipher.final(), cipher.getAuthTag()])
}

/** Throws UnsealError where `sealed` is not what `seal` made under this key and for this purpose. */
export function open(masterKey: MasterKey, purpose: string, sealed: Uint8Array): Buffer {
  if (sealed.length < SEAL_OVERHEAD_BYTES || sealed[0] !== VERSION) throw new UnsealError(purpose)
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
  const decipher = createDecipheriv("aes-256-gcm", masterKey.keyFor(`seal:${purpose}`), nonce, {
    authTagLength: TAG_BYTES,
  })
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  const plain = decipher.update(sealed.subarray(1 + NONCE_BYTES, sealed.length - TAG_BYTES))
  try {
    decipher.final()
  } catch {
    throw new UnsealError(purpose)
  }
  return plain
}

/** What tells one sealing from every other, whatever was sealed: its nonce and its tag, as a text. */
export const sealOf = ({ buffer, byteOffset, length }: Uint8Array): string => {
  const sealed = Buffer.from(buffer, byteOffset, length)
  return sealed.toString("latin1", 1, 1 + NONCE_BYTES) + sealed.toString("latin1", length - TAG_BYTES)
}

export const openText = (masterKey: MasterKey, purpose: string, sealed: Uint8Array): string =>
  open(masterKey, purpose, sealed).toString("utf8")
