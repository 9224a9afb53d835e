import { parseArn } from "../../../base/arn.ts"
import type { Deps } from "../../../call.ts"
import { findUserPool } from "../../cognito-idp/service.ts"
import { badRequest } from "../errors.ts"
import type { Authorizer } from "../snapshot.ts"

const MOST_SECONDS = 3_600
/** API Reference, CreateAuthorizer: where nothing is said. */
export const USUAL_SECONDS = 300
export const USUAL_SOURCE = "method.request.header.Authorization"

const HEADER = /^method\.request\.header\.[\w.!#$%&'*+^`|~-]+$/
const SOURCE = /^(?:method\.request\.(?:header|querystring)\.[\w.!#$%&'*+^`|~-]+|stageVariables\.\w+|context\.[\w.]+)$/
const FUNCTION = /^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path\/\d{4}-\d{2}-\d{2}\/functions\/.+\/invocations$/

/** What CreateAuthorizer makes must hold, and what UpdateAuthorizer leaves. Texts without a mark are quoted by many. */
export function assertAuthorizer(authorizer: Authorizer): void {
  const { name, type, providerARNs = [], authorizerUri, identitySource, authorizerResultTtlInSeconds } = authorizer
  if (name.trim() === "") throw badRequest("Authorizer name cannot be empty") // UNVERIFIED text
  const seconds = authorizerResultTtlInSeconds ?? USUAL_SECONDS
  if (seconds < 0 || seconds > MOST_SECONDS)
    throw badRequest(`Authorizer result TTL must be between 0 and ${MOST_SECONDS} seconds`) // UNVERIFIED text
  if (type === "COGNITO_USER_POOLS") {
    if (providerARNs.length === 0) throw badRequest("Invalid ProviderARNs specified") // UNVERIFIED text
  } else if (!FUNCTION.test(authorizerUri ?? ""))
    throw badRequest(
      `Invalid Authorizer URI: ${authorizerUri ?? "null"}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    )
  const sources = (identitySource ?? "").split(",").map((source) => source.trim())
  const isGood =
    type === "REQUEST"
      ? identitySource === undefined
        ? seconds === 0
        : sources.every((source) => SOURCE.test(source))
      : sources.length === 1 && HEADER.test(sources[0]!)
  if (!isGood) throw badRequest(`Invalid identity source specified: ${identitySource ?? "null"}`) // UNVERIFIED text
  assertExpression(authorizer.identityValidationExpression)
}

/** A regular expression. UNVERIFIED text. */
function assertExpression(expression: string | undefined): void {
  if (expression === undefined) return
  try {
    new RegExp(expression, "u")
  } catch {
    try {
      new RegExp(expression)
    } catch {
      throw badRequest("Invalid identity validation expression specified")
    }
  }
}

/** Throws where a pool is named that is not there. UNVERIFIED text. */
export async function assertPools({ store }: Pick<Deps, "store">, { providerARNs = [] }: Authorizer): Promise<void> {
  for (const providerArn of providerARNs) {
    const arn = parseArn(providerArn)
    const id = arn?.service === "cognito-idp" ? /^userpool\/([\w-]{1,55})$/.exec(arn.resource)?.[1] : undefined
    const pool = id === undefined ? undefined : await findUserPool(store, id)
    if (!pool || pool.account !== arn!.account || pool.region !== arn!.region)
      throw badRequest(`Invalid Cognito User Pool ARN: ${providerArn}`)
  }
}
