import { createHmac, createSecretKey, hash, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto"
import { modularPower, PRIME } from "./modular-power.ts"

// SRP-6a as amazon-cognito-identity-js and the AWS SDKs speak it: SHA-256 over the bytes of Java's
// BigInteger.toByteArray(), a 128-bit key by HKDF, and a signature over a challenge in place of SRP's own proof.
// Source: amazon-cognito-identity-js src/AuthenticationHelper.js and src/CognitoUser.js.

const GENERATOR = 2n
/** The multiplier k. */
const MULTIPLIER = hashOf(pad(PRIME), pad(GENERATOR))
const KEY_INFO = "Caldera Derived Key"

/** What stands for a password: g ** x, where x is a hash of salt, user and password. Hexadecimal. */
export interface Verifier {
  salt: string
  verifier: string
}

/** Whose password it is. Both names go into the hash. */
export interface SrpIdentity {
  /** The pool's ID behind the underscore. */
  poolName: string
  /** `USER_ID_FOR_SRP`. */
  userId: string
}

export function createVerifier(identity: SrpIdentity, password: string, salt: string = createSalt()): Verifier {
  const x = privateKey(identity, password, salt)
  return { salt, verifier: modularPower(GENERATOR, x).toString(16) }
}

/** Whether this is the password: for flows in which the password itself is sent. */
export function isPassword(identity: SrpIdentity, password: string, { salt, verifier }: Verifier): boolean {
  const candidate = createVerifier(identity, password, salt).verifier
  return candidate.length === verifier.length && timingSafeEqual(Buffer.from(candidate), Buffer.from(verifier))
}

/** 16 bytes. The first is 0x10 to 0x7f, so that clients that strip zeros, pad, or do neither, all hash the same. */
export function createSalt(random: Uint8Array = randomBytes(16)): string {
  const bytes = Buffer.from(random)
  bytes[0] = 0x10 + (bytes[0]! % 0x70)
  return bytes.toString("hex")
}

/** The server's ephemeral pair: `b` is secret, `B` goes to the client. Hexadecimal. */
export interface Ephemeral {
  b: string
  B: string
}

export function createEphemeral(verifier: bigint): Ephemeral {
  for (;;) {
    const b = BigInt(`0x${randomBytes(32).toString("hex")}`)
    const B = (MULTIPLIER * verifier + modularPower(GENERATOR, b)) % PRIME
    if (b > 0n && B !== 0n) return { b: b.toString(16), B: B.toString(16) }
  }
}

/** Undefined where it is no hexadecimal number, or one that would make the session key known to everybody. */
export function parsePublicKey(hex: string): bigint | undefined {
  if (!/^[0-9a-fA-F]{1,1024}$/.test(hex)) return undefined
  const A = BigInt(`0x${hex}`)
  return A % PRIME === 0n ? undefined : A
}

/** What both sides sign with once they agree: 16 bytes. Undefined where the scrambling parameter is 0. */
export function sessionKey(A: bigint, { b, B }: Ephemeral, verifier: bigint): Buffer | undefined {
  const u = hashOf(pad(A), pad(BigInt(`0x${B}`)))
  if (u === 0n) return undefined
  const S = modularPower(A * modularPower(verifier, u), BigInt(`0x${b}`))
  return Buffer.from(hkdfSync("sha256", pad(S), pad(u), KEY_INFO, 16))
}

/** `PASSWORD_CLAIM_SIGNATURE`: base64. */
export function signClaim(key: Buffer, identity: SrpIdentity, secretBlock: Uint8Array, timestamp: string): string {
  return createHmac("sha256", createSecretKey(key))
    .update(identity.poolName + identity.userId)
    .update(secretBlock)
    .update(timestamp)
    .digest("base64")
}

export function isClaim(expected: string, given: string): boolean {
  const left = Buffer.from(expected)
  const right = Buffer.from(given)
  return left.length === right.length && timingSafeEqual(left, right)
}

function privateKey({ poolName, userId }: SrpIdentity, password: string, salt: string): bigint {
  const inner = hash("sha256", `${poolName}${userId}:${password}`, "buffer")
  return hashOf(pad(BigInt(`0x${salt}`)), inner)
}

function hashOf(...parts: Uint8Array[]): bigint {
  return BigInt(`0x${hash("sha256", Buffer.concat(parts), "hex")}`)
}

/** The bytes of Java's BigInteger.toByteArray() for a number that is not negative: no leading zeros but one for the sign. */
export function pad(value: bigint): Buffer {
  const hex = value.toString(16)
  const even = hex.length % 2 ? `0${hex}` : hex
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex")
}
