import { createHash } from "node:crypto"
import {
  AdminDisableProviderForUserCommand,
  AdminLinkProviderForUserCommand,
  type IdentityProviderTypeType,
  type ProviderUserIdentifierType,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { onUserPool } from "../access.ts"
import { alreadyLinked, invalidParameter, notALinkSource, userNotFound } from "../errors.ts"
import { getUserPool } from "../user-pools/record.ts"
import { isStorable } from "../users/names.ts"
import { changeUserState, getUser, type User } from "../users/record.ts"
import { getProvider } from "./record.ts"

/** What `identities` lists. Source: "AdminLinkProviderForUser" and "Understanding the identity (ID) token". */
interface LinkedIdentity {
  userId: string
  providerName: string
  providerType: IdentityProviderTypeType
  issuer: null
  primary: boolean
  dateCreated: number
}

/** Of one user. Source: AdminLinkProviderForUser. */
const MOST_LINKED = 5

const isCognito = ({ ProviderName }: ProviderUserIdentifierType): boolean => ProviderName === "Cognito"

/** Whoever the subject is linked to, by its hash: a subject may be long. */
const keyOf = (subject: string): string => createHash("sha256").update(subject).digest("base64")

async function findLinked(tx: Reading, poolId: string, provider: string, subject: string): Promise<string | undefined> {
  const row = await tx.get<{ sub: string }>(
    "SELECT sub FROM idp_linked_identities WHERE pool_id = $1 AND provider = $2 AND subject = $3",
    poolId,
    provider,
    keyOf(subject),
  )
  return row?.sub
}

const identitiesOf = ({ attributes }: User): LinkedIdentity[] =>
  attributes.identities === undefined ? [] : JSON.parse(attributes.identities)

function withIdentities(user: User, identities: LinkedIdentity[], modifiedAt: number): User {
  const { identities: _, ...attributes } = user.attributes
  const text = JSON.stringify(identities)
  return { ...user, attributes: identities.length > 0 ? { ...attributes, identities: text } : attributes, modifiedAt }
}

export const AdminLinkProviderForUser = operation(AdminLinkProviderForUserCommand, {
  access: onUserPool,
  async handle({ UserPoolId, DestinationUser, SourceUser }, context) {
    const { store, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    if (isCognito(SourceUser)) throw notALinkSource()
    const { ProviderName, ProviderAttributeName, ProviderAttributeValue: subject } = SourceUser
    const username = DestinationUser.ProviderAttributeValue
    if (!ProviderName || !subject || !ProviderAttributeName || !username || !isStorable(subject))
      throw invalidParameter("The source and the destination user must be given in full.") // UNVERIFIED text
    // Another attribute names a user who has not signed in yet, whom nobody here can be.
    if (ProviderAttributeName !== "Cognito_Subject")
      throw invalidParameter("The source user is named by Cognito_Subject.") // UNVERIFIED: AWS takes other attributes
    const now = context.clock.now()
    await store.transact(async (tx) => {
      const provider = await getProvider(tx, masterKey, pool.id, ProviderName)
      const { sub } = await getUser(tx, pool, username)
      if (await findLinked(tx, pool.id, ProviderName, subject)) throw alreadyLinked()
      await tx.run(
        "INSERT INTO idp_linked_identities (pool_id, provider, subject, sub) VALUES ($1, $2, $3, $4)",
        pool.id,
        ProviderName,
        keyOf(subject),
        sub,
      )
      await changeUserState(tx, pool.id, sub, (user) => {
        const linked = identitiesOf(user)
        if (linked.length >= MOST_LINKED)
          throw invalidParameter(`A user can be linked to ${MOST_LINKED} identities at most.`) // UNVERIFIED text
        const identity = { userId: subject, providerName: ProviderName, providerType: provider.type }
        return withIdentities(user, [...linked, { ...identity, issuer: null, primary: false, dateCreated: now }], now)
      })
    })
    return {}
  },
})

/** Takes a provider's identity away from its user; of a user of the pool itself there is nothing to take away. */
export const AdminDisableProviderForUser = operation(AdminDisableProviderForUserCommand, {
  access: onUserPool,
  async handle({ UserPoolId, User: named }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const { ProviderName, ProviderAttributeValue: subject } = named
    if (!ProviderName || !subject) throw invalidParameter("The user must be given in full.") // UNVERIFIED text
    if (isCognito(named)) throw invalidParameter("A user of the user pool itself cannot be disabled so.") // UNVERIFIED text
    const now = context.clock.now()
    await context.store.transact((tx) => unlink(tx, pool.id, ProviderName, subject, now))
    return {}
  },
})

async function unlink(tx: Writing, poolId: string, provider: string, subject: string, now: number): Promise<void> {
  const sub = await findLinked(tx, poolId, provider, subject)
  if (sub === undefined) throw userNotFound()
  await tx.run(
    "DELETE FROM idp_linked_identities WHERE pool_id = $1 AND provider = $2 AND subject = $3",
    poolId,
    provider,
    keyOf(subject),
  )
  await changeUserState(tx, poolId, sub, (user) => {
    const rest = identitiesOf(user).filter(
      ({ providerName, userId }) => providerName !== provider || userId !== subject,
    )
    return withIdentities(user, rest, now)
  })
}
