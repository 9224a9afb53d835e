import type { IdentityPool, RoleMapping } from "@aws-sdk/client-cognito-identity"
import type { Deps } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"
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

/** With all of its identities. */
export async function deletePool(tx: Writing, { account, region, poolId }: Pool): Promise<void> {
  await tx.run("DELETE FROM cid_logins WHERE pool_id = $1", poolId)
  await tx.run("DELETE FROM cid_identities WHERE pool_id = $1", poolId)
  await tx.run("DELETE FROM cid_pools WHERE account = $1 AND region = $2 AND pool_id = $3", account, region, poolId)
  await tx.changed(CACHE, poolId)
}

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
