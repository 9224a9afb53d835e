import { randomUUID } from "../../../base/random.ts"
import type { Reading, Writing } from "../../../store/store.ts"

/** One person (or guest) of a pool. Times are milliseconds since the epoch. */
export interface Identity {
  poolId: string
  identityId: string
  createdAt: number
  modifiedAt: number
  /** It was merged into another, or its last login was taken away: it gets no credentials any more, and HideDisabled
   * hides it. */
  disabled: boolean
}

/** A person at a provider. For developer providers the subject is the developer's user identifier. */
export interface Login {
  provider: string
  subject: string
}

/** Source: API Reference, "MergeDeveloperIdentities": the number of linked logins is limited to 20. */
export const LOGINS_AT_MOST = 20

interface IdentityRow {
  pool_id: string
  identity_id: string
  created_at: number
  modified_at: number
  disabled: number
}

const parse = (row: IdentityRow): Identity => ({
  poolId: row.pool_id,
  identityId: row.identity_id,
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
  disabled: row.disabled !== 0,
})

export async function createIdentity(tx: Writing, region: string, poolId: string, now: number): Promise<Identity> {
  const identityId = `${region}:${randomUUID()}`
  await tx.run(
    `INSERT INTO cid_identities (pool_id, identity_id, created_at, modified_at, disabled) VALUES ($1, $2, $3, $4, 0)`,
    poolId,
    identityId,
    now,
    now,
  )
  return { poolId, identityId, createdAt: now, modifiedAt: now, disabled: false }
}

export async function findIdentity(tx: Reading, identityId: string): Promise<Identity | undefined> {
  // Those of a pool that is gone are gone with it, and removed some time later.
  const row = await tx.get<IdentityRow>(
    `SELECT i.* FROM cid_identities i JOIN cid_pools p ON p.pool_id = i.pool_id WHERE i.identity_id = $1`,
    identityId,
  )
  return row && parse(row)
}

/** An identity, and the logins that belong to it. */
export interface Linked {
  identity: Identity
  /** In the order of provider and subject. */
  own: readonly Login[]
}

interface LinkedRow extends IdentityRow {
  provider: string | null
  subject: string | null
}

/** Both in one statement: whoever asks for credentials asks for this. */
export async function findLinked(tx: Reading, identityId: string): Promise<Linked | undefined> {
  const rows = await tx.all<LinkedRow>(
    `SELECT i.pool_id, i.identity_id, i.created_at, i.modified_at, i.disabled, l.provider, l.subject
     FROM cid_identities i JOIN cid_pools p ON p.pool_id = i.pool_id LEFT JOIN cid_logins l ON l.identity_id = i.identity_id
     WHERE i.identity_id = $1 ORDER BY l.provider, l.subject`,
    identityId,
  )
  const [first] = rows
  if (!first) return undefined
  const own = rows.flatMap(({ provider, subject }) => (provider === null ? [] : [{ provider, subject: subject! }]))
  return { identity: parse(first), own }
}

/** The identity that a login belongs to. */
export async function findIdentityIdByLogin(tx: Reading, poolId: string, login: Login): Promise<string | undefined> {
  const row = await tx.get<{ identity_id: string }>(
    "SELECT identity_id FROM cid_logins WHERE pool_id = $1 AND provider = $2 AND subject = $3",
    poolId,
    login.provider,
    login.subject,
  )
  return row?.identity_id
}

/** In the order of provider and subject. */
export const listLogins = (tx: Reading, identityId: string): Promise<Login[]> =>
  tx.all<{ provider: string; subject: string } & Login>(
    "SELECT provider, subject FROM cid_logins WHERE identity_id = $1 ORDER BY provider, subject",
    identityId,
  )

export async function linkLogin(tx: Writing, identity: Identity, login: Login, now: number): Promise<void> {
  await tx.run(
    "INSERT INTO cid_logins (pool_id, provider, subject, identity_id) VALUES ($1, $2, $3, $4)",
    identity.poolId,
    login.provider,
    login.subject,
    identity.identityId,
  )
  await touchIdentity(tx, identity.identityId, now)
}

export async function unlinkLogin(tx: Writing, poolId: string, login: Login): Promise<void> {
  await tx.run(
    "DELETE FROM cid_logins WHERE pool_id = $1 AND provider = $2 AND subject = $3",
    poolId,
    login.provider,
    login.subject,
  )
}

/** Wherever somebody is known as `subject`: all pools, by pool and provider. */
export const listIdentityIdsBySubject = (tx: Reading, subject: string, limit: number): Promise<string[]> =>
  tx
    .all<{ identity_id: string }>(
      "SELECT identity_id FROM cid_logins WHERE subject = $1 ORDER BY pool_id, provider LIMIT $2",
      subject,
      limit,
    )
    .then((rows) => [...new Set(rows.map((row) => row.identity_id))])

/** All logins of one identity become another's. */
export async function moveLogins(tx: Writing, from: string, to: string): Promise<void> {
  await tx.run("UPDATE cid_logins SET identity_id = $1 WHERE identity_id = $2", to, from)
}

export async function touchIdentity(tx: Writing, identityId: string, now: number): Promise<void> {
  await tx.run("UPDATE cid_identities SET modified_at = $1 WHERE identity_id = $2", now, identityId)
}

export async function disableIdentity(tx: Writing, identityId: string, now: number): Promise<void> {
  await tx.run("UPDATE cid_identities SET disabled = 1, modified_at = $1 WHERE identity_id = $2", now, identityId)
}

/** How many there were: 0 or 1. */
export async function deleteIdentity(tx: Writing, identityId: string): Promise<number> {
  await tx.run("DELETE FROM cid_logins WHERE identity_id = $1", identityId)
  return tx.run("DELETE FROM cid_identities WHERE identity_id = $1", identityId)
}

/** After `after`, in the order of their ids. */
export async function listIdentities(
  tx: Reading,
  poolId: string,
  after: string,
  limit: number,
  hideDisabled: boolean,
): Promise<Identity[]> {
  const rows = await tx.all<IdentityRow>(
    `SELECT * FROM cid_identities
     WHERE pool_id = $1 AND identity_id > $2 ${hideDisabled ? "AND disabled = 0" : ""}
     ORDER BY identity_id LIMIT $3`,
    poolId,
    after,
    limit,
  )
  return rows.map(parse)
}
