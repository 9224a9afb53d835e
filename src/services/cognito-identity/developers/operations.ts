import {
  GetOpenIdTokenForDeveloperIdentityCommand,
  LookupDeveloperIdentityCommand,
  MergeDeveloperIdentitiesCommand,
  UnlinkDeveloperIdentityCommand,
} from "@aws-sdk/client-cognito-identity"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onPool } from "../access.ts"
import {
  conflict,
  developerUserNotFound,
  developerUserTaken,
  identityForbidden,
  identityNotFound,
  invalidParameter,
  loginsDoNotMatch,
  tooManyLogins,
  unknownDeveloperProvider,
} from "../errors.ts"
import {
  createIdentity,
  disableIdentity,
  findIdentity,
  findIdentityIdByLogin,
  type Identity,
  LOGINS_AT_MOST,
  type Login,
  listLogins,
  moveLogins,
} from "../identities/identity.ts"
import { linkLogins, unlinkLogins } from "../identities/link.ts"
import { verifyLogins } from "../logins/index.ts"
import { listPage } from "../paging.ts"
import { getOwnPool, type Pool } from "../pools/pool.ts"
import { issueOpenIdToken } from "../tokens/open-id-token.ts"

/** Source: API Reference, "GetOpenIdTokenForDeveloperIdentity": 15 minutes unless told otherwise. */
const TOKEN_SECONDS = 15 * 60

/** The developer's backend says who the person is; the token says so to GetCredentialsForIdentity and to STS. */
export const GetOpenIdTokenForDeveloperIdentity = operation(GetOpenIdTokenForDeveloperIdentityCommand, {
  access: onPool,
  async handle({ IdentityPoolId, IdentityId, Logins, PrincipalTags, TokenDuration = TOKEN_SECONDS }, context) {
    const { store, account, region, clock } = context
    const pool = await store.read((tx) => getOwnPool(tx, account, region, IdentityPoolId))
    const provider = pool.settings.DeveloperProviderName
    const userId = provider === undefined ? undefined : Logins[provider]
    if (provider === undefined || userId === undefined) throw unknownDeveloperProvider(provider, Object.keys(Logins))
    const others = Object.fromEntries(Object.entries(Logins).filter(([name]) => name !== provider))
    const verified = await verifyLogins(context, pool, others)
    const logins = [{ provider, subject: userId }, ...verified]
    const identity = await store.transact(async (tx) => {
      const now = clock.now()
      const owners: (string | undefined)[] = []
      for (const login of logins) owners.push(await findIdentityIdByLogin(tx, pool.poolId, login))
      const known = new Set(owners.filter((owner) => owner !== undefined))
      if (IdentityId !== undefined && owners[0] !== undefined && owners[0] !== IdentityId) throw developerUserTaken()
      if (IdentityId !== undefined) known.add(IdentityId)
      if (known.size > 1)
        throw conflict("Logins are already linked to a different identity.", { identities: [...known] })
      const [knownId] = known
      const found = knownId === undefined ? undefined : await getIdentityOf(tx, pool, knownId)
      if (found && !owners.includes(found.identityId)) await assertGuest(tx, found, logins)
      const current = found ?? (await createIdentity(tx, pool.region, pool.poolId, now))
      const unlinked = logins.filter((_, at) => owners[at] === undefined)
      await linkLogins(tx, pool, current, unlinked, now)
      return current
    })
    const amr = [
      "authenticated",
      provider,
      // Recorded 2016 (aws-sdk-net issue 420): the pool's id has its region already.
      `${provider}:${pool.poolId}:${userId}`,
      ...verified.flatMap((login) => login.amr),
    ]
    const claims = { identityId: identity.identityId, amr, ...(PrincipalTags && { tags: PrincipalTags }) }
    return { IdentityId: identity.identityId, Token: await issueOpenIdToken(context, pool, claims, TokenDuration) }
  },
})

/** A login may be added to a member only beside one that the member has (reported 2018), and to no disabled identity. */
async function assertGuest(tx: Reading, { identityId, disabled }: Identity, given: readonly Login[]): Promise<void> {
  if (disabled) throw identityForbidden(identityId, { check: "the identity is not disabled", identityId })
  const linked = (await listLogins(tx, identityId)).map(({ provider }) => provider)
  if (linked.length > 0)
    throw loginsDoNotMatch({
      check: "at least one login of the identity",
      given: given.map(({ provider }) => provider),
      linked,
    })
}

async function getIdentityOf(tx: Reading, pool: Pool, identityId: string): Promise<Identity> {
  const identity = await findIdentity(tx, identityId)
  if (identity?.poolId !== pool.poolId) throw identityNotFound(identityId)
  return identity
}

