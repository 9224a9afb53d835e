import { pbkdf2Sync, scryptSync, timingSafeEqual } from "node:crypto"
import { isPassword } from "../srp/srp.ts"
import type { ImportedHash } from "./formats.ts"
import { argon2Verify, bcryptVerify } from "./wasm.ts"

/** More of a password no bcrypt has ever looked at. */
const BCRYPT_BYTES = 72

/** Whether the hash is of this password. It takes as long as the hash says: hundreds of milliseconds. */
export async function isHashOf(hash: ImportedHash, password: string): Promise<boolean> {
  switch (hash.algorithm) {
    case "BCRYPT": {
      const bytes = Buffer.from(password).subarray(0, BCRYPT_BYTES)
      // It is kept as a text that ends with a zero.
      const whole = bytes.length === 0 || bytes.includes(0) ? undefined : bytes
      return whole !== undefined && bcryptVerify({ password: whole, hash: hash.encoded })
    }
    case "SRP":
      return isPassword(hash, password, hash)
    case "ARGON2ID":
      return password !== "" && argon2Verify({ password, hash: hash.encoded })
    case "SCRYPT": {
      const { N, r, p, salt } = hash
      const expected = Buffer.from(hash.hash)
      const made = scryptSync(password, Buffer.from(salt), expected.length, { N, r, p, maxmem: 256 * N * r })
      return timingSafeEqual(made, expected)
    }
    case "PBKDF2_SHA256": {
      const expected = Buffer.from(hash.hash)
      const made = pbkdf2Sync(password, Buffer.from(hash.salt), hash.iterations, expected.length, "sha256")
      return timingSafeEqual(made, expected)
    }
  }
}
