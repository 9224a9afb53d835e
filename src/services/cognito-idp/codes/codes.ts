import { createHmac, timingSafeEqual } from "node:crypto"
import type { MasterKey } from "../../../base/master-key.ts"
import { DIGITS, randomText } from "../../../base/random.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { expiredCode, tooManyAttempts, wrongCode } from "../errors.ts"
import type { Contact } from "./delivery.ts"

/** What a code proves. A new code for the same purpose replaces the one before. */
export type CodePurpose = "sign-up" | "reset" | "attribute:email" | "attribute:phone_number"

// Source: "Quotas in Amazon Cognito", code validity; the limit is the upper end of "5-20 attempts per hour".
const VALID_SECONDS: Record<CodePurpose, number> = {
  "sign-up": 24 * 3600,
  reset: 3600,
  "attribute:email": 24 * 3600,
  "attribute:phone_number": 24 * 3600,
}
const LIMIT = 20
const WINDOW_MILLISECONDS = 3600 * 1000

interface CodeRecord {
  /** Keyed hash; absent once the code was used. */
  hash?: string
  expiresAt: number
  /** Codes sent and wrong answers since `since`: together they are limited. */
  tries: number
  since: number
  /** The address that the code went to, and of which attribute it was the value. */
  attribute: Contact
  destination: string
}

/** `outcome` tells everything that an answer needs; wrong answers are written, so nothing is thrown here. */
export type CodeCheck =
  | { outcome: "right"; attribute: Contact; destination: string }
  | { outcome: "wrong" | "expired" | "limit" }

interface Key {
  poolId: string
  sub: string
  purpose: CodePurpose
}

/** A new code of six digits; undefined where too many were asked for. */
export async function issueCode(
  tx: Writing,
  masterKey: MasterKey,
  key: Key,
  { attribute, destination }: { attribute: Contact; destination: string },
  now: number,
): Promise<string | undefined> {
  const before = await findRecord(tx, key)
  const { tries, since } = windowOf(before, now)
  if (tries >= LIMIT) return undefined
  if (!before) await sweep(tx, now)
  const code = randomText(DIGITS, 6)
  const expiresAt = now + VALID_SECONDS[key.purpose] * 1000
  await putRecord(tx, key, {
    hash: hashOf(masterKey, key, code),
    expiresAt,
    tries: tries + 1,
    since,
    attribute,
    destination,
  })
  return code
}

/**
 * Checks an answer. A right one uses the code up. Nobody's is always wrong, whether a code was asked for or not. Source:
 * "Managing user existence error responses", ConfirmForgotPassword.
 */
export async function checkCode(
  tx: Writing,
  masterKey: MasterKey,
  key: Key,
  code: string,
  now: number,
  { isNobodys = false } = {},
): Promise<CodeCheck> {
  const record = await findRecord(tx, key)
  const isThere = record?.hash !== undefined && record.expiresAt > now
  if (!isThere && !isNobodys) return { outcome: "expired" }
  const { tries, since } = windowOf(record, now)
  if (tries >= LIMIT) return { outcome: "limit" }
  const isRight = isSame(record?.hash ?? hashOf(masterKey, key, ""), hashOf(masterKey, key, code))
  if (!record || !isRight || isNobodys) {
    await putRecord(tx, key, { ...(record ?? nobodysRecord(now)), tries: tries + 1, since })
    return { outcome: "wrong" }
  }
  const { hash, ...used } = record
  await putRecord(tx, key, used)
  return { outcome: "right", attribute: record.attribute, destination: record.destination }
}

const nobodysRecord = (now: number) => ({ expiresAt: now, attribute: "email" as const, destination: "" })

/** A clock that was set back makes an age negative: the codes of that time no longer count. */
function windowOf(record: CodeRecord | undefined, now: number): Pick<CodeRecord, "tries" | "since"> {
  if (!record || Math.abs(now - record.since) >= WINDOW_MILLISECONDS) return { tries: 0, since: now }
  return record
}

const hashOf = (masterKey: MasterKey, { poolId, sub, purpose }: Key, code: string): string =>
  createHmac("sha256", masterKey.keyFor("cognito-idp.code"))
    .update(JSON.stringify([poolId, sub, purpose, code]))
    .digest("base64")

const isSame = (left: string, right: string): boolean => timingSafeEqual(Buffer.from(left), Buffer.from(right))

async function findRecord(tx: Reading, { poolId, sub, purpose }: Key): Promise<CodeRecord | undefined> {
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM idp_codes WHERE pool_id = $1 AND sub = $2 AND purpose = $3",
    poolId,
    sub,
    purpose,
  )
  return row && JSON.parse(row.body)
}

async function putRecord(tx: Writing, { poolId, sub, purpose }: Key, record: CodeRecord): Promise<void> {
  await tx.run(
    `INSERT INTO idp_codes (pool_id, sub, purpose, expires, body) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (pool_id, sub, purpose) DO UPDATE SET expires = excluded.expires, body = excluded.body`,
    poolId,
    sub,
    purpose,
    Math.max(record.expiresAt, record.since + WINDOW_MILLISECONDS),
    JSON.stringify(record),
  )
}

/** Whoever is the first to ask for a code takes away as many records that nothing depends on any more. */
const SWEPT_AT_ONCE = 20

async function sweep(tx: Writing, now: number): Promise<void> {
  await tx.run(
    `DELETE FROM idp_codes WHERE (pool_id, sub, purpose) IN
       (SELECT pool_id, sub, purpose FROM idp_codes WHERE expires > 0 AND expires < $1 ORDER BY expires LIMIT $2)`,
    now,
    SWEPT_AT_ONCE,
  )
}

/** The refusal of an answer that is not right. */
export function codeRefusal(outcome: "wrong" | "expired" | "limit"): Error {
  return { wrong: wrongCode, expired: expiredCode, limit: tooManyAttempts }[outcome]()
}
