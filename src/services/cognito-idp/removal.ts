import type { Store, Writing } from "../../store/store.ts"
import type { Worker, Workers } from "../../work/job.ts"
import { type Removal, removalWorker, removeRows } from "../../work/removal.ts"
import type { Enqueuing } from "../../work/work.ts"

/**
 * What goes with a pool, a user or a group. That itself is gone at once, and with it all that hangs on it: nothing finds
 * these rows but through it. They are removed in pieces, as there may be any number of them.
 */
const OF_A_POOL: Readonly<Record<string, string>> = {
  idp_resource_servers: "pool_id, identifier",
  idp_identity_providers: "pool_id, name",
  idp_provider_identifiers: "pool_id, identifier",
  idp_linked_identities: "pool_id, provider, subject",
  idp_pool_documents: "pool_id, kind, client_id",
  idp_devices: "pool_id, sub, device_key",
  idp_auth_events: "pool_id, sub, id",
  idp_failures: "pool_id, sub",
  idp_signing_keys: "pool_id",
  idp_saml_keys: "pool_id",
  idp_groups: "pool_id, name",
  idp_users: "pool_id, sub",
  idp_sign_in_names: "pool_id, attribute, value_key",
  idp_user_search: "pool_id, attribute, value, username_key",
  idp_memberships: "pool_id, group_name, sub",
  idp_refresh_tokens: "pool_id, hash",
  idp_codes: "pool_id, sub, purpose",
  idp_app_clients: "pool_id, id",
  idp_browser_sessions: "pool_id, hash",
  idp_oauth_codes: "pool_id, hash",
  idp_user_sessions: "pool_id, sub, id",
  idp_import_jobs: "pool_id, id",
  idp_terms: "pool_id, id",
  idp_passkeys: "pool_id, sub, id",
  idp_passkey_challenges: "pool_id, sub",
}

/** Of these a user may have any number; what else a user has goes with the record. */
const OF_A_USER = [
  "idp_devices",
  "idp_auth_events",
  "idp_memberships",
  "idp_refresh_tokens",
  "idp_browser_sessions",
  "idp_user_sessions",
]

const ofPool = (poolId: string): Removal[] =>
  Object.entries(OF_A_POOL).map(([table, key]) => ({ table, key, where: "pool_id = $1", values: [poolId] }))

const ofUser = (poolId: string, sub: string): Removal[] =>
  OF_A_USER.map((table) => ({
    table,
    key: OF_A_POOL[table]!,
    where: "pool_id = $1 AND sub = $2",
    values: [poolId, sub],
  }))

const ofGroup = (poolId: string, memberKey: string): Removal[] => [
  {
    table: "idp_memberships",
    key: OF_A_POOL.idp_memberships!,
    where: "pool_id = $1 AND group_name = $2",
    values: [poolId, memberKey],
  },
]

/** The keys of the jobs are what they remove the rest of, its parts separated by slashes. */
const REMOVALS: Readonly<Record<string, (...key: string[]) => Removal[]>> = {
  "cognito-idp:remove-pool": (poolId) => ofPool(poolId!),
  "cognito-idp:remove-user": (poolId, sub) => ofUser(poolId!, sub!),
  "cognito-idp:remove-group": (poolId, ...memberKey) => ofGroup(poolId!, memberKey.join("/")),
}

export const removals: Workers<{ store: Store }> = Object.fromEntries(
  Object.entries(REMOVALS).map(([kind, of]): [string, Worker<{ store: Store }>] => [
    kind,
    removalWorker(({ key }) => of(...key.split("/"))),
  ]),
)

type Kind = "pool" | "user" | "group"

/** Removes what one piece of work may; what is left goes in the background. */
export async function removeRest(tx: Writing, work: Enqueuing, what: Kind, ...key: string[]): Promise<void> {
  const kind = `cognito-idp:remove-${what}`
  if (await removeRows(tx, ...REMOVALS[kind]!(...key))) await work.enqueue(tx, { kind, key: key.join("/") })
}
