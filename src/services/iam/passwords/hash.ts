import { randomBytes, scrypt, timingSafeEqual } from "node:crypto"

/** A password as it is kept: never itself. Both in base64. */
export interface PasswordHash {
  salt: string
  hash: string
}

const SALT_BYTES = 16
const HASH_BYTES = 32
/** OWASP Password Storage Cheat Sheet, scrypt: N = 2^15, r = 8, p = 3. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }

export async function hashPassword(password: string, salt = randomBytes(SALT_BYTES)): Promise<PasswordHash> {
  const hash = await new Promise<Buffer>((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)))
  })
  return { salt: salt.toString("base64"), hash: hash.toString("base64") }
}

export async function isPassword(password: string, { salt, hash }: PasswordHash): Promise<boolean> {
  const given = await hashPassword(password, Buffer.from(salt, "base64"))
  return timingSafeEqual(Buffer.from(given.hash, "base64"), Buffer.from(hash, "base64"))
}
