import type { MasterKey } from "../../base/master-key.ts"
import * as paging from "../../base/paging.ts"
import { invalidPaging } from "./errors.ts"

/** `MaxResults` and `NextToken` of every list of identity pools. */
export async function listPage<T>(
  masterKey: MasterKey,
  list: string,
  { MaxResults, NextToken }: { MaxResults: number; NextToken?: string | undefined },
  rows: paging.Rows<T>,
): Promise<{ items: T[]; NextToken?: string }> {
  const asked = { list, token: NextToken, limit: MaxResults, invalidToken: invalidPaging }
  const { items, next } = await paging.listPage(masterKey, asked, rows)
  return next === undefined ? { items } : { items, NextToken: next }
}
