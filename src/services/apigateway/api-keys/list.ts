import { formatToken, parseToken } from "../../../base/paging.ts"
import type { CallContext } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"
import type { Stored } from "../collection.ts"
import { limitInvalid, positionInvalid } from "../errors.ts"
import { ownerOf } from "../owners.ts"
import type { Asked } from "../paging.ts"
import { planKeys } from "../usage-plans/keys-record.ts"
import { type ApiKey, apiKeys } from "./record.ts"

/** API Reference: 25 where nothing is said, and 500 at most. */
const USUAL = 25
const MOST = 500
/** So many keys are looked at for a page; one that is cut short by it has a position all the same. */
const SCANNED = 1_000

/** Keys in the order of their ids, those after `after` alone. */
type Source = (tx: Reading, after: string, limit: number) => Promise<Stored<ApiKey | undefined>[]>

export const ofAccount =
  (context: CallContext): Source =>
  (tx, after, limit) =>
    apiKeys.list(tx, ownerOf(context), after, limit)

export const ofPlan =
  (context: CallContext, planId: string): Source =>
  async (tx, after, limit) => {
    const keys: Stored<ApiKey | undefined>[] = []
    for (const { id } of await planKeys.list(tx, planId, after, limit))
      keys.push({ id, record: await apiKeys.read(tx, ownerOf(context), id) })
    return keys
  }

/** A page of the keys that are wanted. `list` says whose keys they are, and which are wanted. */
export async function listApiKeys(
  { store, masterKey }: CallContext,
  list: readonly unknown[],
  { position, limit = USUAL }: Asked,
  source: Source,
  isWanted: (key: ApiKey) => boolean,
): Promise<{ items: ApiKey[]; position?: string }> {
  if (limit < 1) throw limitInvalid()
  const name = `apigateway api-key ${JSON.stringify(list)}`
  const after = position ? parseToken(masterKey, name, position) : ""
  if (after === undefined) throw positionInvalid()
  const most = Math.min(limit, MOST)
  const scanned = await store.read((tx) => source(tx, after, SCANNED + 1))
  const items: ApiKey[] = []
  for (const [i, { id, record }] of scanned.entries()) {
    if (record && isWanted(record)) items.push(record)
    const isLast = items.length === most || i === SCANNED - 1
    if (isLast) return i < scanned.length - 1 ? { items, position: formatToken(masterKey, name, id) } : { items }
  }
  return { items }
}
