import type { HttpResponse } from "../../../../wire/http.ts"
import { type DeployedIntegration, lambdaArnOf } from "../../../apigatewayv2/service.ts"
import { type Acting, invokeFunction } from "../../integrations/invoke-function.ts"
import { fillStageVariables } from "../../stage-variables.ts"
import { newTraceId } from "../../trace-id.ts"
import { event1 } from "../events/payload-1.ts"
import { event2 } from "../events/payload-2.ts"
import type { HttpExchange } from "../exchange.ts"
import { internalError, unavailable } from "../refusals.ts"
import { answerOf1, answerOf2 } from "./answers.ts"

const CHECK = "integration"

/** As whom an integration asks: the API itself, a role, or whoever has signed the request. */
export function actingOf({ call }: HttpExchange, credentials: string | undefined): Acting {
  if (!credentials) return { as: "service" }
  if (!/:iam::\*:user\/\*$/.test(credentials)) return { as: "role", roleArn: credentials }
  if (call.caller.kind === "anonymous")
    throw internalError({
      check: CHECK,
      expected: "a route with AWS_IAM, to ask as its caller",
      found: "a caller who has not signed",
    })
  return { as: "caller", caller: call.caller }
}

/** ARN of the route, as permissions of functions name it; the path is the route's as it is written. */
export const routeSourceArn = ({ api, stage, routeKey, request }: HttpExchange): string => {
  const behind = routeKey === "$default" ? routeKey : `${request.method}${routeKey.slice(routeKey.indexOf(" ") + 1)}`
  return `arn:aws:execute-api:${api.region}:${api.account}:${api.apiId}/${stage.StageName}/${behind}`
}

/** A function, which gets the whole request and says the whole answer. */
export function compileFunction({
  IntegrationUri = "",
  CredentialsArn,
  PayloadFormatVersion,
  TimeoutInMillis = 30_000,
}: DeployedIntegration): (exchange: HttpExchange) => Promise<HttpResponse> {
  const isSecond = PayloadFormatVersion === "2.0"
  const eventOf = isSecond ? event2 : event1
  const answerOf = isSecond ? answerOf2 : answerOf1
  return async (exchange) => {
    const { api, stage, call, request, arrivedAt } = exchange
    const uri = fillStageVariables(IntegrationUri, stage.StageVariables)
    const functionArn = lambdaArnOf(uri)
    if (functionArn === undefined) throw internalError({ check: CHECK, expected: "the URI of a function", found: uri })
    exchange.traceId ??= newTraceId(request.headers["x-amzn-trace-id"], arrivedAt)
    const begunAt = call.clock.now()
    const receipt = await invokeFunction(call.peers, {
      functionArn,
      acting: actingOf(exchange, CredentialsArn),
      sourceArn: routeSourceArn(exchange),
      account: api.account,
      region: api.region,
      payload: Buffer.from(JSON.stringify(eventOf(exchange))),
      timeoutMilliseconds: TimeoutInMillis,
      traceId: exchange.traceId,
    })
    exchange.integration = { latency: call.clock.now() - begunAt, ...(receipt.is === "answered" && { status: 200 }) }
    const failed = (expected: string, found: unknown) => {
      exchange.integration!.error = String(found)
      return internalError({ check: CHECK, expected, found })
    }
    switch (receipt.is) {
      case "answered": {
        const response = answerOf(receipt.payload)
        if (!response) throw failed("an answer as the payload format has it", "one that is malformed")
        return response
      }
      case "failed":
        throw failed("an answer of the function", "it failed")
      case "late":
        throw unavailable({
          check: CHECK,
          expected: `an answer within ${TimeoutInMillis} ms`,
          found: "none from the function",
        })
      case "refused":
        throw failed("a function that may be invoked", `${receipt.code}: ${receipt.message}`)
      default:
        throw failed("an answer of the function", receipt.is)
    }
  }
}