/** From a developer's user to the identity, or from the identity to its developer's users. */
export const LookupDeveloperIdentity = operation(LookupDeveloperIdentityCommand, {
  access: onPool,
  async handle({ IdentityPoolId, IdentityId, DeveloperUserIdentifier, MaxResults = 60, NextToken }, context) {
    const { store, account, region, masterKey } = context
    if (IdentityId === undefined && DeveloperUserIdentifier === undefined)
      throw invalidParameter("Please provide either an IdentityId or a DeveloperUserIdentifier.")
    return store.read(async (tx) => {
      const pool = await getOwnPool(tx, account, region, IdentityPoolId)
      const provider = pool.settings.DeveloperProviderName ?? ""
      const found =
        DeveloperUserIdentifier === undefined
          ? IdentityId!
          : await findIdentityIdByLogin(tx, pool.poolId, { provider, subject: DeveloperUserIdentifier })
      if (found === undefined) throw developerUserNotFound({ provider, user: DeveloperUserIdentifier })
      if (IdentityId !== undefined && found !== IdentityId)
        throw conflict("The developer user identifier and the identity do not match.")
      const identity = await getIdentityOf(tx, pool, found)
      const list = `LookupDeveloperIdentity ${pool.poolId} ${identity.identityId}`
      const users = (await listLogins(tx, identity.identityId))
        .filter((login) => login.provider === provider)
        .map(({ subject }) => subject)
      const { items, ...more } = await listPage(
        masterKey,
        list,
        { MaxResults, NextToken },
        { load: async (after) => users.filter((user) => user > after), keyOf: (user) => user },
      )
      return {
        IdentityId: identity.identityId,
        DeveloperUserIdentifierList: items,
        ...more,
      }
    })
  },
})

/** The source's users (and all of its logins) become the destination's; the source is disabled. */
export const MergeDeveloperIdentities = operation(MergeDeveloperIdentitiesCommand, {
  access: onPool,
  handle: (input, { store, account, region, clock, peers }) =>
    store.transact(async (tx) => {
      const { SourceUserIdentifier, DestinationUserIdentifier, DeveloperProviderName: provider } = input
      const pool = await getOwnPool(tx, account, region, input.IdentityPoolId)
      const ours = pool.settings.DeveloperProviderName
      if (provider !== ours) throw unknownDeveloperProvider(ours, [provider])
      const source = await findIdentityIdByLogin(tx, pool.poolId, { provider, subject: SourceUserIdentifier })
      const destination = await findIdentityIdByLogin(tx, pool.poolId, { provider, subject: DestinationUserIdentifier })
      if (source === undefined || destination === undefined)
        throw developerUserNotFound({ provider, source: source ?? null, destination: destination ?? null })
      if (source === destination) return { IdentityId: destination }
      const [theirs, own] = [await listLogins(tx, source), await listLogins(tx, destination)]
      const isPublic = (login: { provider: string }) => login.provider !== provider
      if (theirs.some((login) => isPublic(login) && own.some((other) => other.provider === login.provider)))
        throw conflict("The users to be merged are linked to the same public provider.")
      if (theirs.length + own.length > LOGINS_AT_MOST) throw tooManyLogins(LOGINS_AT_MOST)
      await moveLogins(tx, source, destination)
      await disableIdentity(tx, source, clock.now())
      await peers.followMerge(tx, { poolId: pool.poolId, from: source, into: destination })
      return { IdentityId: destination }
    }),
})

export const UnlinkDeveloperIdentity = operation(UnlinkDeveloperIdentityCommand, {
  access: onPool,
  handle: (
    { IdentityId, IdentityPoolId, DeveloperProviderName, DeveloperUserIdentifier },
    { store, account, region, clock },
  ) =>
    store.transact(async (tx) => {
      const pool = await getOwnPool(tx, account, region, IdentityPoolId)
      const ours = pool.settings.DeveloperProviderName
      if (DeveloperProviderName !== ours) throw unknownDeveloperProvider(ours, [DeveloperProviderName])
      const login = { provider: DeveloperProviderName, subject: DeveloperUserIdentifier }
      const owner = await findIdentityIdByLogin(tx, pool.poolId, login)
      const identity = await getIdentityOf(tx, pool, IdentityId)
      if (owner !== IdentityId) throw loginsDoNotMatch({ check: "the developer user of the identity", login, owner })
      await unlinkLogins(tx, identity, [login], clock.now())
      return {}
    }),
})
