import {
  AdminDisableProviderForUserCommand,
  AdminLinkProviderForUserCommand,
  type ProviderUserIdentifierType,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { onUserPool } from "../access.ts"
import {
  alreadyLinked,
  alreadySignedUp,
  invalidParameter,
  notALinkSource,
  tooManyLinkAttributes,
  tooManyLinks,
  userNotFound,
} from "../errors.ts"
import { revokeAllOf } from "../tokens/refresh-tokens.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { identitiesOf, withIdentities } from "../users/external.ts"
import { isStorable } from "../users/names.ts"
import { changeUserState, findUserBySub, getUser, type User } from "../users/record.ts"
import {
  ATTRIBUTES_AT_MOST,
  deleteLink,
  findLinked,
  insertLink,
  linkAttributes,
  type SourceName,
  SUBJECT,
} from "./links.ts"
import { getProvider, type IdentityProvider } from "./record.ts"

/** Of one user. Source: AdminLinkProviderForUser. */
const MOST_LINKED = 5

const isCognito = ({ ProviderName }: ProviderUserIdentifierType): boolean => ProviderName === "Cognito"

export const AdminLinkProviderForUser = operation(AdminLinkProviderForUserCommand, {
  access: onUserPool,
  async handle({ UserPoolId, DestinationUser, SourceUser }, context) {
    const { store, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    if (isCognito(SourceUser)) throw notALinkSource()
    const { ProviderName, ProviderAttributeName, ProviderAttributeValue: value } = SourceUser
    const named = DestinationUser.ProviderAttributeValue
    if (
      !ProviderName ||
      !value ||
      !ProviderAttributeName ||
      !named ||
      ![value, ProviderAttributeName].every(isStorable)
    )
      throw invalidParameter("The source and the destination user must be given in full.") // UNVERIFIED text
    const source: SourceName = { provider: ProviderName, attribute: ProviderAttributeName, value }
    const now = context.clock.now()
    await store.transact(async (tx) => {
      const provider = await getProvider(tx, masterKey, pool.id, ProviderName)
      await assertMayLinkBy(tx, pool, provider, ProviderAttributeName)
      const { sub } = await getDestination(tx, pool, DestinationUser)
      await assertNotThere(tx, pool, source)
      await insertLink(tx, pool.id, source, sub)
      await changeUserState(tx, pool.id, sub, (user) => {
        const linked = identitiesOf(user)
        if (linked.length >= MOST_LINKED) throw tooManyLinks(MOST_LINKED)
        const identity = { userId: value, providerName: ProviderName, providerType: provider.type }
        const all = [...linked, { ...identity, issuer: null, primary: false, dateCreated: now }]
        return { ...user, attributes: withIdentities(user.attributes, all), modifiedAt: now }
      })
    })
    return {}
  },
})

/** Source: AdminLinkProviderForUser, SourceUser: the subject, or of OIDC and SAML a claim that is mapped. */
async function assertMayLinkBy(
  tx: Reading,
  pool: UserPool,
  { name, type, mapping }: IdentityProvider,
  attribute: string,
) {
  if (attribute === SUBJECT) return
  const isMapped = (type === "OIDC" || type === "SAML") && Object.values(mapping).includes(attribute)
  if (!isMapped) throw invalidParameter("Invalid ProviderAttributeName of SourceUser.") // UNVERIFIED text
  const known = await linkAttributes(tx, pool.id, name)
  if (!known.includes(attribute) && known.length >= ATTRIBUTES_AT_MOST) throw tooManyLinkAttributes(ATTRIBUTES_AT_MOST)
}

/** A user of the pool by the username; one who came by a provider also by that provider's subject. */
async function getDestination(
  tx: Reading,
  pool: UserPool,
  { ProviderName = "Cognito", ProviderAttributeValue = "" }: ProviderUserIdentifierType,
): Promise<User> {
  if (ProviderName === "Cognito") return getUser(tx, pool, ProviderAttributeValue)
  const known = isStorable(ProviderName) && isStorable(ProviderAttributeValue)
  const source = { provider: ProviderName, attribute: SUBJECT, value: ProviderAttributeValue }
  const sub = known ? await findLinked(tx, pool.id, source) : undefined
  const user = sub === undefined ? undefined : await findUserBySub(tx, pool.id, sub)
  if (!user) throw userNotFound()
  return user
}

/** Throws where the provider's user is somebody's already: a user of its own, or linked. */
async function assertNotThere(tx: Reading, pool: UserPool, source: SourceName): Promise<void> {
  const sub = await findLinked(tx, pool.id, source)
  if (sub === undefined) return
  const owner = await findUserBySub(tx, pool.id, sub)
  const identity = owner && findIdentity(owner, source)
  throw identity?.primary ? alreadySignedUp() : alreadyLinked()
}

const findIdentity = (user: User, { provider, value }: SourceName) =>
  identitiesOf(user).find(({ providerName, userId }) => providerName === provider && userId === value)

/**
 * Takes a provider's identity away from its user; a user of the pool itself can no longer sign in with a password. Source:
 * AdminDisableProviderForUser.
 */
export const AdminDisableProviderForUser = operation(AdminDisableProviderForUserCommand, {
  access: onUserPool,
  async handle({ UserPoolId, User: named }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const { ProviderName, ProviderAttributeName: attribute = SUBJECT, ProviderAttributeValue: value } = named
    if (!ProviderName || !value) throw invalidParameter("The user must be given in full.") // UNVERIFIED text
    const now = context.clock.now()
    await context.store.transact(async (tx) => {
      if (isCognito(named)) return disablePassword(tx, pool, value, now)
      if (![ProviderName, attribute, value].every(isStorable)) throw userNotFound()
      return unlink(tx, pool.id, { provider: ProviderName, attribute, value }, now)
    })
    return {}
  },
})

/** Neither signed in with nor reset: it is gone. UNVERIFIED: which status AWS then shows. */
async function disablePassword(tx: Writing, pool: UserPool, username: string, now: number): Promise<void> {
  const { sub } = await getUser(tx, pool, username)
  await changeUserState(tx, pool.id, sub, (user) => ({
    ...user,
    password: undefined,
    temporaryPasswordAt: undefined,
    status: "EXTERNAL_PROVIDER",
    modifiedAt: now,
  }))
  await revokeAllOf(tx, pool.id, sub)
}

async function unlink(tx: Writing, poolId: string, source: SourceName, now: number): Promise<void> {
  const sub = await findLinked(tx, poolId, source)
  if (sub === undefined) throw userNotFound()
  await deleteLink(tx, poolId, source)
  await changeUserState(tx, poolId, sub, (user) => {
    const rest = identitiesOf(user).filter(
      ({ providerName, userId }) => providerName !== source.provider || userId !== source.value,
    )
    return { ...user, attributes: withIdentities(user.attributes, rest), modifiedAt: now }
  })
}
