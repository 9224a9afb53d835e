import type { Deps } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import type { Entry } from "../datasets/entries.ts"
import type { Dataset } from "../datasets/record.ts"
import { streamedUpdate } from "./event.ts"

/** The job that takes the updates of an identity to the stream of its pool, in the order of each dataset's counts. */
export const STREAM = "cognito-sync:stream"

/** Puts an update on its way, in the transaction that makes it. */
export async function enqueueUpdate(
  tx: Writing,
  { work }: Pick<Deps, "work">,
  dataset: Dataset,
  entries: readonly Entry[],
): Promise<void> {
  const body = JSON.stringify(streamedUpdate(dataset, entries))
  // A dataset that was deleted long ago is forgotten with its count, which begins anew.
  await tx.run(
    `INSERT INTO csync_updates (identity_id, dataset, sync_count, size, body) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (identity_id, dataset, sync_count) DO UPDATE SET size = excluded.size, body = excluded.body`,
    dataset.identityId,
    dataset.name,
    dataset.syncCount,
    Buffer.byteLength(body),
    body,
  )
  await work.enqueue(tx, { kind: STREAM, key: `${dataset.poolId} ${dataset.identityId}`, lane: dataset.poolId })
}

/** An update that a stream has not got yet. */
export interface UpdateKey {
  identityId: string
  dataset: string
  syncCount: number
}

/** The next ones of an identity, as many as have so many bytes together, and one at least. */
export async function listUpdates(
  tx: Reading,
  identityId: string,
  { count, bytes }: { count: number; bytes: number },
): Promise<(UpdateKey & { body: string })[]> {
  const rows = await tx.all<{ dataset: string; sync_count: number; size: number }>(
    `SELECT dataset, sync_count, size FROM csync_updates WHERE identity_id = $1
     ORDER BY dataset, sync_count LIMIT $2`,
    identityId,
    count,
  )
  const updates: (UpdateKey & { body: string })[] = []
  let left = bytes
  for (const { dataset, sync_count: syncCount, size } of rows) {
    if (updates.length > 0 && size > left) break
    left -= size
    const row = await tx.get<{ body: string }>(
      "SELECT body FROM csync_updates WHERE identity_id = $1 AND dataset = $2 AND sync_count = $3",
      identityId,
      dataset,
      syncCount,
    )
    updates.push({ identityId, dataset, syncCount, body: row!.body })
  }
  return updates
}

export async function removeUpdates(tx: Writing, updates: readonly UpdateKey[]): Promise<void> {
  for (const { identityId, dataset, syncCount } of updates)
    await tx.run(
      "DELETE FROM csync_updates WHERE identity_id = $1 AND dataset = $2 AND sync_count = $3",
      identityId,
      dataset,
      syncCount,
    )
}

/** Some of an identity's, whatever they are. Whether there may be more. */
export async function dropUpdates(tx: Writing, identityId: string, most: number): Promise<boolean> {
  const dropped = await tx.run(
    `DELETE FROM csync_updates WHERE (identity_id, dataset, sync_count) IN (
       SELECT identity_id, dataset, sync_count FROM csync_updates WHERE identity_id = $1 LIMIT $2)`,
    identityId,
    most,
  )
  return dropped === most
}
