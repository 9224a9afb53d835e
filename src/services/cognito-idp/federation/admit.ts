import { isDeepStrictEqual } from "node:util"
import { randomUUID } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import type { AppClient } from "../app-clients/record.ts"
import { aliasTaken, attributeTaken, userDisabled, userNotFound } from "../errors.ts"
import { insertLink } from "../identity-providers/links.ts"
import { askPostAuthentication, askPreAuthentication } from "../triggers/authentication.ts"
import type { Occasion } from "../triggers/event.ts"
import { askInboundFederation } from "../triggers/inbound-federation.ts"
import { tellPostConfirmation } from "../triggers/post-confirmation.ts"
import { askPreSignUp, verify } from "../triggers/pre-sign-up.ts"
import type { UserPool } from "../user-pools/record.ts"
import { type Attributes, missingAttributes } from "../users/attributes.ts"
import { isExternal, withIdentities } from "../users/external.ts"
import { isStorable, isUsername } from "../users/names.ts"
import { personOf } from "../users/person.ts"
import { insertUser, type User, updateUser, updateUserState } from "../users/record.ts"
import { type FlatClaims, flattenClaims } from "./claims.ts"
import { alreadyFound, attributesMissing, unusableSubject } from "./errors.ts"
import { type Foreigner, foreignName, foreignUsername } from "./foreigner.ts"
import { mapAttributes, remapAttributes } from "./mapping.ts"
import { findOwner, type Owner, settleLink, subjectOf } from "./owner.ts"
import { joinProviderGroup } from "./provider-group.ts"

export interface Admission {
  deps: CallContext
  pool: UserPool
  client: AppClient
}

/**
 * The user whom somebody from elsewhere signs in as: one who is made now, at their first sign-in, or the one whom they became
 * or were linked to, with the attributes as the provider tells them now. Asks the pool's functions in AWS's order. Source:
 * "Customizing user pool workflows with Lambda triggers", connecting API actions to triggers, and its page on inbound
 * federation. Throws wire errors.
 */
export async function admitForeigner(admission: Admission, foreigner: Foreigner): Promise<User> {
  const { deps, pool } = admission
  const username = foreignUsername(pool, foreigner)
  if (!isStorable(foreigner.subject) || !isUsername(username)) throw unusableSubject(foreigner.provider.name)
  const claims = await claimsOf(admission, foreigner)
  const owner = await deps.store.read((tx) => findOwner(tx, pool, foreigner, claims))
  return owner ? welcomeBack(admission, foreigner, claims, owner) : welcome(admission, foreigner, claims)
}

const occasionOf = ({ deps, pool, client }: Admission): Occasion => ({ deps, pool, clientId: client.id })

async function claimsOf(admission: Admission, foreigner: Foreigner): Promise<FlatClaims> {
  const told = Object.fromEntries(
    Object.entries(foreigner.told).map(([name, claims]) => [name, { ...flattenClaims(claims) }]),
  )
  const put = await askInboundFederation(occasionOf(admission), foreignName(foreigner), foreigner.provider, told)
  return flattenClaims(put ?? foreigner.claims)
}

/** The first sign-in: nobody is taken for a user of the pool who only has the same name or address. */
async function welcome(admission: Admission, foreigner: Foreigner, claims: FlatClaims): Promise<User> {
  const { deps, pool, client } = admission
  const { provider, subject } = foreigner
  const occasion = occasionOf(admission)
  const mapped = present(mapAttributes(pool, client, provider, claims))
  assertComplete(pool, mapped)
  const verdict = await askPreSignUp(occasion, "PreSignUp_ExternalProvider", {
    userName: foreignName(foreigner),
    // Recorded: the two are there, and empty.
    attributes: { "cognito:email_alias": "", "cognito:phone_number_alias": "", ...mapped },
    validationData: {},
  })
  const now = deps.clock.now()
  const identity = { userId: subject, providerName: provider.name, providerType: provider.type }
  const user: User = {
    sub: randomUUID(),
    username: foreignUsername(pool, foreigner),
    attributes: withIdentities(verify(mapped, verdict), [
      { ...identity, issuer: null, primary: true, dateCreated: now },
    ]),
    status: "EXTERNAL_PROVIDER",
    enabled: true,
    createdAt: now,
    modifiedAt: now,
    password: undefined,
  }
  const other = await deps.store.transact(async (tx) => {
    const owner = await findOwner(tx, pool, foreigner, claims)
    if (owner) return owner
    if (!(await insertUser(tx, pool, user, { force: false, taken: aliasTaken }))) throw alreadyFound(user.username)
    await insertLink(tx, pool.id, subjectOf(foreigner), user.sub)
    await joinProviderGroup(tx, pool.id, provider.name, user.sub, now)
    return undefined
  })
  if (other) {
    // Two first sign-ins at once make one user; who was linked meanwhile, by the pool's function, has to come again.
    if (!isExternal(other.user)) throw alreadyFound(user.username)
    return welcomeBack(admission, foreigner, claims, other)
  }
  await tellPostConfirmation(occasion, "PostConfirmation_ConfirmSignUp", user)
  return user
}

const present = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ""))

function assertComplete(pool: UserPool, attributes: Attributes): void {
  const missing = missingAttributes(pool, attributes)
  if (missing.length > 0) throw attributesMissing(missing)
}

async function welcomeBack(
  admission: Admission,
  foreigner: Foreigner,
  claims: FlatClaims,
  owner: Owner,
): Promise<User> {
  const { deps, pool, client } = admission
  const occasion = occasionOf(admission)
  if (!owner.user.enabled) throw userDisabled()
  await askPreAuthentication(occasion, personOf(owner.user), undefined, false)
  const mapped = mapAttributes(pool, client, foreigner.provider, claims)
  const user = await deps.store.transact(async (tx) => {
    // Functions take their time: what is written is held against what has changed meanwhile.
    const current = await findOwner(tx, pool, foreigner, claims)
    if (current?.user.sub !== owner.user.sub) throw userNotFound()
    if (!current.user.enabled) throw userDisabled()
    return bringUpToDate(tx, admission, foreigner, mapped, current)
  })
  await askPostAuthentication(occasion, user, undefined)
  return user
}

/** Nothing is written where the provider says what is known. */
async function bringUpToDate(
  tx: Writing,
  { deps, pool }: Admission,
  foreigner: Foreigner,
  mapped: Attributes,
  owner: Owner,
): Promise<User> {
  const settled = await settleLink(tx, pool, owner, foreigner)
  const attributes = remapAttributes(pool, settled, mapped)
  assertComplete(pool, attributes)
  if (isDeepStrictEqual(attributes, settled.attributes)) {
    if (settled !== owner.user) await updateUserState(tx, pool.id, settled)
    return settled
  }
  const changed = { ...settled, attributes, modifiedAt: deps.clock.now() }
  const taken = pool.usernameAttributes ? attributeTaken : aliasTaken
  await updateUser(tx, pool, changed, { force: false, taken })
  return changed
}
