import type { IdentityPool, RoleMapping } from "@aws-sdk/client-cognito-identity"
import type { Deps } from "../../../call.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import type { Workers } from "../../../work/job.ts"
import { type Removal, removalWorker, removeRows } from "../../../work/removal.ts"
import type { Enqueuing } from "../../../work/work.ts"
import { poolNotFound } from "../errors.ts"

/** An identity pool as it is kept. */
export interface Pool {
  account: string
  region: string
  poolId: string
  settings: PoolSettings
  /** `authenticated` and `unauthenticated` to role ARNs. */
  roles: Readonly<Record<string, string>>
  /** By provider: `cognito-idp.<region>.amazonaws.com/<pool>:<client>`, `graph.facebook.com`, a provider's ARN. */
  roleMappings: Readonly<Record<string, RoleMapping>>
  principalTags: Readonly<Record<string, PrincipalTagMap>>
}

export type PoolSettings = Omit<IdentityPool, "IdentityPoolId">

export interface PrincipalTagMap {
  useDefaults: boolean
  /** Tag to claim. */
  tags: Readonly<Record<string, string>>
}

interface PoolRow {
  account: string
  region: string
  pool_id: string
  body: string
}

export const CACHE = "cognito-identity.pool"

const parse = ({ account, region, pool_id, body }: PoolRow): Pool => ({
  account,
  region,
  poolId: pool_id,
  ...(JSON.parse(body) as Omit<Pool, "account" | "region" | "poolId">),
})

const load = async (tx: Reading, poolId: string): Promise<Pool | undefined> => {
  const row = await tx.get<PoolRow>("SELECT account, region, pool_id, body FROM cid_pools WHERE pool_id = $1", poolId)
  return row && parse(row)
}

/** A pool by its id, whoever owns it. From the cache: public operations ask for it at every call. */
export async function getPool({ store }: Pick<Deps, "store">, poolId: string): Promise<Pool> {
  const pool = await store.cache(CACHE, load).find(poolId)
  if (!pool) throw poolNotFound(poolId)
  return pool
}

export const findPool = ({ store }: Pick<Deps, "store">, poolId: string) => store.cache(CACHE, load).find(poolId)

/** A pool of this account and region, inside a transaction that is going to change it. */
export async function getOwnPool(tx: Reading, account: string, region: string, poolId: string): Promise<Pool> {
  const pool = await load(tx, poolId)
  if (pool?.account !== account || pool.region !== region) throw poolNotFound(poolId)
  return pool
}

export async function isOwnPool(tx: Reading, account: string, region: string, poolId: string): Promise<boolean> {
  const pool = await load(tx, poolId)
  return pool?.account === account && pool.region === region
}

/** Whosever it is; inside a transaction. */
export const poolExists = async (tx: Reading, poolId: string): Promise<boolean> =>
  (await tx.get("SELECT pool_id FROM cid_pools WHERE pool_id = $1", poolId)) !== undefined

export async function putPool(tx: Writing, pool: Pool): Promise<void> {
  const { account, region, poolId, ...body } = pool
  await tx.run(
    `INSERT INTO cid_pools (account, region, pool_id, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (account, region, pool_id) DO UPDATE SET body = excluded.body`,
    account,
    region,
    poolId,
    JSON.stringify(body),
  )
  await tx.changed(CACHE, poolId)
}

/** It is gone at once, and nobody finds its identities without it: they are removed in pieces. */
export async function deletePool(tx: Writing, work: Enqueuing, { account, region, poolId }: Pool): Promise<void> {
  await tx.run("DELETE FROM cid_pools WHERE account = $1 AND region = $2 AND pool_id = $3", account, region, poolId)
  await tx.changed(CACHE, poolId)
  if (await removeRows(tx, ...contentsOf(poolId))) await work.enqueue(tx, { kind: REMOVE_POOL, key: poolId })
}

const contentsOf = (poolId: string): Removal[] => [
  { table: "cid_logins", key: "pool_id, provider, subject", where: "pool_id = $1", values: [poolId] },
  { table: "cid_identities", key: "pool_id, identity_id", where: "pool_id = $1", values: [poolId] },
]

const REMOVE_POOL = "cognito-identity:remove-pool"

export const removal: Workers<{ store: Store }> = { [REMOVE_POOL]: removalWorker(({ key }) => contentsOf(key)) }

/** After `after`, in the order of their ids. */
export async function listPools(tx: Reading, account: string, region: string, after: string, limit: number) {
  const rows = await tx.all<PoolRow>(
    `SELECT account, region, pool_id, body FROM cid_pools
     WHERE account = $1 AND region = $2 AND pool_id > $3 ORDER BY pool_id LIMIT $4`,
    account,
    region,
    after,
    limit,
  )
  return rows.map(parse)
}
