import type { MasterKey } from "../../base/master-key.ts"
import { parsePageToken } from "../../base/page-token.ts"
import { invalidPaging } from "./errors.ts"

export { formatPageToken as formatToken, page } from "../../base/page-token.ts"

/** The key to go on after: before all where there is no token. */
export function parseToken(masterKey: MasterKey, list: string, token: string | undefined): string {
  if (token === undefined) return ""
  const after = parsePageToken(masterKey, list, token)
  if (after === undefined) throw invalidPaging()
  return after
}
