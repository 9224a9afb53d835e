import type { UserPoolClientType } from "@aws-sdk/client-cognito-identity-provider"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { cached } from "../caches.ts"
import { clientNotFound } from "../errors.ts"
import { assertPoolThere, findUserPool, type UserPool } from "../user-pools/record.ts"

/** What CreateUserPoolClient and UpdateUserPoolClient both set. */
export type ClientSettings = Omit<
  UserPoolClientType,
  "UserPoolId" | "ClientId" | "ClientName" | "ClientSecret" | "LastModifiedDate" | "CreationDate" | "ClientType"
>

/** An app client. Times are milliseconds since the epoch. */
export interface AppClient {
  id: string
  poolId: string
  name: string
  createdAt: number
  modifiedAt: number
  /** None, one or two; the oldest first. */
  secrets: readonly ClientSecret[]
  settings: ClientSettings
  /** How long a browser's session spares this client's users a new sign-in, in minutes, where it is set. */
  ssoMinutes?: number
}

/** A secret of a client. */
export interface ClientSecret {
  /** `<client-id>--<milliseconds since the epoch>`. Source: ClientSecretDescriptorType. */
  id: string
  createdAt: number
  /** Base64. */
  sealed: string
}

interface ClientRow {
  pool_id: string
  id: string
  body: string
}

const KIND = "cognito-idp.app-client"
const clients = cached(KIND, async (tx, id): Promise<AppClient | undefined> => {
  const row = await tx.get<ClientRow>("SELECT pool_id, id, body FROM idp_app_clients WHERE id = $1", id)
  return row && parseClient(row)
})

export function parseClient({ pool_id, id, body }: ClientRow): AppClient {
  const { sealedSecret, ...client } = JSON.parse(body) as Omit<AppClient, "id" | "poolId"> & { sealedSecret?: string }
  // Rows from before clients could have two.
  const before = sealedSecret && [
    { id: `${id}--${client.createdAt}`, createdAt: client.createdAt, sealed: sealedSecret },
  ]
  return { ...client, secrets: client.secrets ?? (before || []), poolId: pool_id, id }
}

export const findClient = (store: Store, id: string): AppClient | undefined | Promise<AppClient | undefined> =>
  clients(store).find(id)

/** The client of a pool: another pool's is unknown here. */
export async function getClient(store: Store, pool: UserPool, id: string): Promise<AppClient> {
  const client = await findClient(store, id)
  if (!client || client.poolId !== pool.id) throw clientNotFound(id)
  return client
}

/** The client and the pool it signs in to, for operations that name the client alone. */
export async function getClientAndPool(store: Store, id: string): Promise<{ client: AppClient; pool: UserPool }> {
  const client = await findClient(store, id)
  const pool = client && (await findUserPool(store, client.poolId))
  if (!client || !pool) throw clientNotFound(id)
  return { client, pool }
}

/** Throws where the client is gone: what is about to be written would have no owner. */
export async function assertClientThere(tx: Reading, pool: UserPool, id: string): Promise<void> {
  if (!(await tx.get("SELECT id FROM idp_app_clients WHERE pool_id = $1 AND id = $2", pool.id, id)))
    throw clientNotFound(id)
}

export async function putClient(tx: Writing, { poolId, id, ...body }: AppClient): Promise<void> {
  await assertPoolThere(tx, poolId)
  await tx.run(
    `INSERT INTO idp_app_clients (pool_id, id, body) VALUES ($1, $2, $3)
     ON CONFLICT (pool_id, id) DO UPDATE SET body = excluded.body`,
    poolId,
    id,
    JSON.stringify(body),
  )
  await tx.changed(KIND, id)
}

/** Its tokens, of which there may be any number, are good for nothing without it, and go when their users sign in again. */
export async function deleteClient(tx: Writing, { poolId, id }: AppClient): Promise<void> {
  await tx.run("DELETE FROM idp_app_clients WHERE pool_id = $1 AND id = $2", poolId, id)
  await tx.run("DELETE FROM idp_terms WHERE pool_id = $1 AND client_id = $2", poolId, id)
  await tx.changed(KIND, id)
}

export const listClients = async (tx: Reading, poolId: string, after: string, count: number): Promise<AppClient[]> =>
  (
    await tx.all<ClientRow>(
      "SELECT pool_id, id, body FROM idp_app_clients WHERE pool_id = $1 AND id > $2 ORDER BY id LIMIT $3",
      poolId,
      after,
      count,
    )
  ).map(parseClient)

/** Changes what is stored now, not what a cache remembers. */
export async function changeClient(
  store: Store,
  pool: UserPool,
  id: string,
  change: (client: AppClient, tx: Writing) => AppClient | Promise<AppClient>,
): Promise<AppClient> {
  return store.transact(async (tx) => {
    const row = await tx.get<ClientRow>(
      "SELECT pool_id, id, body FROM idp_app_clients WHERE pool_id = $1 AND id = $2",
      pool.id,
      id,
    )
    if (!row) throw clientNotFound(id)
    const changed = await change(parseClient(row), tx)
    await putClient(tx, changed)
    return changed
  })
}
