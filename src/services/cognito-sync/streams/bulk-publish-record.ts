import type { BulkPublishStatus } from "@aws-sdk/client-cognito-sync"
import type { Reading, Writing } from "../../../store/store.ts"

/** The last time that all of a pool was published. Times are milliseconds since the epoch. */
export interface BulkPublish {
  status: Exclude<BulkPublishStatus, "NOT_STARTED">
  startedAt: number
  completedAt?: number
  failure?: string
}

export async function findBulkPublish(tx: Reading, poolId: string): Promise<BulkPublish | undefined> {
  const row = await tx.get<{ body: string }>("SELECT body FROM csync_bulk_publishes WHERE pool_id = $1", poolId)
  return row && (JSON.parse(row.body) as BulkPublish)
}

export async function putBulkPublish(tx: Writing, poolId: string, publish: BulkPublish): Promise<void> {
  await tx.run(
    `INSERT INTO csync_bulk_publishes (pool_id, body) VALUES ($1, $2)
     ON CONFLICT (pool_id) DO UPDATE SET body = excluded.body`,
    poolId,
    JSON.stringify(publish),
  )
}
