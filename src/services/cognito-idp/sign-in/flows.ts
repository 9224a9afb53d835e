import type { AuthFlowType, ChallengeNameType } from "@aws-sdk/client-cognito-identity-provider"
import type { CallContext } from "../../../call.ts"
import { isFlowAllowed } from "../app-clients/auth-flows.ts"
import type { AppClient } from "../app-clients/record.ts"
import {
  adminFlowNotEnabled,
  flowNotEnabled,
  invalidParameter,
  notSupportedHere,
  sessionExpired,
  srpNotEnabled,
} from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { Attempt, Step } from "./attempt.ts"
import { answerChoice, answerPassword, startChoice } from "./choice.ts"
import { answerCustom, startCustom } from "./custom/index.ts"
import { findCustomSignIn } from "./custom/state.ts"
import { answerDeviceProof, answerDeviceSrp } from "./device.ts"
import { answerNewPassword } from "./new-password.ts"
import { answerCode } from "./one-time-code.ts"
import { answerPasskey } from "./passkey.ts"
import { signInWithPassword } from "./password.ts"
import { signInWithRefreshToken } from "./refresh.ts"
import { answerSelection, answerSetup, answerSoftwareToken } from "./second-factor.ts"
import { assertUnused, parseSession } from "./session.ts"
import { answerSrp, startSrp } from "./srp.ts"

type Flow = (attempt: Attempt) => Promise<Step>

/** How a sign-in begins. */
const FLOWS: Record<AuthFlowType, { by: "anybody" | "user" | "admin"; start: Flow }> = {
  USER_SRP_AUTH: { by: "anybody", start: startSrp },
  USER_PASSWORD_AUTH: { by: "user", start: signInWithPassword },
  ADMIN_USER_PASSWORD_AUTH: { by: "admin", start: signInWithPassword },
  ADMIN_NO_SRP_AUTH: { by: "admin", start: signInWithPassword },
  REFRESH_TOKEN_AUTH: { by: "anybody", start: signInWithRefreshToken },
  REFRESH_TOKEN: { by: "anybody", start: signInWithRefreshToken },
  CUSTOM_AUTH: { by: "anybody", start: startCustom },
  USER_AUTH: { by: "anybody", start: startChoice },
}

/** How it goes on. */
const ANSWERS: Partial<Record<ChallengeNameType, Flow>> = {
  PASSWORD_VERIFIER: answerSrp,
  NEW_PASSWORD_REQUIRED: answerNewPassword,
  SOFTWARE_TOKEN_MFA: answerSoftwareToken,
  SMS_MFA: answerCode("SMS_MFA"),
  EMAIL_OTP: answerCode("EMAIL_OTP"),
  SMS_OTP: answerCode("SMS_OTP"),
  SELECT_MFA_TYPE: answerSelection,
  MFA_SETUP: answerSetup,
  SELECT_CHALLENGE: answerChoice,
  PASSWORD: answerPassword,
  CUSTOM_CHALLENGE: answerCustom,
  WEB_AUTHN: answerPasskey,
  DEVICE_SRP_AUTH: answerDeviceSrp,
  DEVICE_PASSWORD_VERIFIER: answerDeviceProof,
}

async function refuse(what: string): Promise<never> {
  throw notSupportedHere(what)
}

export interface FirstStep {
  AuthFlow: AuthFlowType
  AuthParameters?: Record<string, string> | undefined
  Session?: string | undefined
  ClientMetadata?: Record<string, string> | undefined
}

/** The first step, where the client allows the flow to who asks. */
export function start(
  input: FirstStep,
  by: "user" | "admin" | "page",
  pool: UserPool,
  client: AppClient,
  deps: CallContext,
): Promise<Step> {
  const flow = FLOWS[input.AuthFlow]
  // The pages ask for a password whatever the client allows to programs.
  const isOfPage = by === "page" && input.AuthFlow === "USER_PASSWORD_AUTH"
  if (flow.by !== "anybody" && flow.by !== by && !isOfPage)
    throw invalidParameter("Initiate Auth method not supported.")
  // Refreshing was allowed to all clients before flows were named so; only a list that leaves it out forbids it.
  if (!isOfPage && !isFlowAllowed(client, input.AuthFlow) && !isRotatingRefresh(input.AuthFlow, client))
    throw notEnabled(input.AuthFlow, by)
  return flow.start({
    deps,
    pool,
    client,
    parameters: input.AuthParameters ?? {},
    session: input.Session,
    validationData: input.ClientMetadata,
    ...(by === "page" && { isHosted: true }),
  })
}

/** A client that rotates must leave the flow out of its list; it is told why it may not refresh so. */
const isRotatingRefresh = (flow: AuthFlowType, { settings }: AppClient): boolean =>
  flow.startsWith("REFRESH_TOKEN") && settings.RefreshTokenRotation?.Feature === "ENABLED"

function notEnabled(flow: AuthFlowType, by: "user" | "admin" | "page"): Error {
  if (by === "admin") return adminFlowNotEnabled()
  return flow === "USER_SRP_AUTH" ? srpNotEnabled() : flowNotEnabled(flow)
}

export interface Answer {
  ChallengeName: ChallengeNameType
  ChallengeResponses?: Record<string, string> | undefined
  Session?: string | undefined
  ClientMetadata?: Record<string, string> | undefined
}

/** The next step, by the answer to a challenge. */
export async function respond(
  input: Answer,
  pool: UserPool,
  client: AppClient,
  deps: CallContext,
  hosted: Pick<Attempt, "isHosted"> = {},
): Promise<Step> {
  const answer = ANSWERS[input.ChallengeName]
  if (!answer) return refuse(input.ChallengeName)
  return answer({
    deps,
    pool,
    client,
    parameters: input.ChallengeResponses ?? {},
    session: input.Session,
    custom: await findCustom(deps, input.Session),
    clientMetadata: input.ClientMetadata,
    answers: input.ChallengeName,
    ...hosted,
  })
}

/** Where the session is a step of a sign-in by functions of the pool: it goes on with them, or not at all. */
async function findCustom(deps: CallContext, text: string | undefined): Promise<Attempt["custom"]> {
  const { store, masterKey } = deps
  const session = text === undefined ? undefined : parseSession(masterKey, text)
  const id = session?.custom
  if (session === undefined || id === undefined) return undefined
  const found = await store.read((tx) => findCustomSignIn(tx, masterKey, id))
  if (found) return found
  await assertUnused(deps, session)
  throw sessionExpired()
}
