import type { AuthFlowType, ChallengeNameType } from "@aws-sdk/client-cognito-identity-provider"
import type { CallContext } from "../../../call.ts"
import type { AppClient } from "../app-clients/record.ts"
import { findSecret } from "../app-clients/secrets.ts"
import { sessionInvalid } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { SignedIn, Step } from "./attempt.ts"
import { answerContactSetup, startContactSetup } from "./contact-setup.ts"
import { respond, start } from "./flows.ts"
import { sendCodeAgain } from "./one-time-code.ts"
import { secretHash } from "./secret-hash.ts"

export type { SignedIn }

/** What a step of a sign-in comes to on the pages: what is asked next, or who has signed in. */
export type HostedStep =
  | {
      kind: "challenge"
      name: ChallengeNameType
      parameters: Readonly<Record<string, string>>
      /** For the answer; lies between two forms in what `sealFlowState` makes. */
      session: string | undefined
      /** Of SELECT_CHALLENGE: what may be chosen. */
      choices: readonly string[]
    }
  | ({ kind: "signedIn" } & SignedIn)

/** Whose sign-in it is: where it happens and by which client. */
export interface HostedSignIn {
  deps: CallContext
  pool: UserPool
  client: AppClient
}

/**
 * Begins a sign-in on the pages: `USER_PASSWORD_AUTH` with USERNAME and PASSWORD, which pages may whatever the client allows to
 * programs, or `USER_AUTH` with USERNAME where the client allows it. The pages speak for the client: its secret is not asked
 * for. Throws the API's errors.
 */
export async function startHostedSignIn(
  { deps, pool, client }: HostedSignIn,
  flow: AuthFlowType,
  parameters: Readonly<Record<string, string>>,
): Promise<HostedStep> {
  const input = { AuthFlow: flow, AuthParameters: withSecretHash(deps, client, parameters) }
  return hostedStep(await start(input, "page", pool, client, deps))
}

/** Answers a challenge. `responses` hold USERNAME and what the challenge is answered with, as RespondToAuthChallenge takes it. */
export async function answerHosted(
  { deps, pool, client }: HostedSignIn,
  name: ChallengeNameType,
  session: string | undefined,
  responses: Readonly<Record<string, string>>,
): Promise<HostedStep> {
  const input = {
    ChallengeName: name,
    ChallengeResponses: withSecretHash(deps, client, responses),
    Session: session,
  }
  return hostedStep(await respond(input, pool, client, deps, { isHosted: true }))
}

/** Sends the code of a challenge again, by a session that has none of it yet. */
export async function sendHostedCodeAgain(
  { deps, pool, client }: HostedSignIn,
  challenge: ChallengeNameType,
  session: string | undefined,
  USERNAME: string,
): Promise<HostedStep> {
  if (challenge !== "SMS_MFA" && challenge !== "SMS_OTP" && challenge !== "EMAIL_OTP") throw sessionInvalid()
  return hostedStep(
    await sendCodeAgain({ deps, pool, client, session, parameters: { USERNAME }, isHosted: true }, challenge),
  )
}

/** Sends a code to an address that is to be the second factor; `contact` is one that the user has not got yet. */
export async function setUpHostedContact(
  { deps, pool, client }: HostedSignIn,
  factor: string,
  session: string | undefined,
  USERNAME: string,
  contact?: string,
): Promise<HostedStep> {
  const given = { USERNAME, ANSWER: factor, ...(contact !== undefined && { CONTACT: contact }) }
  const parameters = withSecretHash(deps, client, given)
  return hostedStep(await startContactSetup({ deps, pool, client, session, parameters, isHosted: true }))
}

/** Takes the code that was sent to it. */
export async function answerHostedContact(
  { deps, pool, client }: HostedSignIn,
  session: string | undefined,
  USERNAME: string,
  CODE: string,
): Promise<HostedStep> {
  const parameters = withSecretHash(deps, client, { USERNAME, CODE })
  return hostedStep(await answerContactSetup({ deps, pool, client, session, parameters, isHosted: true }))
}

function hostedStep({ signedIn, ChallengeName, ChallengeParameters, Session, AvailableChallenges }: Step): HostedStep {
  if (signedIn) return { kind: "signedIn", ...signedIn }
  return {
    kind: "challenge",
    name: ChallengeName!,
    parameters: ChallengeParameters ?? {},
    session: Session,
    choices: AvailableChallenges ?? [],
  }
}

function withSecretHash(
  { masterKey }: Pick<CallContext, "masterKey">,
  client: AppClient,
  parameters: Readonly<Record<string, string>>,
): Record<string, string> {
  const secret = findSecret(masterKey, client)
  const { SECRET_HASH: _, ...own } = parameters
  if (secret === undefined) return own
  return { ...own, SECRET_HASH: secretHash(secret, own.USERNAME ?? "", client.id) }
}
