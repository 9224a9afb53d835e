import { ConfirmSignUpCommand, ResendConfirmationCodeCommand } from "@aws-sdk/client-cognito-identity-provider"
import type { Deps } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { hidesExistence } from "../app-clients/auth-flows.ts"
import { type AppClient, getClientAndPool } from "../app-clients/record.ts"
import { checkCode, codeRefusal } from "../codes/codes.ts"
import { assertCanDeliver, contactToVerify } from "../codes/delivery.ts"
import { sendCode } from "../codes/send-code.ts"
import { simulateDelivery } from "../codes/simulated-delivery.ts"
import {
  aliasTakenAtConfirmation,
  alreadyConfirmed,
  cannotBeConfirmed,
  noAutoVerification,
  userDisabled,
  usernameClientCombinationNotFound,
  wrongCode,
} from "../errors.ts"
import { assertSecretHash } from "../sign-in/secret-hash.ts"
import { assertNoTrigger } from "../triggers.ts"
import type { UserPool } from "../user-pools/record.ts"
import { findUser, updateUser } from "../users/record.ts"

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
    if (!user) throw hidesExistence(client) ? wrongCode() : usernameClientCombinationNotFound()
    if (!user.enabled) throw userDisabled()
    if (user.status !== "UNCONFIRMED") throw cannotBeConfirmed(user.status)
    const key = { poolId: pool.id, sub: user.sub, purpose: "sign-up" as const }
    const check = await checkCode(tx, masterKey, key, code, now)
    if (check.outcome !== "right") return codeRefusal(check.outcome)
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
      if (!user || (!user.enabled && hidesExistence(client))) {
        if (hidesExistence(client)) return simulateDelivery(masterKey, pool, Username)
        throw usernameClientCombinationNotFound()
      }
      if (!user.enabled) throw userDisabled()
      if (user.status !== "UNCONFIRMED") throw alreadyConfirmed()
      const attribute = contactToVerify(pool, user.attributes)
      if (!attribute) throw noAutoVerification()
      const sending = {
        purpose: "sign-up" as const,
        attribute,
        destination: user.attributes[attribute]!,
        clientId: client.id,
      }
      return sendCode(tx, context, pool, user, sending, now)
    })
    return { CodeDeliveryDetails: details }
  },
})
