import type { Bytes } from "../../../../bytes/bytes.ts"
import type { Reading, Store, Writing } from "../../../../store/store.ts"
import { cached } from "../../caches.ts"
import { deleteDocument, findDocument, putDocument, WHOLE_POOL } from "../../user-pools/documents.ts"

/** How the classic pages look. Times are milliseconds since the epoch. */
export interface ClassicStyle {
  css?: string
  logo?: ClassicLogo
  createdAt: number
  modifiedAt: number
}

export interface ClassicLogo {
  extension: "PNG" | "JPEG"
  segment: { id: string; size: number }
}

const KIND = "cognito-idp.classic-style"
const DOCUMENT = "ui-customization"

const styles = cached(KIND, async (tx, key): Promise<ClassicStyle | undefined> => {
  const [poolId, scope] = key.split("/") as [string, string]
  return findDocument<ClassicStyle>(tx, poolId, DOCUMENT, scope)
})

/** What a client's pages look like: as its own style says, or else as that of all clients. */
export async function findClassicStyle(
  store: Store,
  poolId: string,
  clientId: string,
): Promise<(ClassicStyle & { scope: string }) | undefined> {
  for (const scope of [clientId, WHOLE_POOL]) {
    const style = await styles(store).find(`${poolId}/${scope}`)
    if (style) return { ...style, scope }
  }
  return undefined
}

export const readClassicStyle = (tx: Reading, poolId: string, scope: string): Promise<ClassicStyle | undefined> =>
  findDocument<ClassicStyle>(tx, poolId, DOCUMENT, scope)

export async function putClassicStyle(
  tx: Writing,
  bytes: Bytes,
  poolId: string,
  scope: string,
  style: ClassicStyle,
): Promise<void> {
  const before = await readClassicStyle(tx, poolId, scope)
  if (before?.logo) await bytes.drop(tx, before.logo.segment.id)
  await putDocument(tx, poolId, DOCUMENT, scope, style)
  await tx.changed(KIND, `${poolId}/${scope}`)
}

/** With its logo. */
export async function deleteClassicStyle(tx: Writing, bytes: Bytes, poolId: string, clientId: string): Promise<void> {
  const style = await readClassicStyle(tx, poolId, clientId)
  if (!style) return
  if (style.logo) await bytes.drop(tx, style.logo.segment.id)
  await deleteDocument(tx, poolId, DOCUMENT, clientId)
  await tx.changed(KIND, `${poolId}/${clientId}`)
}
