import { type CompiledPolicy, compile } from "../../../policy/index.ts"
import type { Cache, Reading, Store } from "../../../store/store.ts"
import { tagRecord } from "../tags.ts"
import type { IdentityKind } from "./kind.ts"
import { arnOf, cacheKeyOf, findIdentity, IDENTITY_CACHE, type Identity } from "./record.ts"

/** An identity with all that decisions need of it, compiled. Kept in the cache for as long as nothing of it changes. */
export interface LoadedIdentity extends Identity {
  arn: string
  inline: readonly CompiledPolicy[]
  /** ARNs of the attached managed policies. */
  attached: readonly string[]
  /** ARN of the managed policy that is the permissions boundary. */
  boundary?: string
  /** Names of the groups of a user. */
  groups: readonly string[]
  tags: Readonly<Record<string, string>>
  /** Of roles: the compiled trust policy. */
  trust?: CompiledPolicy
}

export const loadedIdentities = (store: Store): Cache<LoadedIdentity> => store.cache(IDENTITY_CACHE, load)

/** At once where it is in memory. */
export const findLoaded = (
  store: Store,
  account: string,
  kind: IdentityKind,
  name: string,
): LoadedIdentity | undefined | Promise<LoadedIdentity | undefined> =>
  loadedIdentities(store).find(cacheKeyOf(account, kind, name))

async function load(tx: Reading, key: string): Promise<LoadedIdentity | undefined> {
  const [account, kind, name] = key.split("/") as [string, IdentityKind, string]
  const identity = await findIdentity(tx, account, kind, name)
  if (!identity) return undefined
  const inline = await tx.all<{ name: string; document: string }>(
    "SELECT name, document FROM iam_inline_policies WHERE owner_id = $1 ORDER BY name",
    identity.id,
  )
  const attached = await tx.all<{ policy_arn: string }>(
    "SELECT policy_arn FROM iam_attachments WHERE owner_id = $1 ORDER BY policy_arn",
    identity.id,
  )
  const boundary = await tx.get<{ policy_arn: string }>(
    "SELECT policy_arn FROM iam_boundaries WHERE owner_id = $1",
    identity.id,
  )
  const groups =
    kind === "user"
      ? await tx.all<{ name: string }>(
          `SELECT g.name AS name FROM iam_group_members m JOIN iam_identities g ON g.id = m.group_id
           WHERE m.user_id = $1 ORDER BY g.name_key`,
          identity.id,
        )
      : []
  const loaded: LoadedIdentity = {
    ...identity,
    arn: arnOf(identity),
    inline: inline.map(({ name, document }) => compile(document, { name })),
    attached: attached.map(({ policy_arn }) => policy_arn),
    groups: groups.map((group) => group.name),
    tags: tagRecord(identity.body.tags),
  }
  if (boundary) loaded.boundary = boundary.policy_arn
  if (identity.body.trust !== undefined) loaded.trust = compile(identity.body.trust)
  return loaded
}
