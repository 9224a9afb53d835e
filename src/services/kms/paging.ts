import type { MasterKey } from "../../base/master-key.ts"
import * as paging from "../../base/paging.ts"
import { invalidMarker } from "./errors.ts"

/** API Reference: the page where no Limit is given; ListAliases and grants have 50. */
const PAGE = 100

/** `Limit` and `Marker` of every list of KMS. */
export async function listPage<T>(
  masterKey: MasterKey,
  list: string,
  { Limit = PAGE, Marker }: { Limit?: number | undefined; Marker?: string | undefined },
  rows: paging.Rows<T>,
): Promise<{ items: T[]; paged: { Truncated: boolean; NextMarker?: string } }> {
  const asked = { list, token: Marker, limit: Limit, invalidToken: invalidMarker }
  const { items, next } = await paging.listPage(masterKey, asked, rows)
  return { items, paged: next === undefined ? { Truncated: false } : { Truncated: true, NextMarker: next } }
}
