import { deflateRawSync, inflateRawSync } from "node:zlib"
import { BoundedCache } from "../base/bounded-cache.ts"
import type { Clock } from "../base/clock.ts"
import { type MasterKey, open, seal, UnsealError } from "../base/master-key.ts"
import { newAccessKeyId } from "./access-key-id.ts"
import type { FederatedUser, RoleSession, SessionRecord, SessionUser } from "./session-record.ts"

/** A session to be: what is left out is made here. */
export type NewSession = Omit<RoleSession, Made> | Omit<FederatedUser, Made> | Omit<SessionUser, Made>
type Made = "accessKeyId" | "issuedAt" | "expiresAt"

/** As STS and identity pools answer it, but for the time's form, which differs between them. */
export interface SessionCredentials {
  AccessKeyId: string
  /** 40 characters. */
  SecretAccessKey: string
  SessionToken: string
  Expiration: Date
}

export interface OpenedSession {
  record: SessionRecord
  secretAccessKey: string
}

const PURPOSE = "session-token"
const PLAIN = 0
const DEFLATED = 1
/** Deflating a shorter record costs more than its token is worth: a tenth of all that issuing takes. */
const DEFLATE_FROM_BYTES = 1024
/** Longer ones are none of ours: session policies are limited, packed, to far less. */
const MAX_TOKEN_LENGTH = 16_384
const MAX_RECORD_BYTES = 1 << 20

/**
 * Credentials that any node can verify without a look-up: the record is sealed into the token, and the secret access
 * key derives from the master key, the access key id and the token.
 */
export function issueSessionCredentials(
  masterKey: MasterKey,
  session: NewSession,
  durationSeconds: number,
  clock: Clock,
): SessionCredentials {
  const accessKeyId = newAccessKeyId("ASIA", session.account)
  const issuedAt = Math.floor(clock.now() / 1000)
  const expiresAt = issuedAt + durationSeconds
  const token = sealRecord(masterKey, { ...session, accessKeyId, issuedAt, expiresAt })
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: deriveSecret(masterKey, accessKeyId, token),
    SessionToken: token,
    Expiration: new Date(expiresAt * 1000),
  }
}

/** Undefined where the token is not one of ours: forged, cut, altered, or of another server. Its time is not looked at. */
export function openSessionToken(masterKey: MasterKey, token: string): OpenedSession | undefined {
  const cache = openedTokensOf(masterKey)
  const known = cache.find(token)
  if (known !== undefined) return known
  const record = openRecord(masterKey, token)
  if (record === undefined) return undefined
  const opened = { record, secretAccessKey: deriveSecret(masterKey, record.accessKeyId, token) }
  cache.put(token, opened)
  return opened
}

function sealRecord(masterKey: MasterKey, record: SessionRecord): string {
  const json = Buffer.from(JSON.stringify(record))
  const plain =
    json.length < DEFLATE_FROM_BYTES
      ? Buffer.concat([Buffer.of(PLAIN), json])
      : Buffer.concat([Buffer.of(DEFLATED), deflateRawSync(json)])
  return seal(masterKey, PURPOSE, plain).toString("base64url")
}

function openRecord(masterKey: MasterKey, token: string): SessionRecord | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined
  const sealed = Buffer.from(token, "base64url")
  // Node skips what is no base64; only one spelling of a token is that token.
  if (sealed.toString("base64url") !== token) return undefined
  try {
    const plain = open(masterKey, PURPOSE, sealed)
    const body = plain.subarray(1)
    const json = plain[0] === DEFLATED ? inflateRawSync(body, { maxOutputLength: MAX_RECORD_BYTES }) : body
    return JSON.parse(json.toString("utf8"))
  } catch (error) {
    if (error instanceof UnsealError) return undefined
    throw error
  }
}

/** 30 bytes in base64: AWS's own length and alphabet. */
const deriveSecret = (masterKey: MasterKey, accessKeyId: string, token: string): string =>
  masterKey.hmacKeyFor("session-secret").sign(`${accessKeyId}\n${token}`, "base64").slice(0, 40)

// A token under another master key is another token, so each key has its own memory. Only tokens that opened get in:
// nobody can crowd it out with rubbish.
const opened = new WeakMap<MasterKey, BoundedCache<string, OpenedSession>>()
const OPENED_TOKENS = 4096

function openedTokensOf(masterKey: MasterKey): BoundedCache<string, OpenedSession> {
  const known = opened.get(masterKey)
  if (known !== undefined) return known
  const cache = new BoundedCache<string, OpenedSession>(OPENED_TOKENS)
  opened.set(masterKey, cache)
  return cache
}
