import type { MasterKey } from "../../base/master-key.ts"
import * as paging from "../../base/paging.ts"
import { invalidMarker } from "./errors.ts"

/** API Reference: however many are asked for, a page has no more. */
const MOST = 50

/** `MaxItems` and `Marker` of every list; `list` says whose it is and what of it. */
export async function listPage<T>(
  masterKey: MasterKey,
  list: string,
  { MaxItems = MOST, Marker }: { MaxItems?: number | undefined; Marker?: string | undefined },
  rows: paging.Rows<T>,
): Promise<{ items: T[]; NextMarker?: string }> {
  const asked = { list, token: Marker || undefined, limit: Math.min(MaxItems, MOST), invalidToken: invalidMarker }
  const { items, next } = await paging.listPage(masterKey, asked, rows)
  return next === undefined ? { items } : { items, NextMarker: next }
}
