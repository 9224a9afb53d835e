import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto"
import { createReadStream, readFileSync } from "node:fs"
import { open, rm } from "node:fs/promises"
import { type Opener, openStream, SealedStreamError, sealStream } from "../base/sealed-stream.ts"
import { ConfigError } from "../config.ts"
import { formatRow } from "../services/cognito-idp/user-import/csv.ts"
import { CommandFailure } from "./failure.ts"

/** What of a user a CSV file has; a sealed one has all that the server told. */
export interface ExportedUser {
  sub: string
  username: string
  attributes: Record<string, string>
  mfa?: { enabled: string[] }
}

/** What a file is sealed to, or opened by; undefined where neither is named. */
export function readOpener(
  keyFile: string | undefined,
  passphraseFile: string | undefined,
  kind: "public" | "private",
): Opener | undefined {
  if (keyFile !== undefined && passphraseFile !== undefined) throw new ConfigError("A key or a passphrase, not both.")
  if (passphraseFile !== undefined) {
    const passphrase = readText(passphraseFile).replace(/\r?\n$/, "")
    if (passphrase.length < 12) throw new ConfigError("The passphrase must have at least 12 characters.")
    return { passphrase }
  }
  return keyFile === undefined ? undefined : { key: parseKey(readText(keyFile), keyFile, kind) }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${(error as Error).message}.`)
  }
}

function parseKey(pem: string, file: string, kind: "public" | "private"): KeyObject {
  try {
    // A private key has the public one in it; but who only seals should not have it.
    if (kind === "public" && /PRIVATE KEY/.test(pem)) throw new Error("it is a private key")
    const key = kind === "public" ? createPublicKey(pem) : createPrivateKey(pem)
    if (key.asymmetricKeyType === "x25519") return key
  } catch {
    // Falls through: whatever it is, it is not that.
  }
  throw new ConfigError(`${file} is not the ${kind} key of a pair of X25519, in PEM.`)
}

/** For its owner alone; what is there is not written over, and of what is not written to its end nothing is left. */
async function write(file: string, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  const handle = await open(file, "wx", 0o600).catch((error: Error) => {
    throw new ConfigError(`${file} cannot be made: ${error.message}.`)
  })
  try {
    for await (const piece of pieces) await handle.write(Buffer.from(piece as string))
    await handle.sync()
  } catch (error) {
    await rm(file, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

/** One object a line: the pool, then each of its users. Tells how many. */
export async function writeSealed(
  file: string,
  to: Opener,
  pool: object,
  users: AsyncIterable<ExportedUser>,
): Promise<number> {
  let count = 0
  async function* lines(): AsyncGenerator<string> {
    yield `${JSON.stringify({ pool })}\n`
    for await (const user of users) {
      count++
      yield `${JSON.stringify({ user })}\n`
    }
  }
  await write(file, sealStream(lines(), to))
  return count
}

/** AWS's file for import jobs. */
export async function writeCsv(
  file: string,
  columns: readonly string[],
  users: AsyncIterable<ExportedUser>,
): Promise<number> {
  let count = 0
  async function* rows(): AsyncGenerator<string> {
    yield `${formatRow(columns)}\n`
    for await (const user of users) {
      count++
      yield `${formatRow(columns.map((column) => cellOf(user, column)))}\n`
    }
  }
  await write(file, rows())
  return count
}

function cellOf({ sub, username, attributes, mfa }: ExportedUser, column: string): string {
  if (column === "cognito:mfa_enabled") return mfa?.enabled.includes("SMS_MFA") ? "true" : "false"
  // Where people are known by an address, the username is their `sub`.
  if (column === "cognito:username")
    return username === sub ? (attributes.email ?? attributes.phone_number ?? username) : username
  const value = attributes[column] ?? ""
  return column === "birthdate" ? value.replace(/^(\d{4})-(\d\d)-(\d\d)$/, "$2/$3/$1") : value
}

/** What one call brings: so many users, and no more of them than a call may have. */
const USERS_AT_ONCE = 50
const BYTES_AT_ONCE = 512 * 1024

interface Arrivals {
  poolName: string
  groups?: unknown[]
  users: unknown[]
}

/** The users of a sealed file, some at a time, the first of them with the pool's groups. */
export async function* readSealed(file: string, by: Opener): AsyncGenerator<Arrivals> {
  let arrivals: Arrivals | undefined
  let bytes = 0
  try {
    for await (const line of linesOf(openStream(createReadStream(file), by))) {
      const { pool, user } = JSON.parse(line) as { pool?: { poolName: string; groups: unknown[] }; user?: unknown }
      if (pool) arrivals = { poolName: pool.poolName, groups: pool.groups, users: [] }
      if (!arrivals) throw new SealedStreamError("the file does not begin with a pool")
      if (user) arrivals.users.push(user)
      bytes += line.length
      if (arrivals.users.length < USERS_AT_ONCE && bytes < BYTES_AT_ONCE) continue
      yield arrivals
      arrivals = { poolName: arrivals.poolName, users: [] }
      bytes = 0
    }
  } catch (error) {
    if (error instanceof SealedStreamError || (error as NodeJS.ErrnoException).code !== undefined)
      throw new CommandFailure(`${file}: ${(error as Error).message}.`)
    throw error
  }
  if (arrivals && (arrivals.users.length > 0 || arrivals.groups?.length)) yield arrivals
}

async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let kept = Buffer.alloc(0)
  for await (const piece of pieces) {
    kept = Buffer.concat([kept, piece])
    for (let end = kept.indexOf("\n"); end >= 0; end = kept.indexOf("\n")) {
      yield kept.subarray(0, end).toString()
      kept = kept.subarray(end + 1)
    }
  }
}
