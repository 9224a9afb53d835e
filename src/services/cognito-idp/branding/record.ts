import type { AssetType } from "@aws-sdk/client-cognito-identity-provider"
import type { Bytes } from "../../../bytes/bytes.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { cached } from "../caches.ts"
import { deleteDocument, findDocument, listDocuments, putDocument } from "../user-pools/documents.ts"
import type { PartialSettings } from "./settings.ts"

/** The style of a client's pages. Times are milliseconds since the epoch. */
export interface Branding {
  id: string
  clientId: string
  /** Whether it is the style that AWS provides: then it has neither settings nor images. */
  isProvided: boolean
  settings: PartialSettings
  assets: StoredAsset[]
  createdAt: number
  modifiedAt: number
}

export interface StoredAsset {
  category: AssetType["Category"] & string
  mode: AssetType["ColorMode"] & string
  extension: AssetType["Extension"] & string
  resourceId?: string
  /** In the room of bytes. */
  segment: { id: string; size: number }
}

const KIND = "cognito-idp.branding"
const DOCUMENT = "branding"

/** What a pool's pages show of each client, by `<pool>/<client>`; undefined where the client has no style. */
const brandings = cached(KIND, async (tx, key): Promise<Branding | undefined> => {
  const [poolId, clientId] = key.split("/") as [string, string]
  return findDocument<Branding>(tx, poolId, DOCUMENT, clientId)
})

export const findBranding = (
  store: Store,
  poolId: string,
  clientId: string,
): Branding | undefined | Promise<Branding | undefined> => brandings(store).find(`${poolId}/${clientId}`)

/** As it is stored now, and not as a cache remembers it. */
export const readBranding = (tx: Reading, poolId: string, clientId: string): Promise<Branding | undefined> =>
  findDocument<Branding>(tx, poolId, DOCUMENT, clientId)

/** Of a pool: no more than there may be. */
export const listBrandings = (tx: Reading, poolId: string): Promise<Branding[]> =>
  listDocuments<Branding>(tx, poolId, DOCUMENT)

export async function putBranding(tx: Writing, poolId: string, branding: Branding): Promise<void> {
  await putDocument(tx, poolId, DOCUMENT, branding.clientId, branding)
  await tx.changed(KIND, `${poolId}/${branding.clientId}`)
}

/** With its images. */
export async function deleteBranding(tx: Writing, bytes: Bytes, poolId: string, clientId: string): Promise<void> {
  const branding = await readBranding(tx, poolId, clientId)
  if (!branding) return
  for (const { segment } of branding.assets) await bytes.drop(tx, segment.id)
  await deleteDocument(tx, poolId, DOCUMENT, clientId)
  await tx.changed(KIND, `${poolId}/${clientId}`)
}

/** The images of a pool's pages are one family, so that they are gone with the pool. */
export const imageFamily = (poolId: string): string => `idp-${poolId}`
