import type { Reading, Writing } from "../../../store/store.ts"
import { assertPoolThere } from "./record.ts"

/** Settings that a pool has as a whole and each client may have of its own. */
export type DocumentKind = "ui-customization" | "branding" | "risk" | "log-delivery"

/** The client that stands for the whole pool. */
export const WHOLE_POOL = ""

export async function findDocument<T>(
  tx: Reading,
  poolId: string,
  kind: DocumentKind,
  clientId: string = WHOLE_POOL,
): Promise<T | undefined> {
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM idp_pool_documents WHERE pool_id = $1 AND kind = $2 AND client_id = $3",
    poolId,
    kind,
    clientId,
  )
  return row && (JSON.parse(row.body) as T)
}

export async function putDocument(
  tx: Writing,
  poolId: string,
  kind: DocumentKind,
  clientId: string,
  document: unknown,
): Promise<void> {
  await assertPoolThere(tx, poolId)
  await tx.run(
    `INSERT INTO idp_pool_documents (pool_id, kind, client_id, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (pool_id, kind, client_id) DO UPDATE SET body = excluded.body`,
    poolId,
    kind,
    clientId,
    JSON.stringify(document),
  )
}

/** Those of all clients, of kinds of which a pool has few. */
export const listDocuments = async <T>(tx: Reading, poolId: string, kind: DocumentKind): Promise<T[]> =>
  (
    await tx.all<{ body: string }>(
      "SELECT body FROM idp_pool_documents WHERE pool_id = $1 AND kind = $2 ORDER BY client_id",
      poolId,
      kind,
    )
  ).map(({ body }) => JSON.parse(body) as T)

export async function deleteDocument(tx: Writing, poolId: string, kind: DocumentKind, clientId: string): Promise<void> {
  await tx.run(
    "DELETE FROM idp_pool_documents WHERE pool_id = $1 AND kind = $2 AND client_id = $3",
    poolId,
    kind,
    clientId,
  )
}
