import type { Deps } from "../../../call.ts"
import type { MethodTrial, MethodTrialAnswer } from "../../../peers.ts"
import { WireError } from "../../../wire/errors.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import type { Snapshot } from "../../apigateway/service.ts"
import { asGatewayRefusal, type GatewayRefusal } from "../gateway-responses/refusal.ts"
import { gatherBody } from "../integrations/gather-body.ts"
import { compileApi } from "../rest/compile.ts"
import { headersOf, queryOf } from "../rest/exchange.ts"
import { exchangeOf } from "./arrival.ts"
import { createTrialLog, javaMap } from "./log.ts"

const ANSWER_BYTES = 10 * 1024 * 1024

/** Validates and integrates as for a caller, and tells each step. */
export async function tryMethod(trial: MethodTrial, deps: Deps): Promise<MethodTrialAnswer | undefined> {
  const snapshot = trial.deployment as Snapshot
  const api = compileApi(snapshot)
  const resource = snapshot.resources.find(({ id }) => id === trial.resourceId)
  const compiled = resource && api.routes.match(resource.path)?.target
  const method = compiled?.methods.get(trial.httpMethod) ?? compiled?.methods.get("ANY")
  if (!resource || !method) return undefined
  const { clock } = deps
  const exchange = exchangeOf(trial, resource, method.method, deps)
  const log = createTrialLog(trial.requestId, () => clock.now())
  log.add(`Starting execution for request: ${trial.requestId}`)
  log.add(`HTTP Method: ${trial.httpMethod}, Resource Path: ${exchange.request.path}`)
  log.add(`Method request path: ${javaMap(Object.entries(exchange.parameters ?? {}))}`)
  log.add(`Method request query string: ${javaMap(queryOf(exchange))}`)
  log.add(`Method request headers: ${javaMap(headersOf(exchange).map(({ name, values }) => [name, values.at(-1)!]))}`)
  log.add(`Method request body before transformations: ${trial.body ?? ""}`)
  let response: HttpResponse
  try {
    method.validate(exchange)
    response = await method.integrate(exchange)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    const refusal = asGatewayRefusal(error)
    log.add(failureOf(refusal))
    response = api.gatewayResponses.render(exchange, refusal)
  }
  const body = (await gatherBody(response.body, ANSWER_BYTES))?.toString("utf8") ?? ""
  const multiValueHeaders = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value : [String(value)]]),
  )
  const headers = Object.fromEntries(Object.entries(multiValueHeaders).map(([name, values]) => [name, values.at(-1)!]))
  if (exchange.integration) log.add(`Received response. Integration latency: ${exchange.integration.latency} ms`)
  log.add(`Method response body after transformations: ${body}`)
  log.add(`Method response headers: ${javaMap(Object.entries(headers))}`)
  if (!exchange.refusal) log.add("Successfully completed execution")
  log.add(`Method completed with status: ${response.status}`)
  return {
    status: response.status,
    body,
    headers,
    multiValueHeaders,
    log: log.text(),
    latency: clock.now() - exchange.arrivedAt,
  }
}

/** The words are AWS's as far as they are known; what was found is for whoever edits the API. */
function failureOf({ type, message, because }: GatewayRefusal): string {
  const { found } = (because ?? {}) as { found?: unknown }
  const detail = typeof found === "string" ? found : message
  return type === "API_CONFIGURATION_ERROR"
    ? `Execution failed due to configuration error: ${detail}`
    : `Execution failed: ${detail}`
}
