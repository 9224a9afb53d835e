import { type MasterKey, open, seal } from "../../base/master-key.ts"
import { invalidPagingToken } from "./errors.ts"

const PURPOSE = "cognito-idp.paging"

/** One page of a listing. */
export interface Page<T> {
  items: T[]
  next: string | undefined
}

/**
 * Pages by key: the token seals the last key of the page before and what the listing is about, so that it is good for
 * the same listing alone and stays true while records come and go.
 */
export async function listPage<T>(
  masterKey: MasterKey,
  listing: { about: string; token: string | undefined; limit: number },
  keyOf: (item: T) => string,
  load: (after: string, count: number) => Promise<T[]>,
): Promise<Page<T>> {
  const after = listing.token === undefined ? "" : openToken(masterKey, listing.about, listing.token)
  const items = await load(after, listing.limit + 1)
  if (items.length <= listing.limit) return { items, next: undefined }
  items.length = listing.limit
  const last = keyOf(items.at(-1)!)
  return { items, next: seal(masterKey, PURPOSE, JSON.stringify([listing.about, last])).toString("base64") }
}

function openToken(masterKey: MasterKey, about: string, token: string): string {
  try {
    const [of, key] = JSON.parse(open(masterKey, PURPOSE, Buffer.from(token, "base64")).toString()) as [string, string]
    if (of === about) return key
  } catch {
    // Falls through: whatever is wrong with a token, the answer is the same.
  }
  throw invalidPagingToken()
}
