import type { CognitoStreams, PushSync } from "@aws-sdk/client-cognito-sync"
import type { Deps } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"

/** What is configured of synchronization for a pool. */
export interface SyncSettings {
  /** By the name of the event, `SyncTrigger`: the ARN of a function. */
  events: Record<string, string>
  streams?: CognitoStreams
  /** Why the stream was turned off, where nobody did it. */
  disabledReason?: string
  push?: PushSync
}

const CACHE = "cognito-sync.pool"
const NOTHING: SyncSettings = { events: {} }

const load = async (tx: Reading, poolId: string): Promise<SyncSettings | undefined> => {
  const row = await tx.get<{ body: string }>("SELECT body FROM csync_pools WHERE pool_id = $1", poolId)
  return row && (JSON.parse(row.body) as SyncSettings)
}

/** From the cache: every synchronization asks for it. */
export const findSettings = async ({ store }: Pick<Deps, "store">, poolId: string): Promise<SyncSettings> =>
  (await store.cache(CACHE, load).find(poolId)) ?? NOTHING

/** Inside of a transaction that is going to change them. */
export const readSettings = async (tx: Reading, poolId: string): Promise<SyncSettings> =>
  (await load(tx, poolId)) ?? NOTHING

export async function putSettings(tx: Writing, poolId: string, settings: SyncSettings): Promise<void> {
  await tx.run(
    `INSERT INTO csync_pools (pool_id, body) VALUES ($1, $2) ON CONFLICT (pool_id) DO UPDATE SET body = excluded.body`,
    poolId,
    JSON.stringify(settings),
  )
  await tx.changed(CACHE, poolId)
}
