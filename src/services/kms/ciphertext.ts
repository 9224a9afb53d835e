import { createCipheriv, createDecipheriv, createHmac, type KeyObject, randomBytes } from "node:crypto"
import type { EncryptionContext } from "./access.ts"
import type { KeyAddress } from "./arns.ts"
import { invalidCiphertext } from "./errors.ts"

/*
 * What Encrypt answers: format | key id (16) | version (4) | account (6) | length of region (1) | region | salt (16) |
 * nonce (12) | ciphertext | tag (16). Everything before the ciphertext is authenticated, and the encryption context with it.
 * Each ciphertext has a key of its own, derived from the material and the salt, so that a key may encrypt more often than
 * AES-GCM allows of one key and random nonces.
 */

const FORMAT = 1
const FIXED_BYTES = 1 + 16 + 4 + 6 + 1
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** What a ciphertext says of itself, before anybody has checked it. */
export interface Ciphertext {
  key: KeyAddress
  version: number
  /** All before the ciphertext proper. */
  head: Buffer
  body: Buffer
}

/** @throws InvalidCiphertextException where it is none of KMS's */
export function parseCiphertext(blob: Uint8Array): Ciphertext {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength)
  if (bytes.length < FIXED_BYTES || bytes[0] !== FORMAT) throw invalidCiphertext()
  const headBytes = FIXED_BYTES + bytes[FIXED_BYTES - 1]! + SALT_BYTES + NONCE_BYTES
  if (bytes.length < headBytes + TAG_BYTES) throw invalidCiphertext()
  const id = bytes.subarray(1, 17).toString("hex")
  const region = bytes.subarray(FIXED_BYTES, headBytes - SALT_BYTES - NONCE_BYTES).toString("latin1")
  if (!/^[a-z0-9-]+$/.test(region)) throw invalidCiphertext()
  return {
    key: {
      id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
      account: String(bytes.readUIntBE(21, 6)).padStart(12, "0"),
      region,
    },
    version: bytes.readUInt32BE(17),
    head: bytes.subarray(0, headBytes),
    body: bytes.subarray(headBytes),
  }
}

export function encrypt(
  material: KeyObject,
  { key, version }: Pick<Ciphertext, "key" | "version">,
  plaintext: Uint8Array,
  encryptionContext: EncryptionContext = {},
): Buffer {
  const region = Buffer.from(key.region, "latin1")
  const fixed = Buffer.alloc(FIXED_BYTES)
  fixed[0] = FORMAT
  fixed.write(key.id.replaceAll("-", ""), 1, "hex")
  fixed.writeUInt32BE(version, 17)
  fixed.writeUIntBE(Number(key.account), 21, 6)
  fixed[FIXED_BYTES - 1] = region.length
  const salt = randomBytes(SALT_BYTES)
  const nonce = randomBytes(NONCE_BYTES)
  const head = Buffer.concat([fixed, region, salt, nonce])
  const cipher = createCipheriv("aes-256-gcm", messageKey(material, salt), nonce)
  cipher.setAAD(Buffer.concat([head, canonical(encryptionContext)]))
  return Buffer.concat([head, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** @throws InvalidCiphertextException where it was altered, or the encryption context is another */
export function decrypt(
  material: KeyObject,
  { head, body }: Ciphertext,
  encryptionContext: EncryptionContext = {},
): Buffer {
  const nonceAt = head.length - NONCE_BYTES
  const salt = head.subarray(nonceAt - SALT_BYTES, nonceAt)
  const decipher = createDecipheriv("aes-256-gcm", messageKey(material, salt), head.subarray(nonceAt), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(Buffer.concat([head, canonical(encryptionContext)]))
  decipher.setAuthTag(body.subarray(body.length - TAG_BYTES))
  const plaintext = decipher.update(body.subarray(0, body.length - TAG_BYTES))
  try {
    decipher.final()
  } catch {
    throw invalidCiphertext(encryptionContext)
  }
  return plaintext
}

const messageKey = (material: KeyObject, salt: Uint8Array): Buffer =>
  createHmac("sha256", material).update("hallpass:kms:message\n").update(salt).digest()

/** The pairs in the order of their keys, each text with its length: no two contexts have the same form. */
function canonical(encryptionContext: EncryptionContext): Buffer {
  const parts: Buffer[] = []
  for (const key of Object.keys(encryptionContext).sort())
    for (const text of [key, encryptionContext[key]!]) {
      const bytes = Buffer.from(text, "utf8")
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      parts.push(length, bytes)
    }
  return Buffer.concat(parts)
}
