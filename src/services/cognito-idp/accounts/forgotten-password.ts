import {
  AdminResetUserPasswordCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { hidesExistence } from "../app-clients/auth-flows.ts"
import { type AppClient, getClientAndPool } from "../app-clients/record.ts"
import { recordEvent } from "../auth-events/record.ts"
import { type CodePurpose, checkCode, codeRefusal } from "../codes/codes.ts"
import { type Contact, contactToRecover, isAdminOnlyRecovery } from "../codes/delivery.ts"
import { prepareFor } from "../codes/prepare.ts"
import { sendCode, simulateCode } from "../codes/send-code.ts"
import {
  contactAdministrator,
  expiredCode,
  noVerifiedContact,
  resetNotPossible,
  userDisabled,
  userDisabledForAdmin,
  usernameClientCombinationNotFound,
} from "../errors.ts"
import { forgetFailures } from "../sign-in/failures.ts"
import { assertSecretHash } from "../sign-in/secret-hash.ts"
import { tellPostConfirmation } from "../triggers/post-confirmation.ts"
import { isAsked } from "../triggers/run.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { migrateUser } from "../users/migrate.ts"
import { assertPassword, sealPassword } from "../users/passwords.ts"
import { countedAs, nobody, personOf } from "../users/person.ts"
import { findUser, getUser, type User, updateUserState } from "../users/record.ts"

const purpose: CodePurpose = "reset"

export const ForgotPassword = operation(ForgotPasswordCommand, {
  access: "public",
  async handle({ ClientId, Username, SecretHash, ClientMetadata }, context) {
    const { store, masterKey, clock } = context
    const { client, pool } = await getClientAndPool(store, ClientId)
    assertSecretHash(masterKey, client, SecretHash, Username)
    // Of the pool, whoever asks.
    if (hidesExistence(client) && isAdminOnlyRecovery(pool)) throw contactAdministrator()
    const occasion = { deps: context, pool, clientId: client.id, clientMetadata: ClientMetadata }
    if (isAsked(occasion, "UserMigration") && !(await store.read((tx) => findUser(tx, pool, Username))))
      await migrateUser(occasion, context, { source: "UserMigration_ForgotPassword", name: Username })
    const prepared = await prepareFor(occasion, "ForgotPassword", context, Username, (user) =>
      findContact(pool, client, user),
    )
    const now = clock.now()
    const details = await store.transact(async (tx) => {
      const user = await findUser(tx, pool, Username)
      if (!user && !hidesExistence(client)) throw usernameClientCombinationNotFound()
      const attribute = user && findContact(pool, client, user)
      if (user && attribute) {
        const sending = { purpose, attribute, destination: user.attributes[attribute]!, prepared }
        return sendCode(tx, context, pool, user, sending, now)
      }
      const person = user ? personOf(user) : nobody(masterKey, pool, Username)
      const usual = usualContact(pool)
      return simulateCode(tx, context, pool, person, { purpose, attribute: usual, name: Username }, now)
    })
    return { CodeDeliveryDetails: details }
  },
})

/**
 * Where the user's code goes. Undefined where it goes nowhere and that is not told: to who is disabled, or has no verified
 * address. Source: "Managing user existence error responses", ForgotPassword.
 */
function findContact(pool: UserPool, client: AppClient, user: User): Contact | undefined {
  const attribute = contactToRecover(pool, user)
  if (hidesExistence(client) && (!user.enabled || !attribute)) return undefined
  assertResettable(pool, user)
  if (!attribute) throw noVerifiedContact()
  return attribute
}

/** Where a usual user's would go. */
function usualContact(pool: UserPool): Contact {
  const attributes = Object.fromEntries(
    (pool.settings.AutoVerifiedAttributes ?? []).flatMap((name) => [
      [name, "x"],
      [`${name}_verified`, "true"],
    ]),
  )
  return contactToRecover(pool, { attributes }) ?? "email"
}

function assertResettable(pool: UserPool, user: User, disabled: () => Error = userDisabled): void {
  if (!user.enabled) throw disabled()
  if (user.status !== "CONFIRMED" && user.status !== "RESET_REQUIRED") throw resetNotPossible()
  if (isAdminOnlyRecovery(pool)) throw contactAdministrator()
}

export const ConfirmForgotPassword = operation(ConfirmForgotPasswordCommand, {
  access: "public",
  async handle({ ClientId, Username, ConfirmationCode, Password, SecretHash, ClientMetadata }, context) {
    const { store, masterKey, clock } = context
    const { client, pool } = await getClientAndPool(store, ClientId)
    assertSecretHash(masterKey, client, SecretHash, Username)
    assertPassword(pool, Password)
    const now = clock.now()
    const outcome = await store.transact(async (tx) => {
      const user = await findUser(tx, pool, Username)
      const hides = hidesExistence(client)
      if (!user && !hides) throw usernameClientCombinationNotFound()
      if (user && !user.enabled && !hides) throw userDisabled()
      const person = user ? personOf(user) : nobody(masterKey, pool, Username)
      const key = { poolId: pool.id, sub: countedAs(person), purpose }
      const check = await checkCode(tx, masterKey, key, ConfirmationCode, now, { isNobodys: !user?.enabled })
      if (check.outcome !== "right") return codeRefusal(check.outcome)
      if (!user) throw new TypeError("Nobody's code was right.")
      // A code that went to an address which is no longer the user's proves nothing.
      if (user.attributes[check.attribute] !== check.destination) return expiredCode()
      const { temporaryPasswordAt, ...rest } = user
      const password = sealPassword(masterKey, pool, user, Password)
      const confirmed: User = { ...rest, password, status: "CONFIRMED", modifiedAt: now }
      await updateUserState(tx, pool.id, confirmed)
      await forgetFailures(tx, pool.id, user.sub)
      const event = { type: "ForgotPassword", response: "Pass", challenge: "Password" } as const
      await recordEvent(tx, context, pool, user.sub, event)
      return confirmed
    })
    if (outcome instanceof Error) throw outcome
    const occasion = { deps: context, pool, clientId: client.id, clientMetadata: ClientMetadata }
    await tellPostConfirmation(occasion, "PostConfirmation_ConfirmForgotPassword", outcome)
    return {}
  },
})

/** The password stops working at once; the user gets a code to set a new one with. */
export const AdminResetUserPassword = operation(AdminResetUserPasswordCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, ClientMetadata }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const occasion = { deps: context, pool, clientId: undefined, clientMetadata: ClientMetadata }
    // UNVERIFIED: that it has the source of ForgotPassword.
    const prepared = await prepareFor(occasion, "ForgotPassword", context, Username, (user) => {
      assertResettable(pool, user, userDisabledForAdmin)
      return contactToRecover(pool, user)
    })
    const now = context.clock.now()
    await context.store.transact(async (tx) => {
      const user = await getUser(tx, pool, Username)
      assertResettable(pool, user, userDisabledForAdmin)
      const attribute = contactToRecover(pool, user)
      if (!attribute) throw noVerifiedContact()
      await updateUserState(tx, pool.id, { ...user, status: "RESET_REQUIRED", modifiedAt: now })
      const sending = { purpose, attribute, destination: user.attributes[attribute]!, prepared }
      await sendCode(tx, context, pool, user, sending, now)
    })
    return {}
  },
})
