import type {
  AuthenticationResultType,
  ChallengeNameType,
  InitiateAuthResponse,
} from "@aws-sdk/client-cognito-identity-provider"
import type { CallContext } from "../../../call.ts"
import type { AppClient } from "../app-clients/record.ts"
import { parameterMissing } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"

/** One request of a sign-in: its first step, or an answer to a challenge. */
export interface Attempt {
  deps: Pick<CallContext, "store" | "clock" | "masterKey" | "endpoint" | "request">
  pool: UserPool
  client: AppClient
  /** `AuthParameters` or `ChallengeResponses`. */
  parameters: Readonly<Record<string, string>>
  session: string | undefined
}

/** Tokens, or the challenge that comes before them. */
export type Step = Pick<
  InitiateAuthResponse,
  "ChallengeName" | "ChallengeParameters" | "Session" | "AvailableChallenges" | "AuthenticationResult"
>

export const challengeStep = (
  ChallengeName: ChallengeNameType,
  Session: string | undefined,
  ChallengeParameters: Record<string, string>,
): Step => ({ ChallengeName, ...(Session !== undefined && { Session }), ChallengeParameters })

export const resultStep = (AuthenticationResult: AuthenticationResultType): Step => ({
  ChallengeParameters: {},
  AuthenticationResult,
})

export function getParameter({ parameters }: Pick<Attempt, "parameters">, name: string): string {
  const value = parameters[name]
  if (value === undefined || value === "") throw parameterMissing(name)
  return value
}
