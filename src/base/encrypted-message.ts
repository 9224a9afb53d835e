import { createCipheriv, hkdfSync, randomBytes } from "node:crypto"

/*
 * The message format of the AWS Encryption SDK, version 2, written under the suite 0x0478: AES-256-GCM with a key that is
 * derived and committed to, and without a signature. Source: AWS Encryption SDK Developer Guide, "Message format reference" and
 * "Body additional authenticated data (AAD) reference". Whoever has the SDK and may decrypt the data key reads it.
 */

const VERSION = 2
const SUITE = 0x0478
const FRAMED = 2
const FRAME_BYTES = 4096
const NONCE_BYTES = 12
const FINAL_FRAME = 0xffffffff
const PROVIDER = "aws-kms"

/** A key that one message is encrypted under, as KMS made it: 32 bytes, and the same encrypted under its own. */
export interface DataKey {
  /** ARN of the key of KMS. */
  keyArn: string
  plaintext: Uint8Array
  ciphertext: Uint8Array
}

/**
 * Encrypts text or bytes for who may decrypt the data key with the same encryption context. A data key is for one message.
 *
 * The pairs of the encryption context are in the message for all to read, and nobody can alter them.
 */
export function encryptMessage(
  content: Uint8Array | string,
  dataKey: DataKey,
  encryptionContext: Readonly<Record<string, string>>,
): Buffer {
  const messageId = randomBytes(32)
  const derive = (info: Buffer | string) => Buffer.from(hkdfSync("sha512", dataKey.plaintext, messageId, info, 32))
  const key = derive(Buffer.concat([uint16(SUITE), Buffer.from("DERIVEKEY")]))
  const header = Buffer.concat([
    Buffer.of(VERSION),
    uint16(SUITE),
    messageId,
    sized(contextPairs(encryptionContext)),
    uint16(1),
    sized(Buffer.from(PROVIDER)),
    sized(Buffer.from(dataKey.keyArn)),
    sized(dataKey.ciphertext),
    Buffer.of(FRAMED),
    uint32(FRAME_BYTES),
    derive("COMMITKEY"),
  ])
  const { tag } = sealed(key, Buffer.alloc(NONCE_BYTES), header, Buffer.alloc(0))
  return Buffer.concat([header, tag, ...frames(key, messageId, Buffer.from(content))])
}

/** The last frame is shorter than the others and says how long it is; it may be empty. */
function* frames(key: Buffer, messageId: Buffer, content: Buffer): Generator<Buffer> {
  const last = Math.floor(content.length / FRAME_BYTES)
  for (let i = 0; i <= last; i++) {
    const part = content.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES)
    const number = uint32(i + 1)
    // The number of the frame is its nonce: the key is this message's alone.
    const nonce = Buffer.concat([Buffer.alloc(NONCE_BYTES - 4), number])
    const name = i < last ? "AWSKMSEncryptionClient Frame" : "AWSKMSEncryptionClient Final Frame"
    const length = Buffer.alloc(8)
    length.writeUInt32BE(part.length, 4)
    const { body, tag } = sealed(key, nonce, Buffer.concat([messageId, Buffer.from(name), number, length]), part)
    if (i < last) yield Buffer.concat([number, nonce, body, tag])
    else yield Buffer.concat([uint32(FINAL_FRAME), number, nonce, uint32(part.length), body, tag])
  }
}

/** In the order of the bytes of their keys; nothing at all where there are none. */
function contextPairs(encryptionContext: Readonly<Record<string, string>>): Buffer {
  const pairs = Object.entries(encryptionContext).map(([key, value]) => [Buffer.from(key), Buffer.from(value)] as const)
  if (pairs.length === 0) return Buffer.alloc(0)
  pairs.sort(([a], [b]) => Buffer.compare(a, b))
  return Buffer.concat([uint16(pairs.length), ...pairs.flatMap(([key, value]) => [sized(key), sized(value)])])
}

function sealed(key: Buffer, nonce: Buffer, aad: Buffer, plaintext: Buffer): { body: Buffer; tag: Buffer } {
  const cipher = createCipheriv("aes-256-gcm", key, nonce)
  cipher.setAAD(aad)
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return { body, tag: cipher.getAuthTag() }
}

const sized = (bytes: Uint8Array): Buffer => Buffer.concat([uint16(bytes.length), bytes])

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
