import { ConfirmSignUpCommand, ResendConfirmationCodeCommand } from "@aws-sdk/client-cognito-identity-provider"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { hidesExistence } from "../app-clients/auth-flows.ts"
import { type AppClient, getClientAndPool } from "../app-clients/record.ts"
import { type CodePurpose, checkCode, codeRefusal } from "../codes/codes.ts"
import { type Contact, contactToVerify } from "../codes/delivery.ts"
import { prepareFor } from "../codes/prepare.ts"
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
import { tellPostConfirmation } from "../triggers/post-confirmation.ts"
import type { UserPool } from "../user-pools/record.ts"
import { countedAs, nobody, personOf } from "../users/person.ts"
import { findUser, type User, updateUser } from "../users/record.ts"

const purpose: CodePurpose = "sign-up"

type ConfirmDeps = Pick<CallContext, "store" | "masterKey" | "clock" | "peers" | "request">

/** Confirms who has the code. Throws what the caller is to be told. */
export async function confirmSignUp(
  deps: ConfirmDeps,
  { pool, client }: { pool: UserPool; client: AppClient },
  username: string,
  code: string,
  { force = false, clientMetadata }: { force?: boolean; clientMetadata?: Record<string, string> | undefined } = {},
): Promise<void> {
  const { store, masterKey, clock } = deps
  const now = clock.now()
  // A wrong answer has to be remembered, so it is told after the transaction and not thrown out of it.
  const outcome = await store.transact(async (tx) => {
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
    const confirmed: User = { ...user, attributes, status: "CONFIRMED", modifiedAt: now }
    await updateUser(tx, pool, confirmed, claim)
    return confirmed
  })
  if (outcome instanceof Error) throw outcome
  const occasion = { deps, pool, clientId: client.id, clientMetadata }
  await tellPostConfirmation(occasion, "PostConfirmation_ConfirmSignUp", outcome)
}

export const ConfirmSignUp = operation(ConfirmSignUpCommand, {
  access: "public",
  async handle(input, context) {
    const { ClientId, Username, ConfirmationCode, SecretHash, ForceAliasCreation: force = false } = input
    const { client, pool } = await getClientAndPool(context.store, ClientId)
    assertSecretHash(context.masterKey, client, SecretHash, Username)
    await confirmSignUp(context, { pool, client }, Username, ConfirmationCode, {
      force,
      clientMetadata: input.ClientMetadata,
    })
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
  async handle({ ClientId, Username, SecretHash, ClientMetadata }, context) {
    const { store, masterKey, clock } = context
    const { client, pool } = await getClientAndPool(store, ClientId)
    assertSecretHash(masterKey, client, SecretHash, Username)
    const occasion = { deps: context, pool, clientId: client.id, clientMetadata: ClientMetadata }
    const prepared = await prepareFor(occasion, "ResendCode", context, Username, (user) =>
      findContact(pool, client, user),
    )
    const now = clock.now()
    const details = await store.transact(async (tx) => {
      const user = await findUser(tx, pool, Username)
      const attribute = user && findContact(pool, client, user)
      if (user && attribute) {
        const destination = user.attributes[attribute]!
        const sending = { purpose, attribute, destination, clientId: client.id, prepared }
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
