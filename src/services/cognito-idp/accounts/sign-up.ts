import { SignUpCommand, type SignUpRequest } from "@aws-sdk/client-cognito-identity-provider"
import { randomUUID } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { assertWritable } from "../app-clients/permissions.ts"
import { getClientAndPool } from "../app-clients/record.ts"
import { recordEvent } from "../auth-events/record.ts"
import { contactToVerify, MEDIUM } from "../codes/delivery.ts"
import { hasMessageFunctions } from "../codes/prepare.ts"
import { sendCode } from "../codes/send-code.ts"
import { aliasTaken, attributeTaken, invalidParameter, signUpNotPermitted, usernameTakenAtSignUp } from "../errors.ts"
import { rehearse } from "../rehearse.ts"
import { codeFactors } from "../sign-in/factors.ts"
import { assertSecretHash } from "../sign-in/secret-hash.ts"
import type { Occasion } from "../triggers/event.ts"
import { prepareMessage } from "../triggers/messages.ts"
import { tellPostConfirmation } from "../triggers/post-confirmation.ts"
import { askPreSignUp, type Verdict, validationDataOf, verify } from "../triggers/pre-sign-up.ts"
import type { UserPool } from "../user-pools/record.ts"
import { type Attributes, assertRequired, mergeAttributes, parseAttributes } from "../users/attributes.ts"
import { assertNameAgrees } from "../users/create.ts"
import { nameUser } from "../users/names.ts"
import { assertPassword, sealPassword } from "../users/passwords.ts"
import { insertUser, type User } from "../users/record.ts"

export const SignUp = operation(SignUpCommand, {
  access: "public",
  async handle(input, context) {
    const { store, masterKey, clock } = context
    const { client, pool } = await getClientAndPool(store, input.ClientId)
    assertSecretHash(masterKey, client, input.SecretHash, input.Username)
    if (pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly) throw signUpNotPermitted()
    const password = getPassword(pool, input)
    if (password !== undefined) assertPassword(pool, password)
    const given = parseAttributes(pool, input.UserAttributes, "sign-up")
    assertWritable(client, pool, Object.keys(given))
    const occasion: Occasion = { deps: context, pool, clientId: client.id, clientMetadata: input.ClientMetadata }
    const newcomer = createUser(context, pool, input.Username, given, password)
    const verdict = await askPreSignUp(occasion, "PreSignUp_SignUp", {
      userName: newcomer.username,
      attributes: { ...nameUser(pool, input.Username, newcomer.sub).attributes, ...given },
      validationData: validationDataOf(input.ValidationData),
    })
    const user = admitted(newcomer, verdict)
    const attribute = verdict.isConfirmed ? undefined : contactToVerify(pool, user.attributes)
    const taken = pool.usernameAttributes ? attributeTaken : aliasTaken
    const insert = async (tx: Writing) => {
      if (!(await insertUser(tx, pool, user, { force: verdict.verified.length > 0, taken })))
        throw usernameTakenAtSignUp()
    }
    if (attribute && hasMessageFunctions(occasion)) await rehearse(store, insert)
    const prepared = attribute && (await prepareMessage(occasion, "SignUp", user, [MEDIUM[attribute]]))

    const now = clock.now()
    const details = await store.transact(async (tx) => {
      await insert(tx)
      await recordEvent(tx, context, pool, user.sub, { type: "SignUp", response: "Pass", challenge: "Password" })
      if (!attribute) return undefined
      const sending = {
        purpose: "sign-up" as const,
        attribute,
        destination: user.attributes[attribute]!,
        clientId: client.id,
        ...(prepared && { prepared }),
      }
      return sendCode(tx, context, pool, user, sending, now)
    })
    if (verdict.isConfirmed) await tellPostConfirmation(occasion, "PostConfirmation_ConfirmSignUp", user)
    return {
      UserConfirmed: verdict.isConfirmed,
      UserSub: user.sub,
      ...(details && { CodeDeliveryDetails: details }),
    }
  },
})

/** Who signs up as the pool's function will have it. */
const admitted = (user: User, verdict: Verdict): User => ({
  ...user,
  attributes: verify(user.attributes, verdict),
  ...(verdict.isConfirmed && { status: "CONFIRMED" }),
})

/** A password is optional where a code alone lets people in. Source: SignUp, Password. */
function getPassword(pool: UserPool, { Password }: Pick<SignUpRequest, "Password">): string | undefined {
  if (Password !== undefined) return Password
  if (codeFactors(pool).length > 0) return undefined
  throw invalidParameter(
    "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
  )
}

function createUser(
  context: CallContext,
  pool: UserPool,
  name: string,
  given: Attributes,
  password: string | undefined,
): User {
  const sub = randomUUID()
  const named = nameUser(pool, name, sub)
  assertNameAgrees(named.attributes, given)
  // Who signs up has an address that is not verified, and is told so; source: cognito-local pull request 386.
  const attributes = mergeAttributes({}, { ...named.attributes, ...given })
  assertRequired(pool, attributes)
  const now = context.clock.now()
  const identity = { username: named.username, password: undefined }
  return {
    sub,
    username: named.username,
    attributes,
    status: "UNCONFIRMED",
    enabled: true,
    createdAt: now,
    modifiedAt: now,
    password: password === undefined ? undefined : sealPassword(context.masterKey, pool, identity, password),
  }
}
