import { createHash, createPublicKey, type KeyObject } from "node:crypto"

/** API Reference, `UploadSSHPublicKey`: "the minimum bit-length of the public key is 2048 bits". */
const SHORTEST_BITS = 2048

/** A public key that a user uploaded, whichever form it came in. */
export interface SshKey {
  key: KeyObject
  /** As `ssh-rsa` has it (RFC 4253, 6.6). */
  blob: Buffer
}

/** Reads an RSA key in OpenSSH's form or in PEM; says what hinders. */
export function parseSshKey(text: string): SshKey | "encoding" | "key" {
  const written = text.trim()
  const isPem = written.startsWith("-----BEGIN ")
  if (!isPem && !/^ssh-rsa\s/.test(written)) return "encoding"
  const key = isPem ? findPemKey(written) : findSshKey(Buffer.from(written.split(/\s+/)[1] ?? "", "base64"))
  if (key?.asymmetricKeyType !== "rsa" || (key.asymmetricKeyDetails?.modulusLength ?? 0) < SHORTEST_BITS) return "key"
  return { key, blob: blobOf(key) }
}

function findPemKey(text: string): KeyObject | undefined {
  try {
    // A private key holds the public one too, and is none of ours.
    return /PRIVATE KEY/.test(text) ? undefined : createPublicKey(text)
  } catch {
    return undefined
  }
}

function findSshKey(blob: Buffer): KeyObject | undefined {
  const [type, exponent, modulus] = partsOf(blob)
  if (type?.toString("latin1") !== "ssh-rsa" || !exponent || !modulus) return undefined
  try {
    const jwk = { kty: "RSA", e: exponent.toString("base64url"), n: withoutSign(modulus).toString("base64url") }
    return createPublicKey({ key: jwk, format: "jwk" })
  } catch {
    return undefined
  }
}

/** Each part has its length before it. */
function partsOf(blob: Buffer): Buffer[] {
  const parts: Buffer[] = []
  for (let at = 0; at + 4 <= blob.length; ) {
    const end = at + 4 + blob.readUInt32BE(at)
    if (end > blob.length) return []
    parts.push(blob.subarray(at + 4, end))
    at = end
  }
  return parts
}

/** A positive number whose first bit is set has a zero before it. */
const withoutSign = (number: Buffer): Buffer => (number[0] === 0 ? number.subarray(1) : number)
const withSign = (number: Buffer): Buffer =>
  (number[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), number]) : number

function blobOf(key: KeyObject): Buffer {
  const { e = "", n = "" } = key.export({ format: "jwk" })
  const numbers = [e, n].map((text) => withSign(Buffer.from(text, "base64url")))
  const parts = [Buffer.from("ssh-rsa"), ...numbers].flatMap((part) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(part.length)
    return [length, part]
  })
  return Buffer.concat(parts)
}

export const formatSshKey = ({ key, blob }: SshKey, encoding: "SSH" | "PEM"): string =>
  encoding === "SSH" ? `ssh-rsa ${blob.toString("base64")}` : key.export({ type: "spki", format: "pem" }).toString()

/** API Reference, `SSHPublicKey`: "the MD5 message digest of the SSH public key". */
export const fingerprintOf = ({ blob }: SshKey): string =>
  createHash("md5")
    .update(blob)
    .digest("hex")
    .replace(/..(?=.)/g, "$&:")
