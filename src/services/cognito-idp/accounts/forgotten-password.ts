import {
  AdminResetUserPasswordCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { hidesExistence } from "../app-clients/auth-flows.ts"
import { getClientAndPool } from "../app-clients/record.ts"
import { recordEvent } from "../auth-events/record.ts"
import { checkCode, codeRefusal } from "../codes/codes.ts"
import { assertCanDeliver, contactToRecover, isAdminOnlyRecovery } from "../codes/delivery.ts"
import { sendCode } from "../codes/send-code.ts"
import { simulateDelivery } from "../codes/simulated-delivery.ts"
import {
  contactAdministrator,
  expiredCode,
  noVerifiedContact,
  resetNotPossible,
  userDisabled,
  userDisabledForAdmin,
  usernameClientCombinationNotFound,
  wrongCode,
} from "../errors.ts"
import { assertSecretHash } from "../sign-in/secret-hash.ts"
import { assertNoTrigger } from "../triggers.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { assertPassword, sealPassword } from "../users/passwords.ts"
import { findUser, getUser, type User, updateUserState } from "../users/record.ts"

export const ForgotPassword = operation(ForgotPasswordCommand, {
  access: "public",
  async handle({ ClientId, Username, SecretHash }, context) {
    const { store, masterKey, clock } = context
    const { client, pool } = await getClientAndPool(store, ClientId)
    assertSecretHash(masterKey, client, SecretHash, Username)
    assertCanDeliver(pool)
    const now = clock.now()
    const details = await store.transact(async (tx) => {
      const user = await findUser(tx, pool, Username)
      if (!user) assertNoTrigger(pool, "UserMigration")
      if (!user || (!user.enabled && hidesExistence(client))) {
        if (hidesExistence(client)) return simulateDelivery(masterKey, pool, Username)
        throw usernameClientCombinationNotFound()
      }
      assertResettable(pool, user)
      const attribute = contactToRecover(pool, user)
      // Source: "Managing user existence error responses", ForgotPassword.
      if (!attribute && hidesExistence(client)) return simulateDelivery(masterKey, pool, Username)
      if (!attribute) throw noVerifiedContact()
      const sending = { purpose: "reset" as const, attribute, destination: user.attributes[attribute]! }
      return sendCode(tx, context, pool, user, sending, now)
    })
    return { CodeDeliveryDetails: details }
  },
})

function assertResettable(pool: UserPool, user: User, disabled: () => Error = userDisabled): void {
  if (!user.enabled) throw disabled()
  if (user.status !== "CONFIRMED" && user.status !== "RESET_REQUIRED") throw resetNotPossible()
  if (isAdminOnlyRecovery(pool)) throw contactAdministrator()
}

export const ConfirmForgotPassword = operation(ConfirmForgotPasswordCommand, {
  access: "public",
  async handle({ ClientId, Username, ConfirmationCode, Password, SecretHash }, context) {
    const { store, masterKey, clock } = context
    const { client, pool } = await getClientAndPool(store, ClientId)
    assertSecretHash(masterKey, client, SecretHash, Username)
    assertNoTrigger(pool, "PostConfirmation")
    assertPassword(pool, Password)
    const now = clock.now()
    const refusal = await store.transact(async (tx) => {
      const user = await findUser(tx, pool, Username)
      if (!user || (!user.enabled && hidesExistence(client)))
        throw hidesExistence(client) ? wrongCode() : usernameClientCombinationNotFound()
      if (!user.enabled) throw userDisabled()
      const key = { poolId: pool.id, sub: user.sub, purpose: "reset" as const }
      const check = await checkCode(tx, masterKey, key, ConfirmationCode, now)
      if (check.outcome !== "right") return codeRefusal(check.outcome)
      // A code that went to an address which is no longer the user's proves nothing.
      if (user.attributes[check.attribute] !== check.destination) return expiredCode()
      const { temporaryPasswordAt, ...rest } = user
      await updateUserState(tx, pool.id, {
        ...rest,
        password: sealPassword(masterKey, pool, user, Password),
        status: "CONFIRMED",
        failures: 0,
        lastFailureAt: 0,
        modifiedAt: now,
      })
      const event = { type: "ForgotPassword", response: "Pass", challenge: "Password" } as const
      await recordEvent(tx, context, pool, user.sub, event)
      return undefined
    })
    if (refusal) throw refusal
    return {}
  },
})

/** The password stops working at once; the user gets a code to set a new one with. */
export const AdminResetUserPassword = operation(AdminResetUserPasswordCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username }, context) {
    const pool = await getUserPool(UserPoolId, context)
    assertCanDeliver(pool)
    const now = context.clock.now()
    await context.store.transact(async (tx) => {
      const user = await getUser(tx, pool, Username)
      assertResettable(pool, user, userDisabledForAdmin)
      const attribute = contactToRecover(pool, user)
      if (!attribute) throw noVerifiedContact()
      await updateUserState(tx, pool.id, { ...user, status: "RESET_REQUIRED", modifiedAt: now })
      const sending = { purpose: "reset" as const, attribute, destination: user.attributes[attribute]! }
      await sendCode(tx, context, pool, user, sending, now)
    })
    return {}
  },
})
