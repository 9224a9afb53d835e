import { randomBytes } from "node:crypto"
import type { PasswordHashingAlgorithmType } from "@aws-sdk/client-cognito-identity-provider"

/** A hash that another directory kept of a password, taken apart. */
export type ImportedHash =
  | { algorithm: "BCRYPT"; encoded: string; cost: number }
  | { algorithm: "ARGON2ID"; encoded: string }
  | { algorithm: "SCRYPT"; N: number; r: number; p: number; salt: Buffer; hash: Buffer }
  | { algorithm: "PBKDF2_SHA256"; iterations: number; salt: Buffer; hash: Buffer }
  /** A verifier of another pool. */
  | { algorithm: "SRP"; poolName: string; userId: string; salt: string; verifier: string }

/** What each of them may cost at most. Source: "Importing users from a CSV file", password hashes. */
const CEILINGS = { cost: 12, N: 65_536, r: 8, p: 1, memoryKib: 19_456, passes: 2, lanes: 1, iterations: 600_000 }

const SALT_BYTES = { least: 8, most: 64 }
const HASH_BYTES = { least: 16, most: 64 }

const PARSERS: Readonly<Record<PasswordHashingAlgorithmType, (text: string) => ImportedHash | undefined>> = {
  BCRYPT: parseBcrypt,
  SCRYPT: parseScrypt,
  ARGON2ID: parseArgon2,
  PBKDF2_SHA256: parsePbkdf2,
}

/** Undefined where it is no hash of the algorithm, or one that costs more than it may. */
export const parseHash = (algorithm: PasswordHashingAlgorithmType, text: string): ImportedHash | undefined =>
  PARSERS[algorithm](text)

/** `$2[abxy]$<cost>$<22 of salt><31 of hash>`. They differ in how old programs misread what is not ASCII. */
function parseBcrypt(text: string): ImportedHash | undefined {
  const [, costText, rest] = /^\$2[abxy]\$(\d\d)\$([./A-Za-z0-9]{53})$/.exec(text) ?? []
  const cost = Number(costText)
  if (rest === undefined || cost < 4 || cost > CEILINGS.cost) return undefined
  return { algorithm: "BCRYPT", encoded: `$2b$${costText}$${rest}`, cost }
}

/** `<N>$<r>$<p>$<salt in hex>$<hash in hex>`. */
function parseScrypt(text: string): ImportedHash | undefined {
  const [, n, r, p, salt, hash] =
    /^(\d{1,7})\$(\d{1,3})\$(\d{1,3})\$((?:[0-9a-f]{2})+)\$((?:[0-9a-f]{2})+)$/i.exec(text) ?? []
  const numbers = { N: Number(n), r: Number(r), p: Number(p) }
  const isPower = Number.isInteger(Math.log2(numbers.N)) && numbers.N > 1
  if (hash === undefined || !isPower || !isWithin(numbers, CEILINGS)) return undefined
  return withBytes({ algorithm: "SCRYPT", ...numbers }, Buffer.from(salt!, "hex"), Buffer.from(hash, "hex"))
}

/** `$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<hash>`, Base64 without padding. */
function parseArgon2(text: string): ImportedHash | undefined {
  const [, m, t, p, salt, hash] =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(text) ?? []
  const numbers = { memoryKib: Number(m), passes: Number(t), lanes: Number(p) }
  if (hash === undefined || numbers.memoryKib < 8 * numbers.lanes || !isWithin(numbers, CEILINGS)) return undefined
  const bytes = withBytes({}, Buffer.from(salt!, "base64"), Buffer.from(hash, "base64"))
  return bytes && { algorithm: "ARGON2ID", encoded: text }
}

/** `$pbkdf2-sha256$<iterations>$<salt>$<hash>`, Base64 without padding; UNVERIFIED: passlib's, which has `.` for `+`, is taken too. */
function parsePbkdf2(text: string): ImportedHash | undefined {
  const [, count, salt, hash] = /^\$pbkdf2-sha256\$(\d{1,7})\$([A-Za-z0-9+/.]+)\$([A-Za-z0-9+/.]+)$/.exec(text) ?? []
  const iterations = Number(count)
  if (hash === undefined || !isWithin({ iterations }, CEILINGS)) return undefined
  const [salted, hashed] = [salt!, hash].map((one) => Buffer.from(one.replaceAll(".", "+"), "base64"))
  return withBytes({ algorithm: "PBKDF2_SHA256", iterations }, salted!, hashed!)
}

const isWithin = (numbers: Readonly<Record<string, number>>, most: Readonly<Record<string, number>>): boolean =>
  Object.entries(numbers).every(([name, value]) => value >= 1 && value <= most[name]!)

function withBytes<T extends object>(rest: T, salt: Buffer, hash: Buffer) {
  const isUsual =
    salt.length >= SALT_BYTES.least &&
    salt.length <= SALT_BYTES.most &&
    hash.length >= HASH_BYTES.least &&
    hash.length <= HASH_BYTES.most
  return isUsual ? { ...rest, salt, hash } : undefined
}

/** A hash of nobody's that costs as much to hold a password against. */
export function decoyOf(hash: ImportedHash): ImportedHash {
  switch (hash.algorithm) {
    case "BCRYPT":
      // The 22nd character of the salt stands for fewer bits than the others.
      return { ...hash, encoded: `${hash.encoded.slice(0, 7)}${randomHex(21)}.${randomHex(31)}` }
    case "SRP":
      return hash
    case "ARGON2ID": {
      const [salt, made] = hash.encoded.split("$").slice(-2) as [string, string]
      const bytes = [salt, made].map((text) => randomBytes(Buffer.from(text, "base64").length))
      const parts = [
        ...hash.encoded.split("$").slice(0, -2),
        ...bytes.map((one) => one.toString("base64").replace(/=+$/, "")),
      ]
      return { ...hash, encoded: parts.join("$") }
    }
    default:
      return { ...hash, salt: randomBytes(hash.salt.length), hash: randomBytes(hash.hash.length) }
  }
}

const randomHex = (length: number): string => randomBytes(length).toString("hex").slice(0, length)

/** As it is kept, sealed. */
export const formatKept = (hash: ImportedHash): string => JSON.stringify(hash)

export function parseKept(text: string): ImportedHash {
  const parsed = JSON.parse(text) as ImportedHash
  return "hash" in parsed ? { ...parsed, salt: Buffer.from(parsed.salt), hash: Buffer.from(parsed.hash) } : parsed
}
