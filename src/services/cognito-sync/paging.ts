import type { MasterKey } from "../../base/master-key.ts"
import * as paging from "../../base/paging.ts"
import { invalidPaging } from "./errors.ts"

/** One page of a list; `Count` is how many are on it. */
export async function listPage<T>(
  masterKey: MasterKey,
  list: string,
  { NextToken, limit }: { NextToken: string | undefined; limit: number },
  rows: paging.Rows<T>,
): Promise<{ items: T[]; Count: number; NextToken?: string }> {
  const asked = { list, token: NextToken, limit, invalidToken: invalidPaging }
  const { items, next } = await paging.listPage(masterKey, asked, rows)
  return { items, Count: items.length, ...(next !== undefined && { NextToken: next }) }
}

/** UNVERIFIED: the most that AWS gives at once of datasets and pools, and what it answers who asks for more. */
export const PAGE_AT_MOST = 60

/** As many as were asked for, within bounds. */
export const pageSize = (asked: number | undefined, most: number): number =>
  asked === undefined ? most : Math.min(Math.max(asked, 1), most)
