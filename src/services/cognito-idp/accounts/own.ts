import {
  ChangePasswordCommand,
  DeleteUserCommand,
  GetUserAuthFactorsCommand,
  GetUserCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { isReadable } from "../app-clients/permissions.ts"
import { recordEvent } from "../auth-events/record.ts"
import { tooManyAttempts, wrongPassword } from "../errors.ts"
import { admit, admitShown } from "../sign-in/admit.ts"
import { describeFactors } from "../sign-in/describe-factors.ts"
import { forgetFailures } from "../sign-in/failures.ts"
import { getSignedInUser } from "../tokens/access-token.ts"
import { describeMfa, listAttributes } from "../users/describe.ts"
import { assertPassword, sealPassword } from "../users/passwords.ts"
import { personOf } from "../users/person.ts"
import { deleteUser, getUser, updateUserState } from "../users/record.ts"

export const GetUser = operation(GetUserCommand, {
  access: "accessToken",
  async handle({ AccessToken }, context) {
    const { client, user } = await getSignedInUser(context, AccessToken)
    return {
      Username: user.username,
      UserAttributes: listAttributes(user, (name) => isReadable(client, name)),
      ...describeMfa(user),
    }
  },
})

/** What the user can begin a sign-in with, and go on with. */
export const GetUserAuthFactors = operation(GetUserAuthFactorsCommand, {
  access: "accessToken",
  async handle({ AccessToken }, context) {
    const { pool, user } = await getSignedInUser(context, AccessToken)
    return context.store.read((tx) => describeFactors(tx, context, pool, user))
  },
})

export const DeleteUser = operation(DeleteUserCommand, {
  access: "accessToken",
  async handle({ AccessToken }, context) {
    const { pool, user } = await getSignedInUser(context, AccessToken)
    await context.store.transact((tx) => deleteUser(tx, context.work, pool.id, user.sub))
    return {}
  },
})

export const ChangePassword = operation(ChangePasswordCommand, {
  access: "accessToken",
  async handle({ AccessToken, PreviousPassword, ProposedPassword }, context) {
    const { masterKey, store, clock } = context
    const { pool, user } = await getSignedInUser(context, AccessToken)
    const now = clock.now()
    // Who has no password yet has no former one to show. Source: ChangePassword, PreviousPassword. Who signs in at a
    // provider gets their first one from an administrator. Source: AdminSetUserPassword.
    const hasNone = user.password === undefined && user.status !== "EXTERNAL_PROVIDER"
    const isFirst = hasNone && PreviousPassword === undefined
    const event = { type: "PasswordChange", challenge: "Password" } as const
    const refusals = { wrong: wrongPassword, lockedOut: tooManyAttempts }
    if (isFirst) await admit(context, pool, personOf(user), true, event, refusals)
    else await admitShown(context, pool, personOf(user), PreviousPassword ?? "", event, refusals)
    assertPassword(pool, ProposedPassword)
    const password = sealPassword(masterKey, pool, user, ProposedPassword)
    await store.transact(async (tx) => {
      const current = await getUser(tx, pool, user.username)
      await updateUserState(tx, pool.id, { ...current, password, modifiedAt: now })
      await forgetFailures(tx, pool.id, user.sub)
      await recordEvent(tx, context, pool, user.sub, { ...event, response: "Pass" })
    })
    return {}
  },
})
