import { AdminCreateUserCommand, type AdminCreateUserRequest } from "@aws-sdk/client-cognito-identity-provider"
import { randomUUID } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { onUserPool } from "../access.ts"
import { assertCanDeliver, type Contact, deliver } from "../codes/delivery.ts"
import {
  aliasTaken,
  attributeTaken,
  invalidParameter,
  unsupportedUserState,
  userNotFound,
  usernameTaken,
} from "../errors.ts"
import { codeFactors } from "../sign-in/factors.ts"
import { assertNoTrigger } from "../triggers.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { type Attributes, mergeAttributes, parseAttributes } from "./attributes.ts"
import { describeUser } from "./describe.ts"
import { nameUser } from "./names.ts"
import { assertPassword, createTemporaryPassword, sealPassword } from "./passwords.ts"
import { findUser, insertUser, type User, updateUserState } from "./record.ts"

type Input = Pick<
  AdminCreateUserRequest,
  "TemporaryPassword" | "MessageAction" | "DesiredDeliveryMediums" | "ForceAliasCreation"
> & { Username: string }

export const AdminCreateUser = operation(AdminCreateUserCommand, {
  access: onUserPool,
  async handle({ UserPoolId, UserAttributes, ...input }, context) {
    const pool = await getUserPool(UserPoolId, context)
    assertNoTrigger(pool, "PreSignUp")
    if (input.MessageAction !== "SUPPRESS") assertCanDeliver(pool)
    if (input.TemporaryPassword) assertPassword(pool, input.TemporaryPassword)
    const user =
      input.MessageAction === "RESEND"
        ? await inviteAgain(context, pool, input)
        : await create(context, pool, input, parseAttributes(pool, UserAttributes, "admin-create"))
    return { User: describeUser(user) }
  },
})

async function create(context: CallContext, pool: UserPool, input: Input, given: Attributes): Promise<User> {
  const { store, clock, masterKey } = context
  const sub = randomUUID()
  const named = nameUser(pool, input.Username, sub)
  assertNameAgrees(named.attributes, given)
  const now = clock.now()
  const attributes = mergeNew(given, named.attributes)
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
  const force = input.ForceAliasCreation === true
  const taken = pool.usernameAttributes ? attributeTaken : aliasTaken
  await store.transact(async (tx) => {
    if (!(await insertUser(tx, pool, user, { force, taken }))) throw usernameTaken()
    if (input.MessageAction !== "SUPPRESS" && password !== undefined)
      await invite(tx, context, pool, user, input, password, now)
  })
  return user
}

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
async function inviteAgain(context: CallContext, pool: UserPool, input: Input): Promise<User> {
  const { store, clock, masterKey } = context
  const now = clock.now()
  const password = input.TemporaryPassword || createTemporaryPassword(pool)
  return store.transact(async (tx) => {
    const user = await findUser(tx, pool, input.Username)
    if (!user) throw userNotFound()
    if (user.status !== "FORCE_CHANGE_PASSWORD")
      throw unsupportedUserState("Resend not possible. User status is not FORCE_CHANGE_PASSWORD") // UNVERIFIED text
    const invited: User = {
      ...user,
      password: sealPassword(masterKey, pool, user, password),
      temporaryPasswordAt: now,
      modifiedAt: now,
    }
    await updateUserState(tx, pool.id, invited)
    await invite(tx, context, pool, invited, input, password, now)
    return invited
  })
}

/** By the media asked for, where the user has an address there; else by SMS before e-mail. UNVERIFIED: what is else. */
async function invite(
  tx: Writing,
  context: CallContext,
  pool: UserPool,
  user: User,
  { DesiredDeliveryMediums: media }: Input,
  code: string,
  now: number,
): Promise<void> {
  const contacts: Contact[] = []
  if (media?.length) {
    if (media.includes("SMS")) contacts.push("phone_number")
    if (media.includes("EMAIL")) contacts.push("email")
  } else contacts.push(user.attributes.phone_number ? "phone_number" : "email")
  for (const attribute of contacts) {
    const value = user.attributes[attribute]
    if (value) await deliver(tx, context, pool, user, { attribute, value, occasion: "invitation", code }, now)
  }
}
