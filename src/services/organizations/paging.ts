import type { MasterKey } from "../../base/master-key.ts"
import { formatPageToken, page, parsePageToken } from "../../base/page-token.ts"
import { invalidPageToken } from "./errors.ts"

/** API Reference: at most 20 on a page. */
const PAGE = 20

interface List<T> {
  /** In the order of their keys, beginning after one; at least `limit` of them, where there are so many. */
  rows(after: string, limit: number): Promise<T[]>
  keyOf(row: T): string
}

export async function listPage<T>(
  masterKey: MasterKey,
  list: string,
  { MaxResults = PAGE, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
  { rows, keyOf }: List<T>,
): Promise<{ items: T[]; NextToken?: string }> {
  const after = NextToken === undefined ? "" : parsePageToken(masterKey, list, NextToken)
  if (after === undefined) throw invalidPageToken()
  const { items, after: next } = page(await rows(after, MaxResults + 1), MaxResults, keyOf)
  return next === undefined ? { items } : { items, NextToken: formatPageToken(masterKey, list, next) }
}
