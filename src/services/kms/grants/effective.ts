import type { Deps } from "../../../call.ts"
import { type CompiledPolicy, compile, type Principal } from "../../../policy/index.ts"
import type { Reading } from "../../../store/store.ts"
import type { KeyRequirement } from "../access.ts"
import type { Key } from "../keys/record.ts"
import { grantDocument } from "./document.ts"
import { GRANTS_KIND, GRANTS_OF_GRANTEE_AT_MOST, type Grant, grantsKey, listGrants } from "./record.ts"
import { readTokens } from "./tokens.ts"

/** The grants of the key that name the principal, and those that it has tokens of, as policies. */
export async function findGrants(
  deps: Pick<Deps, "store" | "masterKey">,
  key: Key,
  principal: Principal,
  { grantTokens = [], sourceArn }: Pick<KeyRequirement, "grantTokens" | "sourceArn">,
): Promise<readonly CompiledPolicy[]> {
  const cache = deps.store.cache(GRANTS_KIND, load)
  const found: CompiledPolicy[] = []
  for (const grantee of namesOf(principal))
    for (const source of sourceArn === undefined ? [""] : ["", sourceArn])
      found.push(...((await cache.find(grantsKey(key.record.id, grantee, source))) ?? []))
  if (grantTokens.length === 0) return found
  // A token is there for what other nodes do not know yet: its grant is read from the database itself.
  const granted = await readTokens(deps, grantTokens)
  const known = new Set(found.map(({ name }) => name))
  return [
    ...found,
    ...granted
      .filter((grant) => grant.keyId === key.record.id)
      .map(compileGrant)
      .filter(({ name }) => !known.has(name)),
  ]
}

async function load(tx: Reading, cacheKey: string): Promise<readonly CompiledPolicy[] | undefined> {
  const [key_id = "", grantee = "", source = ""] = cacheKey.split(" ")
  const grants = await listGrants(tx, { key_id, grantee, source }, "", GRANTS_OF_GRANTEE_AT_MOST)
  return grants.length === 0 ? undefined : grants.map(compileGrant)
}

const compileGrant = (grant: Grant): CompiledPolicy => compile(grantDocument(grant), { name: `grant ${grant.id}` })

/** Under which names a grant may have the principal as its grantee. */
export function namesOf({ arn, account, uniqueId }: Principal): string[] {
  const names = [uniqueId, arn ?? undefined, account === null ? undefined : `arn:aws:iam::${account}:root`]
  return [...new Set(names.filter((name) => name !== undefined))]
}
