import type { MasterKey } from "../../base/master-key.ts"
import * as paging from "../../base/paging.ts"
import type { Reading } from "../../store/store.ts"
import type { Collection, Stored } from "./collection.ts"
import { limitInvalid, positionInvalid } from "./errors.ts"

/** API Reference: 25 where nothing is said, and 500 at most. */
const USUAL = 25
const MOST = 500

export interface Asked {
  position?: string | undefined
  limit?: number | undefined
}

/** `position` and `limit` of every list; `list` says whose it is and what of it. */
export async function listPage<T>(
  masterKey: MasterKey,
  list: string,
  { position, limit = USUAL }: Asked,
  rows: paging.Rows<T>,
): Promise<{ items: T[]; position?: string }> {
  // UNVERIFIED: that 0 is refused; Terraform and others ask for 500.
  if (limit < 1) throw limitInvalid()
  const asked = { list, token: position || undefined, limit: Math.min(limit, MOST), invalidToken: positionInvalid }
  const { items, next } = await paging.listPage(masterKey, asked, rows)
  return next === undefined ? { items } : { items, position: next }
}

/** The page of an owner's records of one kind. */
export const listRecords = <T>(
  tx: Reading,
  masterKey: MasterKey,
  records: Collection<T>,
  owner: string,
  asked: Asked,
): Promise<{ items: Stored<T>[]; position?: string }> =>
  listPage(masterKey, `apigateway ${records.kind} ${owner}`, asked, {
    load: (after, limit) => records.list(tx, owner, after, limit),
    keyOf: ({ id }) => id,
  })
