import {
  AdminConfirmSignUpCommand,
  AdminDeleteUserAttributesCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserAuthFactorsCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { onUserPool } from "../access.ts"
import { aliasTaken, aliasTakenAtConfirmation, cannotBeConfirmed } from "../errors.ts"
import { describeFactors } from "../sign-in/describe-factors.ts"
import { forgetFailures } from "../sign-in/failures.ts"
import { revokeAllOf } from "../tokens/refresh-tokens.ts"
import { tellPostConfirmation } from "../triggers/post-confirmation.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { assertDeletable, changedAttributes } from "./attribute-changes.ts"
import { assertMutable, mergeAttributes, parseAttributes } from "./attributes.ts"
import { planChange, prepareVerifications, sendVerifications } from "./contact-changes.ts"
import { describeMfa, listAttributes } from "./describe.ts"
import { assertPassword, sealPassword } from "./passwords.ts"
import { deleteUser, getUser, type User, updateUser, updateUserState } from "./record.ts"

export const AdminGetUser = operation(AdminGetUserCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const user = await context.store.read((tx) => getUser(tx, pool, Username))
    return {
      Username: user.username,
      UserAttributes: listAttributes(user),
      UserCreateDate: new Date(user.createdAt),
      UserLastModifiedDate: new Date(user.modifiedAt),
      Enabled: user.enabled,
      UserStatus: user.status,
      ...describeMfa(user),
    }
  },
})

/** What the user can begin a sign-in with, and go on with. */
export const AdminGetUserAuthFactors = operation(AdminGetUserAuthFactorsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username }, context) {
    const pool = await getUserPool(UserPoolId, context)
    return context.store.read(async (tx) => describeFactors(tx, context, pool, await getUser(tx, pool, Username)))
  },
})

/** Reads a user, changes it, and writes its state. */
async function changeUser(
  { UserPoolId, Username }: { UserPoolId: string; Username: string },
  context: CallContext,
  change: (user: User, pool: UserPool, tx: Writing) => Partial<User> | Promise<Partial<User>>,
): Promise<void> {
  const pool = await getUserPool(UserPoolId, context)
  const modifiedAt = context.clock.now()
  await context.store.transact(async (tx) => {
    const user = await getUser(tx, pool, Username)
    const changed = { ...user, ...(await change(user, pool, tx)), modifiedAt }
    // Who is confirmed by this holds their aliases from now on.
    if (user.status === "UNCONFIRMED" && changed.status !== "UNCONFIRMED")
      await updateUser(tx, pool, changed, { force: false, taken: aliasTaken })
    else await updateUserState(tx, pool.id, changed)
  })
}

export const AdminEnableUser = operation(AdminEnableUserCommand, {
  access: onUserPool,
  async handle(input, context) {
    await changeUser(input, context, () => ({ enabled: true }))
    return {}
  },
})

/** A disabled user is signed out, too. Source: AdminDisableUser. */
export const AdminDisableUser = operation(AdminDisableUserCommand, {
  access: onUserPool,
  async handle(input, context) {
    await changeUser(input, context, async (user, pool, tx) => {
      await revokeAllOf(tx, pool.id, user.sub)
      return { enabled: false }
    })
    return {}
  },
})

/** A permanent password confirms the user, whatever state they were in; a temporary one must be changed. */
export const AdminSetUserPassword = operation(AdminSetUserPasswordCommand, {
  access: onUserPool,
  async handle({ Password, Permanent = false, ...input }, context) {
    const pool = await getUserPool(input.UserPoolId, context)
    assertPassword(pool, Password)
    const temporaryPasswordAt = Permanent ? undefined : context.clock.now()
    await changeUser(input, context, async (user, _pool, tx) => {
      await forgetFailures(tx, pool.id, user.sub)
      return {
        password: sealPassword(context.masterKey, pool, user, Password),
        status: Permanent ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD",
        temporaryPasswordAt,
      }
    })
    return {}
  },
})

export const AdminUserGlobalSignOut = operation(AdminUserGlobalSignOutCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await context.store.transact(async (tx) => revokeAllOf(tx, pool.id, (await getUser(tx, pool, Username)).sub))
    return {}
  },
})

export const AdminDeleteUser = operation(AdminDeleteUserCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await context.store.transact(async (tx) =>
      deleteUser(tx, context.work, pool.id, (await getUser(tx, pool, Username)).sub),
    )
    return {}
  },
})

export const AdminUpdateUserAttributes = operation(AdminUpdateUserAttributesCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, UserAttributes, ClientMetadata }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const changes = parseAttributes(pool, UserAttributes, "update")
    const occasion = { deps: context, pool, clientId: undefined, clientMetadata: ClientMetadata }
    const planFor = (user: User) => {
      assertMutable(pool, user, changes)
      // UNVERIFIED: that an administrator's change sends a code only where the new address waits for it.
      return planChange(pool, user, changes, () => false)
    }
    const prepared = await prepareVerifications(occasion, context, (tx) => getUser(tx, pool, Username), planFor)
    const modifiedAt = context.clock.now()
    await context.store.transact(async (tx) => {
      const plan = planFor(await getUser(tx, pool, Username))
      await updateUser(tx, pool, { ...plan.changed, modifiedAt }, { force: false, taken: aliasTaken })
      await sendVerifications(tx, context, pool, { ...plan, prepared }, modifiedAt)
    })
    return {}
  },
})

export const AdminDeleteUserAttributes = operation(AdminDeleteUserAttributesCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, UserAttributeNames }, context) {
    const pool = await getUserPool(UserPoolId, context)
    assertDeletable(pool, UserAttributeNames)
    const deletions = Object.fromEntries(UserAttributeNames.map((name) => [name, ""]))
    const modifiedAt = context.clock.now()
    await context.store.transact(async (tx) => {
      const user = await getUser(tx, pool, Username)
      assertMutable(pool, user, deletions)
      const attributes = changedAttributes(pool, mergeAttributes(user.attributes, deletions))
      await updateUser(tx, pool, { ...user, attributes, modifiedAt }, { force: false, taken: aliasTaken })
    })
    return {}
  },
})

export const AdminConfirmSignUp = operation(AdminConfirmSignUpCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, ClientMetadata }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const modifiedAt = context.clock.now()
    const confirmed = await context.store.transact(async (tx): Promise<User> => {
      const user = await getUser(tx, pool, Username)
      if (user.status !== "UNCONFIRMED") throw cannotBeConfirmed(user.status)
      const claim = { force: false, taken: aliasTakenAtConfirmation }
      const changed: User = { ...user, status: "CONFIRMED", modifiedAt }
      await updateUser(tx, pool, changed, claim)
      return changed
    })
    const occasion = { deps: context, pool, clientId: undefined, clientMetadata: ClientMetadata }
    await tellPostConfirmation(occasion, "PostConfirmation_ConfirmSignUp", confirmed)
    return {}
  },
})
