import type { MasterKey } from "../../base/master-key.ts"
import * as paging from "../../base/paging.ts"
import { invalidPageToken } from "./errors.ts"

/** API Reference: at most 20 on a page. */
const PAGE = 20

/** `MaxResults` and `NextToken` of every list of Organizations. */
export async function listPage<T>(
  masterKey: MasterKey,
  list: string,
  { MaxResults = PAGE, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
  rows: paging.Rows<T>,
): Promise<{ items: T[]; NextToken?: string }> {
  const asked = { list, token: NextToken, limit: MaxResults, invalidToken: invalidPageToken }
  const { items, next } = await paging.listPage(masterKey, asked, rows)
  return next === undefined ? { items } : { items, NextToken: next }
}
