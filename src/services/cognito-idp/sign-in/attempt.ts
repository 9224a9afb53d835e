import type {
  AuthenticationResultType,
  ChallengeNameType,
  InitiateAuthResponse,
} from "@aws-sdk/client-cognito-identity-provider"
import type { CallContext } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { writtenAs } from "../../../wire/index.ts"
import type { AppClient } from "../app-clients/record.ts"
import { parameterMissing } from "../errors.ts"
import { formatResult } from "../tokens/result.ts"
import type { Occasion } from "../triggers/event.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import type { CustomSignIn } from "./custom/state.ts"

/** One request of a sign-in: its first step, or an answer to a challenge. */
export interface Attempt {
  deps: Pick<CallContext, "store" | "clock" | "masterKey" | "endpoint" | "request" | "peers" | "work" | "courier">
  pool: UserPool
  client: AppClient
  /** `AuthParameters` or `ChallengeResponses`. */
  parameters: Readonly<Record<string, string>>
  session: string | undefined
  /** Where functions of the pool rule it: what they know so far. */
  custom?: CustomSignIn | undefined
  /** `ClientMetadata` of the first step: it reaches the triggers before it, and no others. Source: InitiateAuth. */
  validationData?: Readonly<Record<string, string>> | undefined
  /** `ClientMetadata` of an answer: it reaches the triggers behind it. Source: RespondToAuthChallenge. */
  clientMetadata?: Readonly<Record<string, string>> | undefined
  /** The challenge that it answers. */
  answers?: ChallengeNameType
  /** On the pages of the pool's domain, which take who has signed in, and no tokens. */
  isHosted?: true
}

/** What triggers are told of it. */
export const occasionOf = ({ deps, pool, client, clientMetadata }: Attempt): Occasion => ({
  deps,
  pool,
  clientId: client.id,
  clientMetadata,
})

/** Tokens, or the challenge that comes before them. */
export interface Step
  extends Pick<
    InitiateAuthResponse,
    "ChallengeName" | "ChallengeParameters" | "Session" | "AvailableChallenges" | "AuthenticationResult"
  > {
  /** In the place of tokens, where the attempt is hosted. */
  signedIn?: SignedIn
}

/** Who has signed in, before anything is written of it. */
export interface SignedIn {
  user: User
  /** Authentication methods, as tokens name them: `pwd`, `otp`, `mfa`, ... */
  amr: readonly string[]
  authTimeSeconds: number
  /** Uses up what led here. Part of the transaction that keeps what comes of it; throws where it was used meanwhile. */
  keep(tx: Writing): Promise<void>
}

export const challengeStep = (
  ChallengeName: ChallengeNameType,
  Session: string | undefined,
  ChallengeParameters: Record<string, string>,
): Step => ({ ChallengeName, ...(Session !== undefined && { Session }), ChallengeParameters })

export const resultStep = (AuthenticationResult: AuthenticationResultType): Step => ({
  ChallengeParameters: {},
  AuthenticationResult: writtenAs<AuthenticationResultType>(formatResult(AuthenticationResult)),
})

export function getParameter({ parameters }: Pick<Attempt, "parameters">, name: string): string {
  const value = parameters[name]
  if (value === undefined || value === "") throw parameterMissing(name)
  return value
}
