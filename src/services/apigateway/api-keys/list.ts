import type { CallContext } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"
import type { Stored } from "../collection.ts"
import { ownerOf } from "../owners.ts"
import { type Asked, listPage } from "../paging.ts"
import { planKeys } from "../usage-plans/keys-record.ts"
import { MOST_KEYS } from "./make.ts"
import { type ApiKey, apiKeys } from "./record.ts"

const AT_ONCE = 500

/** Keys in the order of their ids, those after `after` alone: as many as are read at once. */
type Source = (tx: Reading, after: string) => Promise<Stored<ApiKey | undefined>[]>

export const ofAccount =
  (context: CallContext): Source =>
  (tx, after) =>
    apiKeys.list(tx, ownerOf(context), after, AT_ONCE)

export const ofPlan =
  (context: CallContext, planId: string): Source =>
  async (tx, after) => {
    const keys: Stored<ApiKey | undefined>[] = []
    for (const { id } of await planKeys.list(tx, planId, after, AT_ONCE))
      keys.push({ id, record: await apiKeys.read(tx, ownerOf(context), id) })
    return keys
  }

/**
 * The page of the keys that are wanted. What is not wanted is read as well, some hundreds at a time: an account has ten thousand
 * at most. `list` says whose keys they are, and which are wanted.
 */
export async function listApiKeys(
  { store, masterKey }: CallContext,
  list: readonly unknown[],
  asked: Asked,
  source: Source,
  isWanted: (key: ApiKey) => boolean,
): Promise<{ items: ApiKey[]; position?: string }> {
  return listPage(masterKey, `apigateway api-key ${JSON.stringify(list)}`, asked, {
    async load(after, limit) {
      const found: ApiKey[] = []
      let from = after
      for (let read = 0; read < MOST_KEYS && found.length < limit; read += AT_ONCE) {
        const some = await store.read((tx) => source(tx, from))
        found.push(...some.flatMap(({ record }) => (record && isWanted(record) ? [record] : [])))
        if (some.length < AT_ONCE) break
        from = some.at(-1)!.id
      }
      return found
    },
    keyOf: ({ id }) => id,
  })
}
