import type { Caller } from "../../../authentication/caller.ts"
import type { Arrival } from "./exchange.ts"

/** Who calls, as integrations and templates are told it: members that do not apply are null. */
export interface Identity {
  cognitoIdentityPoolId: string | null
  accountId: string | null
  cognitoIdentityId: string | null
  caller: string | null
  sourceIp: string
  principalOrgId: string | null
  accessKey: string | null
  cognitoAuthenticationType: string | null
  cognitoAuthenticationProvider: string | null
  userArn: string | null
  userAgent: string | null
  user: string | null
  apiKey?: string
  apiKeyId?: string
}

/** `requestContext.identity` (recorded 2025; the members of Cognito's callers as payloads in public repositories have them). */
export function identityOf({ request, call, apiKey, principalOrgId }: Arrival): Identity {
  const caller = call?.caller
  const signed = caller === undefined || caller.kind === "anonymous" ? undefined : caller
  const cognito = cognitoOf(caller)
  return {
    cognitoIdentityPoolId: cognito?.poolId ?? null,
    accountId: signed?.account ?? null,
    cognitoIdentityId: cognito?.identityId ?? null,
    caller: signed?.userId ?? null,
    sourceIp: request.remoteAddress,
    principalOrgId: principalOrgId ?? null,
    accessKey: signed?.accessKeyId ?? null,
    cognitoAuthenticationType: cognito?.type ?? null,
    cognitoAuthenticationProvider: cognito?.provider ?? null,
    userArn: signed?.arn ?? null,
    userAgent: request.headers["user-agent"] ?? null,
    user: signed?.userId ?? null,
    ...(apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.id }),
  }
}

/** What of an identity pool's caller is told. */
export interface CognitoCaller {
  poolId: string
  identityId: string
  type: "authenticated" | "unauthenticated"
  /** How they were let in, with commas between; guests have none. */
  provider: string | null
  /** `cognito-identity.amazonaws.com:amr` */
  amr: readonly string[]
}

const NAME = "cognito-identity.amazonaws.com"

/** Undefined of callers that no identity pool has vouched for. */
export function cognitoOf(caller: Caller | undefined): CognitoCaller | undefined {
  if (caller?.kind !== "role-session") return undefined
  const context = caller.session.context
  const identityId = context?.[`${NAME}:sub`]
  const poolId = context?.[`${NAME}:aud`]
  if (typeof identityId !== "string" || typeof poolId !== "string") return undefined
  const given = context?.[`${NAME}:amr`] ?? []
  const amr = typeof given === "string" ? [given] : given
  const isKnown = amr.includes("authenticated")
  const providers = amr.filter((one) => one !== "authenticated" && one !== "unauthenticated")
  return {
    poolId,
    identityId,
    type: isKnown ? "authenticated" : "unauthenticated",
    provider: isKnown && providers.length > 0 ? providers.join(",") : null,
    amr,
  }
}
