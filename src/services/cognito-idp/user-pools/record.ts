import type {
  SchemaAttributeType,
  SetUserPoolMfaConfigRequest,
  UpdateUserPoolRequest,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Clock } from "../../../base/clock.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import type { Enqueuing } from "../../../work/work.ts"
import { userPoolArn } from "../access.ts"
import { cached } from "../caches.ts"
import { userPoolNotFound } from "../errors.ts"
import { removeRest } from "../removal.ts"

/** What CreateUserPool and UpdateUserPool both set; an update that leaves something out sets its default. */
export type PoolSettings = Omit<UpdateUserPoolRequest, "UserPoolId" | "PoolName" | "UserPoolTags">

/** The factors that SetUserPoolMfaConfig sets. */
export type MfaSettings = Omit<SetUserPoolMfaConfigRequest, "UserPoolId" | "MfaConfiguration">

export interface UserPool extends PoolBody {
  account: string
  region: string
  id: string
  arn: string
  /** The part of the ID behind the underscore: SRP hashes it. */
  poolName: string
  /** The schema by attribute name. */
  attributes: ReadonlyMap<string, SchemaAttributeType>
}

/** What is kept as JSON. Times are milliseconds since the epoch. */
export interface PoolBody {
  name: string
  createdAt: number
  modifiedAt: number
  settings: PoolSettings
  mfa: MfaSettings
  schema: SchemaAttributeType[]
  usernameAttributes?: ("email" | "phone_number")[]
  aliasAttributes?: ("email" | "phone_number" | "preferred_username")[]
  caseSensitive: boolean
  /** Whether the request said so: a pool describes its UsernameConfiguration only then. */
  caseSensitivityGiven: boolean
  tags: Record<string, string>
  /** Where SetUserPoolSessionConfiguration was called. */
  sessions?: { tracking: "ENABLED" | "DISABLED"; maxPerUser: number }
  /** Nobody's hash, which costs as much to hold a password against as those that were imported; where some were. */
  importedHash?: string
}

interface PoolRow {
  account: string
  region: string
  id: string
  body: string
}

const KIND = "cognito-idp.user-pool"

const pools = cached(KIND, async (tx, id): Promise<UserPool | undefined> => {
  const row = await tx.get<PoolRow>("SELECT account, region, id, body FROM idp_user_pools WHERE id = $1", id)
  return row && parsePool(row)
})

export function parsePool({ account, region, id, body }: PoolRow): UserPool {
  const parsed = JSON.parse(body) as PoolBody
  return {
    ...parsed,
    account,
    region,
    id,
    arn: userPoolArn(account, region, id),
    poolName: id.slice(id.indexOf("_") + 1),
    attributes: new Map(parsed.schema.map((attribute) => [attribute.Name!, attribute])),
  }
}

/** Some requests' IDs have no pattern: what no pool is called is not looked for, and no database could hold all of it. */
const ID = /^[\w-]{1,55}$/

/** The pool of this ID, of whatever account and region. */
export const findUserPool = (store: Store, id: string): UserPool | undefined | Promise<UserPool | undefined> =>
  ID.test(id) ? pools(store).find(id) : undefined

/** A pool of the caller's own account, in the region that the request is about. */
export async function getUserPool(
  id: string,
  { store, account, region }: { store: Store; account: string; region: string },
): Promise<UserPool> {
  const pool = await findUserPool(store, id)
  if (!pool || pool.account !== account || pool.region !== region) throw userPoolNotFound(id)
  return pool
}

/**
 * Throws where the pool is gone: what is about to be written would have no owner. Asked in the same transaction, because
 * the pool that an operation began with may come from a cache.
 */
export async function assertPoolThere(tx: Reading, id: string): Promise<void> {
  if (!(await tx.get("SELECT id FROM idp_user_pools WHERE id = $1", id))) throw userPoolNotFound(id)
}

export async function insertPool(
  tx: Writing,
  key: { account: string; region: string; id: string },
  body: PoolBody,
): Promise<void> {
  const { account, region, id } = key
  await tx.run(
    "INSERT INTO idp_user_pools (account, region, id, body) VALUES ($1, $2, $3, $4)",
    account,
    region,
    id,
    JSON.stringify(body),
  )
  await tx.changed(KIND, id)
}

/** Changes what is stored now, not what a cache remembers. */
export async function changePool(
  store: Store,
  clock: Clock,
  id: string,
  change: (body: PoolBody, tx: Writing) => void | Promise<void>,
): Promise<void> {
  const modifiedAt = clock.now()
  await store.transact(async (tx) => {
    const row = await tx.get<{ body: string }>("SELECT body FROM idp_user_pools WHERE id = $1", id)
    if (!row) throw userPoolNotFound(id)
    const body = JSON.parse(row.body) as PoolBody
    await change(body, tx)
    body.modifiedAt = modifiedAt
    await tx.run("UPDATE idp_user_pools SET body = $2 WHERE id = $1", id, JSON.stringify(body))
    await tx.changed(KIND, id)
  })
}

/** It is gone at once; what is in it goes in the background. */
export async function deletePool(tx: Writing, work: Enqueuing, id: string): Promise<void> {
  await tx.run("DELETE FROM idp_user_pools WHERE id = $1", id)
  await tx.changed(KIND, id)
  await removeRest(tx, work, "pool", id)
}

export const listPools = async (
  tx: Reading,
  { account, region }: { account: string; region: string },
  after: string,
  count: number,
): Promise<UserPool[]> =>
  (
    await tx.all<PoolRow>(
      `SELECT account, region, id, body FROM idp_user_pools
        WHERE account = $1 AND region = $2 AND id > $3 ORDER BY id LIMIT $4`,
      account,
      region,
      after,
      count,
    )
  ).map(parsePool)
