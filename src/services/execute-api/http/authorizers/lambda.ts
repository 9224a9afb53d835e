import type { Authorizer } from "@aws-sdk/client-apigatewayv2"
import { lambdaArnOf } from "../../../apigatewayv2/service.ts"
import { answerCacheOf, cacheKey } from "../../authorizers/answer-cache.ts"
import { parseJson } from "../../authorizers/lambda-answer.ts"
import { invokeFunction } from "../../integrations/invoke-function.ts"
import { judgeByReturned } from "../../policies/authorizer-policy.ts"
import { fillStageVariables } from "../../stage-variables.ts"
import { newTraceId } from "../../trace-id.ts"
import { requestOf1 } from "../events/payload-1.ts"
import { requestOf2 } from "../events/payload-2.ts"
import { type HttpExchange, routeArn } from "../exchange.ts"
import { forbidden, internalError, unauthorized } from "../refusals.ts"
import { compileIdentitySource } from "./identity-sources.ts"
import { type HttpAuthorizerAnswer, parseHttpAnswer } from "./lambda-answer.ts"

/** Developer Guide, "Quotas for configuring and running an HTTP API". */
const TIMEOUT_MILLISECONDS = 10_000

/** Asks a function who calls, or remembers what it said; throws the refusals. */
export function compileHttpLambdaAuthorizer(record: Authorizer): (exchange: HttpExchange) => Promise<void> {
  const { AuthorizerId = "", Name, IdentitySource = [], AuthorizerResultTtlInSeconds = 0 } = record
  const sources = IdentitySource.map(compileIdentitySource)
  const ttl = AuthorizerResultTtlInSeconds * 1000

  return async (exchange) => {
    const { call, api, stage, arrivedAt } = exchange
    const identity = sources.map((source) => source(exchange) ?? "")
    if (identity.includes(""))
      throw unauthorized(because(record, `a value for each of ${IdentitySource.join(", ")}`, "one that is missing"))
    const isCached = ttl > 0 && identity.length > 0
    const cache = answerCacheOf<HttpAuthorizerAnswer>(call.store, "http")
    const forgotten = String(stage.authorizersForgottenAt ?? 0)
    const key = isCached
      ? cacheKey([api.apiId, stage.StageName, exchange.deploymentId, forgotten, AuthorizerId, ...identity])
      : ""
    let answer = isCached ? cache.find(key, arrivedAt) : undefined
    if (!answer) {
      const told = await askFunction(record, exchange, identity)
      answer = told.answer
      if (isCached) cache.put(key, answer, arrivedAt + ttl, told.bytes)
    }
    await assertLetIn(exchange, answer)
    const { verdict, context } = answer
    exchange.authorizer = {
      is: "lambda",
      context,
      ...(typeof verdict === "object" && { principalId: verdict.principalId }),
    }
  }

  async function assertLetIn(exchange: HttpExchange, { verdict }: HttpAuthorizerAnswer): Promise<void> {
    if (verdict === true) return
    if (verdict === false) throw forbidden(because(record, "isAuthorized: true", "isAuthorized: false"))
    const { api, request, arrivedAt, call } = exchange
    const { account, region } = api
    const judged = { request, account, region, arrivedAt, call, resource: routeArn(exchange) }
    const { allowed } = await judgeByReturned(judged, verdict.policy, verdict.principalId)
    // The decision is recorded, and says more than we could.
    if (!allowed) throw forbidden(undefined)
  }

  async function askFunction(
    { AuthorizerUri = "", AuthorizerCredentialsArn, EnableSimpleResponses = false }: Authorizer,
    exchange: HttpExchange,
    identity: readonly string[],
  ): Promise<{ answer: HttpAuthorizerAnswer; bytes: number }> {
    const { api, stage, call, request, arrivedAt } = exchange
    const { account, region, apiId } = api
    const uri = fillStageVariables(AuthorizerUri, stage.StageVariables)
    const functionArn = lambdaArnOf(uri)
    if (functionArn === undefined) throw internalError(because(record, "the URI of a function", uri))
    exchange.traceId ??= newTraceId(request.headers["x-amzn-trace-id"], arrivedAt)
    const receipt = await invokeFunction(call.peers, {
      functionArn,
      acting: AuthorizerCredentialsArn ? { as: "role", roleArn: AuthorizerCredentialsArn } : { as: "service" },
      sourceArn: `arn:aws:execute-api:${region}:${account}:${apiId}/authorizers/${AuthorizerId}`,
      account,
      region,
      payload: Buffer.from(JSON.stringify(eventOf(record, exchange, identity))),
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      traceId: exchange.traceId,
    })
    if (receipt.is === "answered") {
      const answer = parseHttpAnswer(receipt.payload, Name ?? "", EnableSimpleResponses)
      if (typeof answer === "string")
        throw internalError(because(record, EnableSimpleResponses ? "isAuthorized" : "a policyDocument", answer))
      return { answer, bytes: receipt.payload.length }
    }
    if (receipt.is === "refused")
      throw internalError(because(record, "a function that may be invoked", `${receipt.code}: ${receipt.message}`))
    if (receipt.is === "failed") {
      const { errorMessage } = (parseJson(receipt.payload) ?? {}) as { errorMessage?: unknown }
      // UNVERIFIED for HTTP APIs: the way of REST APIs' functions to refuse.
      if (errorMessage === "Unauthorized")
        throw unauthorized(because(record, "a caller whom it lets in", "it threw Unauthorized"))
    }
    throw internalError(
      because(record, "an answer in time", receipt.is === "failed" ? "the function failed" : "none within 10 seconds"),
    )
  }
}

const because = ({ Name, AuthorizerId }: Authorizer, expected: string, found: unknown) => ({
  check: "Lambda authorizer",
  authorizer: Name,
  id: AuthorizerId,
  expected,
  found,
})

/** Developer Guide, "Control access to HTTP APIs with AWS Lambda authorizers": the formats of its requests. */
function eventOf({ AuthorizerPayloadFormatVersion }: Authorizer, exchange: HttpExchange, identity: readonly string[]) {
  if (AuthorizerPayloadFormatVersion === "2.0")
    return {
      version: "2.0",
      type: "REQUEST",
      routeArn: routeArn(exchange),
      identitySource: identity,
      ...requestOf2(exchange),
    }
  const joined = identity.join(",")
  return {
    version: "1.0",
    type: "REQUEST",
    methodArn: routeArn(exchange),
    identitySource: joined,
    authorizationToken: joined,
    ...requestOf1(exchange),
  }
}
