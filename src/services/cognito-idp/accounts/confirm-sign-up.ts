import { ConfirmSignUpCommand, ResendConfirmationCodeCommand } from "@aws-sdk/client-cognito-identity-provider"
import type { Deps } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { hidesExistence } from "../app-clients/auth-flows.ts"
import { type AppClient, getClientAndPool } from "../app-clients/record.ts"
import { type CodePurpose, checkCode, codeRefusal } from "../codes/codes.ts"
import { assertCanDeliver, type Contact, contactToVerify } from "../codes/delivery.ts"
import { sendCode, simulateCode } from "../codes/send-code.ts"
import {
  aliasTakenAtConfirmation,
  alreadyConfirmed,
  cannotBeConfirmed,
  noAutoVerification,
  userDisabled,
  usernameClientCombinationNotFound,
} from "../errors.ts"
import { assertSecretHash } from "../sign-in/secret-hash.ts"
import { assertNoTrigger } from "../triggers.ts"
import type { UserPool } from "../user-pools/record.ts"
import { countedAs, nobody, personOf } from "../users/person.ts"
import { findUser, type User, updateUser } from "../users/record.ts"

const purpose: CodePurpose = "sign-up"

type ConfirmDeps = Pick<Deps, "store" | "masterKey" | "clock">

/** Confirms who has the code. Throws what the caller is to be told. */
export async function confirmSignUp(
  { store, masterKey, clock }: ConfirmDeps,
  { pool, client }: { pool: UserPool; client: AppClient },
  username: string,
  code: string,
  force: boolean,
): Promise<void> {
  assertNoTrigger(pool, "PostConfirmation")
  const now = clock.now()
  // A wrong answer has to be remembered, so it is told after the transaction and not thrown out of it.
  const refusal = await store.transact(async (tx) => {
    const user = await findUser(tx, pool, username)
    const person = user ? personOf(user) : nobody(masterKey, pool, username)
    if (!user && !hidesExistence(client)) throw usernameClientCombinationNotFound()
    if (user && !user.enabled) throw userDisabled()
    if (user && user.status !== "UNCONFIRMED") throw cannotBeConfirmed(user.status)
    const key = { poolId: pool.id, sub: countedAs(person), purpose }
    const check = await checkCode(tx, masterKey, key, code, now, { isNobodys: !user })
    if (check.outcome !== "right") return codeRefusal(check.outcome)
    if (!user) throw new TypeError("Nobody's code was right.")
    const attributes = { ...user.attributes }
    // What was changed since the code went out is not verified by it.
    if (attributes[check.attribute] === check.destination) attributes[`${check.attribute}_verified`] = "true"
    const claim = { force, taken: aliasTakenAtConfirmation }
    await updateUser(tx, pool, { ...user, attributes, status: "CONFIRMED", modifiedAt: now }, claim)
    return undefined
  })
  if (refusal) throw refusal
}

export const ConfirmSignUp = operation(ConfirmSignUpCommand, {
  access: "public",
  async handle({ ClientId, Username, ConfirmationCode, SecretHash, ForceAliasCreation = false }, context) {
    const { client, pool } = await getClientAndPool(context.store, ClientId)
    assertSecretHash(context.masterKey, client, SecretHash, Username)
    await confirmSignUp(context, { pool, client }, Username, ConfirmationCode, ForceAliasCreation)
    return {}
  },
})

/** Where the user's code goes; undefined where it goes nowhere. */
function findContact(pool: UserPool, client: AppClient, user: User): Contact | undefined {
  if (!user.enabled) {
    if (hidesExistence(client)) return undefined
    throw userDisabled()
  }
  if (user.status !== "UNCONFIRMED") throw alreadyConfirmed()
  return contactToVerify(pool, user.attributes)
}

export const ResendConfirmationCode = operation(ResendConfirmationCodeCommand, {
  access: "public",
  async handle({ ClientId, Username, SecretHash }, context) {
    const { store, masterKey, clock } = context
    const { client, pool } = await getClientAndPool(store, ClientId)
    assertSecretHash(masterKey, client, SecretHash, Username)
    assertCanDeliver(pool)
    const now = clock.now()
    const details = await store.transact(async (tx) => {
      const user = await findUser(tx, pool, Username)
      const attribute = user && findContact(pool, client, user)
      if (user && attribute) {
        const sending = { purpose, attribute, destination: user.attributes[attribute]!, clientId: client.id }
        return sendCode(tx, context, pool, user, sending, now)
      }
      if (!hidesExistence(client)) throw user ? noAutoVerification() : usernameClientCombinationNotFound()
      const person = user ? personOf(user) : nobody(masterKey, pool, Username)
      const usual = contactToVerify(pool, { email: "x", phone_number: "x" }) ?? "email"
      return simulateCode(tx, context, pool, person, { purpose, attribute: usual, name: Username }, now)
    })
    return { CodeDeliveryDetails: details }
  },
})
