import { listPage, type Rows } from "../../base/paging.ts"
import type { CallContext } from "../../call.ts"
import { badRequest, invalidToken } from "./errors.ts"

/** UNVERIFIED: how many AWS gives where nobody says, and at most. */
const PAGE = 100
const PAGE_AT_MOST = 500

/** `MaxResults` is text in this model. */
function pageSize(asked: string | undefined): number {
  if (asked === undefined || asked === "") return PAGE
  if (!/^[1-9]\d{0,8}$/.test(asked)) throw badRequest("Invalid maxResults.")
  return Math.min(Number(asked), PAGE_AT_MOST)
}

/** One page of a list, in the members that every list of the model has. */
export async function page<T>(
  { masterKey }: Pick<CallContext, "masterKey">,
  list: string,
  { MaxResults, NextToken }: { MaxResults?: string | undefined; NextToken?: string | undefined },
  rows: Rows<T>,
): Promise<{ Items: T[]; NextToken?: string }> {
  const { items, next } = await listPage(
    masterKey,
    {
      list: `apigatewayv2 ${list}`,
      token: NextToken || undefined,
      limit: pageSize(MaxResults),
      invalidToken,
    },
    rows,
  )
  return { Items: items, ...(next !== undefined && { NextToken: next }) }
}
