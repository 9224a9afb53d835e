import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  scryptSync,
} from "node:crypto"

/**
 * A file that one key alone opens: AES-256-GCM over pieces, in the manner of STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015).
 * The nonce of a piece is its number and whether it is the last, so that none can be left out, moved or cut off. The key is
 * that of one file: by X25519 with a key pair of the file's own and HKDF-SHA256, as HPKE's base mode does (RFC 9180), or by
 * scrypt of a passphrase. The first line says how, and goes into every piece as what is authenticated with it.
 */
export type Opener = { key: KeyObject } | { passphrase: string }

const MAGIC = "hallpass-sealed-1"
const PIECE_BYTES = 64 * 1024
const TAG_BYTES = 16
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }

interface Head {
  format: typeof MAGIC
  by: "X25519" | "scrypt"
  /** Base64: the file's own public key, or the salt. */
  with: string
}

/** It was sealed for another key, or is not as it was sealed. */
export class SealedStreamError extends Error {
  override name = "SealedStreamError"
}

/** Seals texts, piece by piece. `to.key` is a public key of X25519. */
export async function* sealStream(texts: AsyncIterable<string>, to: Opener): AsyncGenerator<Buffer> {
  const { head, key } = begin(to)
  yield Buffer.concat([head, Buffer.from("\n")])
  let number = 0
  let kept = Buffer.alloc(0)
  for await (const text of texts) {
    kept = Buffer.concat([kept, Buffer.from(text)])
    // What is left may be the last, which is sealed as such.
    while (kept.length > PIECE_BYTES) {
      yield sealPiece(key, head, number++, false, kept.subarray(0, PIECE_BYTES))
      kept = kept.subarray(PIECE_BYTES)
    }
  }
  yield sealPiece(key, head, number, true, kept)
}

/** The bytes that were sealed. Throws SealedStreamError; what came before it is what was sealed. */
export async function* openStream(pieces: AsyncIterable<Uint8Array>, by: Opener): AsyncGenerator<Buffer> {
  const sealedBytes = PIECE_BYTES + TAG_BYTES
  let kept = Buffer.alloc(0)
  let opened: { head: Buffer; key: Buffer } | undefined
  let number = 0
  for await (const piece of pieces) {
    kept = Buffer.concat([kept, piece])
    if (!opened) {
      const end = kept.indexOf("\n")
      if (end < 0) {
        if (kept.length > 1_000) throw new SealedStreamError("the file is not one that 'hallpass users export' wrote")
        continue
      }
      const head = Buffer.from(kept.subarray(0, end))
      opened = { head, key: keyOf(head, by) }
      kept = kept.subarray(end + 1)
    }
    while (kept.length > sealedBytes) {
      yield openPiece(opened.key, opened.head, number++, false, kept.subarray(0, sealedBytes))
      kept = kept.subarray(sealedBytes)
    }
  }
  if (!opened) throw new SealedStreamError("the file is not one that 'hallpass users export' wrote")
  yield openPiece(opened.key, opened.head, number, true, kept)
}

function begin(to: Opener): { head: Buffer; key: Buffer } {
  if ("passphrase" in to) {
    const salt = randomBytes(16)
    return { head: formatHead("scrypt", salt), key: scryptSync(to.passphrase, salt, 32, SCRYPT) }
  }
  const own = generateKeyPairSync("x25519")
  const shared = diffieHellman({ privateKey: own.privateKey, publicKey: to.key })
  const point = bytesOf(own.publicKey)
  return { head: formatHead("X25519", point), key: derive(shared, point, bytesOf(to.key)) }
}

function keyOf(head: Buffer, by: Opener): Buffer {
  const { by: how, with: text } = parseHead(head)
  const bytes = Buffer.from(text, "base64")
  if (how === "scrypt") {
    if (!("passphrase" in by)) throw new SealedStreamError("the file is sealed with a passphrase")
    return scryptSync(by.passphrase, bytes, 32, SCRYPT)
  }
  if (!("key" in by)) throw new SealedStreamError("the file is sealed to a key")
  const publicKey = createPublicKey({
    key: { kty: "OKP", crv: "X25519", x: bytes.toString("base64url") },
    format: "jwk",
  })
  const shared = diffieHellman({ privateKey: by.key, publicKey })
  return derive(shared, bytes, bytesOf(createPublicKey(by.key)))
}

/** Both public keys go into it, so that a file is for one recipient alone. */
const derive = (shared: Buffer, own: Buffer, recipient: Buffer): Buffer =>
  Buffer.from(hkdfSync("sha256", shared, Buffer.concat([own, recipient]), MAGIC, 32))

const bytesOf = (publicKey: KeyObject): Buffer => Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url")

const formatHead = (by: Head["by"], bytes: Buffer): Buffer =>
  Buffer.from(JSON.stringify({ format: MAGIC, by, with: bytes.toString("base64") } satisfies Head))

function parseHead(head: Buffer): Head {
  try {
    const parsed = JSON.parse(head.toString()) as Head
    if (parsed.format === MAGIC && ["X25519", "scrypt"].includes(parsed.by) && typeof parsed.with === "string")
      return parsed
  } catch {
    // Falls through: whatever is wrong with it, it is none.
  }
  throw new SealedStreamError("the file is not one that 'hallpass users export' wrote")
}

/** No key seals two pieces with one nonce: each file has a key of its own. */
function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(number, 5, 6)
  nonce.writeUInt8(isLast ? 1 : 0, 11)
  return nonce
}

function sealPiece(key: Buffer, head: Buffer, number: number, isLast: boolean, piece: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonceOf(number, isLast)).setAAD(head)
  return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()])
}

function openPiece(key: Buffer, head: Buffer, number: number, isLast: boolean, sealed: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(number, isLast), { authTagLength: TAG_BYTES })
    decipher.setAAD(head)
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch {
    throw new SealedStreamError("the file was sealed for another key, or is not whole")
  }
}
