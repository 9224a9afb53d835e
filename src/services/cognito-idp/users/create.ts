import { AdminCreateUserCommand, type AdminCreateUserRequest } from "@aws-sdk/client-cognito-identity-provider"
import { randomUUID } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { onUserPool } from "../access.ts"
import { hasMessageFunctions } from "../codes/prepare.ts"
import {
  aliasTaken,
  attributeTaken,
  invalidParameter,
  unsupportedUserState,
  userNotFound,
  usernameTaken,
} from "../errors.ts"
import { rehearse } from "../rehearse.ts"
import { codeFactors } from "../sign-in/factors.ts"
import type { Occasion } from "../triggers/event.ts"
import { askPreSignUp, validationDataOf } from "../triggers/pre-sign-up.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { type Attributes, mergeAttributes, parseAttributes } from "./attributes.ts"
import { describeUser } from "./describe.ts"
import { contactsToInvite, type Invitation, prepareInvitation, sendInvitation } from "./invite.ts"
import { nameUser } from "./names.ts"
import { assertPassword, createTemporaryPassword, sealPassword } from "./passwords.ts"
import { findUser, insertUser, type User, updateUserState } from "./record.ts"

type Input = Pick<
  AdminCreateUserRequest,
  "TemporaryPassword" | "MessageAction" | "DesiredDeliveryMediums" | "ForceAliasCreation" | "ValidationData"
> & { Username: string }

export const AdminCreateUser = operation(AdminCreateUserCommand, {
  access: onUserPool,
  async handle({ UserPoolId, UserAttributes, ClientMetadata, ...input }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const occasion: Occasion = { deps: context, pool, clientId: undefined, clientMetadata: ClientMetadata }
    if (input.TemporaryPassword) assertPassword(pool, input.TemporaryPassword)
    const user =
      input.MessageAction === "RESEND"
        ? await inviteAgain(context, occasion, input)
        : await create(context, occasion, input, parseAttributes(pool, UserAttributes, "admin-create"))
    return { User: describeUser(user) }
  },
})

async function create(context: CallContext, occasion: Occasion, input: Input, given: Attributes): Promise<User> {
  const { store, clock, masterKey } = context
  const { pool } = occasion
  const sub = randomUUID()
  const named = nameUser(pool, input.Username, sub)
  assertNameAgrees(named.attributes, given)
  await askPreSignUp(occasion, "PreSignUp_AdminCreateUser", {
    userName: named.username,
    attributes: { ...named.attributes, ...given },
    validationData: validationDataOf(input.ValidationData),
  })
  const attributes = mergeNew(given, named.attributes)
  const now = clock.now()
  const password =
    input.TemporaryPassword || (needsNoPassword(pool, attributes) ? undefined : createTemporaryPassword(pool))
  const identity = { username: named.username, password: undefined }
  const user: User = {
    sub,
    username: named.username,
    attributes,
    status: password === undefined ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD",
    enabled: true,
    createdAt: now,
    modifiedAt: now,
    temporaryPasswordAt: password === undefined ? undefined : now,
    password: password === undefined ? undefined : sealPassword(masterKey, pool, identity, password),
  }
  const isInvited = input.MessageAction !== "SUPPRESS" && password !== undefined
  const force = input.ForceAliasCreation === true
  const taken = pool.usernameAttributes ? attributeTaken : aliasTaken
  const insert = async (tx: Writing) => {
    if (!(await insertUser(tx, pool, user, { force, taken }))) throw usernameTaken()
  }
  if (isInvited && hasMessageFunctions(occasion)) await rehearse(store, insert)
  const invitation = isInvited && (await prepareInvited(occasion, user, input))
  await store.transact(async (tx) => {
    await insert(tx)
    if (invitation) await sendInvitation(tx, context, pool, user, invitation, password!, now)
  })
  return user
}

const prepareInvited = (occasion: Occasion, user: User, { DesiredDeliveryMediums }: Input): Promise<Invitation> =>
  prepareInvitation(occasion, user, contactsToInvite(user, DesiredDeliveryMediums))

/**
 * Whether somebody with these attributes can sign in by a code alone: they are then made without a password, and confirmed.
 * Source: AdminCreateUser, TemporaryPassword; recorded 2026-09-11.
 */
function needsNoPassword(pool: UserPool, attributes: Attributes): boolean {
  return codeFactors(pool).some((attribute) => attributes[`${attribute}_verified`] === "true")
}

/** In pools that have the address for a username, the two cannot differ. */
export function assertNameAgrees(named: Attributes, given: Attributes): void {
  for (const [name, value] of Object.entries(named))
    if (given[name] !== undefined && given[name] !== value)
      throw invalidParameter(`The ${name} attribute and the username must be the same.`) // UNVERIFIED text
}

/** A new user's attributes: nothing is verified but what the administrator says is. */
export function mergeNew(given: Attributes, named: Attributes): Attributes {
  const attributes = mergeAttributes({}, { ...named, ...given })
  for (const name of ["email_verified", "phone_number_verified"])
    if (attributes[name] === "false" && given[name] === undefined) delete attributes[name]
  return attributes
}

/** Sends the invitation again, with a new temporary password and a new time limit. */
async function inviteAgain(context: CallContext, occasion: Occasion, input: Input): Promise<User> {
  const { store, clock, masterKey } = context
  const { pool } = occasion
  const asked = await store.read((tx) => getInvited(tx, pool, input.Username))
  const invitation = await prepareInvited(occasion, asked, input)
  const now = clock.now()
  const password = input.TemporaryPassword || createTemporaryPassword(pool)
  return store.transact(async (tx) => {
    const user = await getInvited(tx, pool, input.Username)
    const invited: User = {
      ...user,
      password: sealPassword(masterKey, pool, user, password),
      temporaryPasswordAt: now,
      modifiedAt: now,
    }
    await updateUserState(tx, pool.id, invited)
    const { contacts, prepared } = invitation
    // An address that is gone since is not written to.
    const there = contacts.filter((contact) => user.attributes[contact])
    await sendInvitation(tx, context, pool, invited, { contacts: there, prepared }, password, now)
    return invited
  })
}

async function getInvited(tx: Reading, pool: UserPool, name: string): Promise<User> {
  const user = await findUser(tx, pool, name)
  if (!user) throw userNotFound()
  if (user.status !== "FORCE_CHANGE_PASSWORD")
    throw unsupportedUserState("Resend not possible. User status is not FORCE_CHANGE_PASSWORD") // UNVERIFIED text
  return user
}
