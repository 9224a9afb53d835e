import type { Deps } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"
import { identityForbidden, identityNotFound, loginLinkedElsewhere, loginsDoNotMatch, noGuests } from "../errors.ts"
import type { Pool } from "../pools/pool.ts"
import {
  createIdentity,
  disableIdentity,
  findIdentity,
  findIdentityIdByLogin,
  findLinked,
  type Identity,
  type Linked,
  type Login,
} from "./identity.ts"
import { linkLogins } from "./link.ts"

/**
 * The identity of these (verified) logins in a pool, made where there is none: the same one every time for the same
 * person. Logins that belong to nobody yet are linked to it. Without logins: a new guest.
 */
export async function identityOfLogins(deps: Deps, pool: Pool, logins: readonly Login[]): Promise<Identity> {
  if (logins.length === 0 && !pool.settings.AllowUnauthenticatedIdentities) throw noGuests()
  const known = await deps.store.read(async (tx) => {
    const found = await findOwners(tx, pool, logins)
    return found.unlinked.length === 0 ? found.owner : undefined
  })
  if (known) return known
  return deps.store.transact(async (tx) => {
    const { owner, unlinked } = await findOwners(tx, pool, logins)
    const now = deps.clock.now()
    const identity = owner ?? (await createIdentity(tx, pool.region, pool.poolId, now))
    await linkLogins(tx, pool, identity, unlinked, now)
    return identity
  })
}

/** The one identity that some of the logins belong to, and those that belong to none. */
async function findOwners(tx: Reading, pool: Pool, logins: readonly Login[]) {
  const unlinked: Login[] = []
  let owner: Identity | undefined
  for (const login of logins) {
    const identityId = await findIdentityIdByLogin(tx, pool.poolId, login)
    if (identityId === undefined) unlinked.push(login)
    else if (owner && owner.identityId !== identityId)
      throw loginLinkedElsewhere({
        check: "logins of one identity",
        login,
        belongsTo: identityId,
        not: owner.identityId,
      })
    else owner ??= await findIdentity(tx, identityId)
  }
  return { owner, unlinked }
}

/**
 * Checks that the logins may act as this identity, and links those that are new. A guest who comes with a login for
 * the first time becomes a member and keeps the identity; one whose login is another identity's is merged into that
 * one, which is what is returned.
 * Source: Cognito Developer Guide, "Switching unauthenticated users to authenticated users".
 */
export async function actAsIdentity(
  deps: Deps,
  pool: Pool,
  { identity, own }: Linked,
  logins: readonly Login[],
): Promise<Identity> {
  const { identityId } = identity
  // UNVERIFIED: in which words.
  if (identity.disabled) throw identityForbidden(identityId, { check: "the identity is not disabled", identityId })
  if (logins.length === 0) {
    if (own.length > 0)
      throw identityForbidden(identityId, { check: "logins", found: "none", linked: own.map(providerOf) })
    return identity
  }
  const isOwn = (login: Login) =>
    own.some(({ provider, subject }) => provider === login.provider && subject === login.subject)
  if (logins.every(isOwn)) return identity
  return deps.store.transact(async (tx) => {
    const now = deps.clock.now()
    const current = await facts(tx, identityId, logins)
    const unlinked = logins.filter((_, at) => current.owners[at] === undefined)
    const others = new Set(current.owners.filter((owner) => owner !== undefined && owner !== identityId))
    if (current.own.length === 0 && others.size === 1) {
      const [memberId] = others as Set<string>
      const member = await findIdentity(tx, memberId!)
      if (!member) throw identityNotFound(memberId!)
      await disableIdentity(tx, identityId, now)
      await deps.peers.followMerge(tx, { poolId: pool.poolId, from: identityId, into: member.identityId })
      await linkLogins(tx, pool, member, unlinked, now)
      return member
    }
    const isTheirs = current.own.length === 0 || current.owners.includes(identityId)
    if (!isTheirs)
      throw loginsDoNotMatch({
        check: "at least one login of the identity",
        given: logins.map(providerOf),
        linked: current.own.map(providerOf),
      })
    if (others.size > 0)
      throw loginLinkedElsewhere({ check: "logins of one identity", identityId, others: [...others] })
    await linkLogins(tx, pool, current.identity, unlinked, now)
    return current.identity
  })
}

const providerOf = ({ provider }: Login) => provider

export async function getLinked(tx: Reading, identityId: string): Promise<Linked> {
  const linked = await findLinked(tx, identityId)
  if (!linked) throw identityNotFound(identityId)
  return linked
}

async function facts(tx: Reading, identityId: string, logins: readonly Login[]) {
  const { identity, own } = await getLinked(tx, identityId)
  if (identity.disabled) throw identityForbidden(identityId, { check: "the identity is not disabled", identityId })
  const owners: (string | undefined)[] = []
  for (const login of logins) owners.push(await findIdentityIdByLogin(tx, identity.poolId, login))
  return { identity, own, owners }
}
