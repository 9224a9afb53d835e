import { type CompiledPolicy, compile } from "../../../policy/index.ts"
import type { Cache, Reading, Store } from "../../../store/store.ts"
import { tagRecord } from "../tags.ts"
import type { IdentityKind } from "./kind.ts"
import {
  arnOf,
  cacheKeyOf,
  findIdentity,
  findIdentityById,
  GROUP_CACHE,
  IDENTITY_CACHE,
  type Identity,
} from "./record.ts"

/** An identity with all that decisions need of it, compiled. Kept in the cache for as long as nothing of it changes. */
export interface LoadedIdentity extends Identity {
  arn: string
  inline: readonly CompiledPolicy[]
  /** ARNs of the attached managed policies. */
  attached: readonly string[]
  /** ARN of the managed policy that is the permissions boundary. */
  boundary?: string
  /** Ids of the groups of a user, in the order of their names. */
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

/** A group by its id, by which its members know it. */
export const findLoadedGroup = (
  store: Store,
  id: string,
): LoadedIdentity | undefined | Promise<LoadedIdentity | undefined> => store.cache(GROUP_CACHE, loadById).find(id)

const loadById = async (tx: Reading, id: string) => complete(tx, await findIdentityById(tx, id))

async function load(tx: Reading, key: string): Promise<LoadedIdentity | undefined> {
  const [account, kind, name] = key.split("/") as [string, IdentityKind, string]
  return complete(tx, await findIdentity(tx, account, kind, name))
}

async function complete(tx: Reading, identity: Identity | undefined): Promise<LoadedIdentity | undefined> {
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
    identity.kind === "user"
      ? await tx.all<{ id: string }>(
          `SELECT g.id AS id FROM iam_group_members m JOIN iam_identities g ON g.id = m.group_id
           WHERE m.user_id = $1 ORDER BY g.name_key`,
          identity.id,
        )
      : []
  const loaded: LoadedIdentity = {
    ...identity,
    arn: arnOf(identity),
    inline: inline.map(({ name, document }) => compile(document, { name })),
    attached: attached.map(({ policy_arn }) => policy_arn),
    groups: groups.map(({ id }) => id),
    tags: tagRecord(identity.body.tags),
  }
  if (boundary) loaded.boundary = boundary.policy_arn
  if (identity.body.trust !== undefined) loaded.trust = compile(identity.body.trust, { name: identity.name })
  return loaded
}
