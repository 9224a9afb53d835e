import { createHash } from "node:crypto"
import type { Reading, Writing } from "../../../store/store.ts"

/** What a pool uses. Times are milliseconds since the epoch. */
export interface Usage {
  /** UNVERIFIED: that AWS counts the synchronizations that changed something. */
  sessions: number
  /** Bytes. */
  storage: number
  modifiedAt: number
}

const SHARDS = 16

const shardOf = (identityId: string): number => createHash("md5").update(identityId).digest()[0]! % SHARDS

export async function addUsage(
  tx: Writing,
  { poolId, identityId }: { poolId: string; identityId: string },
  { sessions, storage, modifiedAt }: Usage,
): Promise<void> {
  await tx.run(
    `INSERT INTO csync_usage (pool_id, shard, sessions, storage, modified_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (pool_id, shard) DO UPDATE SET sessions = csync_usage.sessions + excluded.sessions,
       storage = csync_usage.storage + excluded.storage, modified_at = excluded.modified_at`,
    poolId,
    shardOf(identityId),
    sessions,
    storage,
    modifiedAt,
  )
}

export async function getUsage(tx: Reading, poolId: string): Promise<Usage> {
  const rows = await tx.all<{ sessions: number; storage: number; modified_at: number }>(
    "SELECT sessions, storage, modified_at FROM csync_usage WHERE pool_id = $1",
    poolId,
  )
  const usage = { sessions: 0, storage: 0, modifiedAt: 0 }
  for (const { sessions, storage, modified_at } of rows) {
    usage.sessions += sessions
    usage.storage += storage
    usage.modifiedAt = Math.max(usage.modifiedAt, modified_at)
  }
  return usage
}
