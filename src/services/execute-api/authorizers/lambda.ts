import type { CallContext } from "../../../call.ts"
import type { Authorizer as AuthorizerRecord } from "../../apigateway/service.ts"
import { refused } from "../gateway-responses/refusal.ts"
import { findFunctionArn } from "../integrations/function-uri.ts"
import { invokeFunction } from "../integrations/invoke-function.ts"
import { proxyRequest } from "../integrations/proxy-event.ts"
import { compilePattern, type Pattern } from "../patterns.ts"
import { type Arrival, type Exchange, methodArn } from "../rest/exchange.ts"
import { fillStageVariables } from "../stage-variables.ts"
import { answerCacheOf, cacheKey } from "./answer-cache.ts"
import { compileIdentitySources } from "./identity-sources.ts"
import { type AuthorizerAnswer, parseAnswer, parseJson } from "./lambda-answer.ts"

const DEFAULT_TTL_SECONDS = 300
/** Developer Guide, "Lambda authorizers": as long as an integration may take. UNVERIFIED. */
const TIMEOUT_MILLISECONDS = 29_000

export interface LambdaAuthorizer {
  /** Asks the function, or remembers what it said. Throws the refusals. */
  ask(exchange: Exchange): Promise<Asked>
}

/** `integrationLatency`: milliseconds that the function took; 0 of what was remembered. */
export type Asked = AuthorizerAnswer & { integrationLatency: number }

/** Why, for `hallpass explain`. */
const because = ({ name, id }: AuthorizerRecord, expected: string, found: unknown) => ({
  check: "Lambda authorizer",
  authorizer: name,
  id,
  expected,
  found,
})

/** TOKEN: the value of one header. REQUEST: all of the request. What it answers is good for all methods (`identitySource`). */
export function compileLambdaAuthorizer(
  record: AuthorizerRecord,
  requestOf = proxyRequest,
  needsSources = (record.authorizerResultTtlInSeconds ?? DEFAULT_TTL_SECONDS) > 0,
): LambdaAuthorizer {
  const { type, identitySource, identityValidationExpression, authorizerResultTtlInSeconds } = record
  const sources = compileIdentitySources(identitySource)
  const ttl = (authorizerResultTtlInSeconds ?? DEFAULT_TTL_SECONDS) * 1000
  const pattern = identityValidationExpression ? compilePattern(identityValidationExpression) : undefined
  return {
    async ask(exchange) {
      const identity = identify(exchange)
      const { call, arrivedAt } = exchange
      const isCached = ttl > 0 && identity.length > 0
      const cache = answerCacheOf<AuthorizerAnswer>(call.store, "rest")
      const key = isCached ? cacheKey([...keyOf(exchange, record), ...identity]) : ""
      const known = isCached ? cache.find(key, arrivedAt) : undefined
      if (known) return { ...known, integrationLatency: 0 }
      const begunAt = call.clock.now()
      const { answer, bytes } = await askFunction(
        record,
        exchange,
        eventOf(record, exchange, identity, requestOf),
        call,
      )
      if (isCached) cache.put(key, answer, arrivedAt + ttl, bytes)
      return { ...answer, integrationLatency: call.clock.now() - begunAt }
    },
  }

  /** The values of the identity sources; whoever lacks one is refused without a call, where they are what is remembered by. */
  function identify(exchange: Arrival): string[] {
    const identity = sources.map((source) => source(exchange) ?? "")
    if ((type === "TOKEN" || needsSources) && identity.includes(""))
      throw refused("UNAUTHORIZED", {
        because: because(record, `a value for each of ${identitySource}`, "one that is missing"),
      })
    if (pattern && type === "TOKEN") assertMatches(pattern, identity[0]!)
    return identity
  }

  function assertMatches(expected: Pattern, token: string): void {
    if (expected.matches(token)) return
    throw refused("UNAUTHORIZED", {
      because: because(record, `a token that matches ${identityValidationExpression}`, "one that does not"),
    })
  }
}

/** Whose answers are told apart; flushing a stage's cache begins a new one. */
const keyOf = ({ apiId, stage: { stage, deploymentId } }: Arrival, { id }: AuthorizerRecord): string[] => [
  apiId,
  stage.stageName,
  deploymentId,
  String(stage.authorizerCacheFlushes),
  id,
]

async function askFunction(
  record: AuthorizerRecord,
  exchange: Exchange,
  event: object,
  { peers }: CallContext,
): Promise<{ answer: AuthorizerAnswer; bytes: number }> {
  const { account, region, apiId } = exchange
  const uri = fillStageVariables(record.authorizerUri ?? "", exchange.stage.variables)
  const functionArn = findFunctionArn(uri)
  const misconfigured = (expected: string, found: unknown) =>
    refused("AUTHORIZER_CONFIGURATION_ERROR", { because: because(record, expected, found) })
  if (functionArn === undefined) throw misconfigured("the URI of a function", uri)
  const { authorizerCredentials: roleArn } = record
  const receipt = await invokeFunction(peers, {
    functionArn,
    acting: roleArn ? { as: "role", roleArn } : { as: "service" },
    sourceArn: `arn:aws:execute-api:${region}:${account}:${apiId}/authorizers/${record.id}`,
    account,
    region,
    payload: Buffer.from(JSON.stringify(event)),
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    traceId: exchange.traceId,
  })
  switch (receipt.is) {
    case "answered": {
      const answer = parseAnswer(receipt.payload, record.name)
      if (typeof answer === "string")
        throw misconfigured("principalId and policyDocument, as the Developer Guide has them", answer)
      return { answer, bytes: receipt.payload.length }
    }
    case "failed": {
      const { errorMessage } = (parseJson(receipt.payload) ?? {}) as { errorMessage?: unknown }
      if (errorMessage === "Unauthorized")
        throw refused("UNAUTHORIZED", { because: because(record, "a caller whom it lets in", "it threw Unauthorized") })
      throw refused("AUTHORIZER_FAILURE", { because: because(record, "an answer", "the function failed") })
    }
    case "refused":
      throw misconfigured("a function that may be invoked", `${receipt.code}: ${receipt.message}`)
    default:
      throw refused("AUTHORIZER_FAILURE", { because: because(record, "an answer in time", "none") })
  }
}

/** Developer Guide, "Input to an API Gateway Lambda authorizer". */
function eventOf(
  { type }: AuthorizerRecord,
  exchange: Exchange,
  identity: readonly string[],
  requestOf: (exchange: Exchange) => object,
): object {
  const arn = { type, methodArn: methodArn(exchange) }
  if (type === "TOKEN") return { ...arn, authorizationToken: identity[0] }
  return { ...arn, ...requestOf(exchange) }
}
