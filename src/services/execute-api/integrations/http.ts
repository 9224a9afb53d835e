import { BackendError, type BackendResponse } from "../../../base/backends.ts"
import { isSendable } from "../../../wire/header-text.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import type { Integration } from "../../apigateway/service.ts"
import type { BinaryTypes } from "../binary-types.ts"
import { refused } from "../gateway-responses/refusal.ts"
import { type Exchange, headersOf } from "../rest/exchange.ts"
import { sentHeaders } from "../sent-headers.ts"
import { newTraceId } from "../trace-id.ts"
import { httpTarget } from "./http-target.ts"
import { isDropped, remapped } from "./proxy-answer.ts"
import { compileRequestBody } from "./request-body.ts"
import { compileParameters, type MappedParameters } from "./request-parameters.ts"
import { compileResponses } from "./responses.ts"

/** Developer Guide, "API Gateway quotas": payload size, either way. */
const ANSWER_BYTES = 10 * 1024 * 1024

/** Another server, which gets the request as it came and says the answer. */
export function compileHttpProxy(integration: Integration): (exchange: Exchange) => Promise<HttpResponse> {
  const mapParameters = compileParameters(integration.requestParameters)
  return async (exchange) => {
    const parameters = mapParameters(exchange)
    const query = [exchange.request.query, queryText(parameters)].filter((part) => part !== "").join("&")
    const headers = passedHeaders(exchange)
    for (const [name, value] of parameters.header) put(headers, name, value)
    const { status, rawHeaders, body } = await ask(exchange, integration, parameters, query, headers, exchange.body)
    return { status, headers: answerHeaders(rawHeaders), body }
  }
}

/** Another server, whose request and whose answer the API maps. */
export function compileHttp(
  integration: Integration,
  binary: BinaryTypes,
): (exchange: Exchange) => Promise<HttpResponse> {
  const mapParameters = compileParameters(integration.requestParameters)
  const mapRequest = compileRequestBody(integration)
  const mapResponse = compileResponses(integration, binary)
  return async (exchange) => {
    const { body, overrides } = mapRequest(exchange)
    const parameters = mapParameters(exchange, overrides)
    const headers: Headers = new Map()
    if (body.length > 0) put(headers, "Content-Type", exchange.request.headers["content-type"] ?? "application/json")
    for (const [name, value] of parameters.header) put(headers, name, value)
    const answer = await ask(exchange, integration, parameters, queryText(parameters), headers, body)
    const sent = sentHeaders(answer.rawHeaders)
    return mapResponse(exchange, {
      selector: String(answer.status),
      headers: Object.fromEntries(
        sent.map(({ lower, values }) => [lower, values.length === 1 ? values[0]! : values] as const),
      ),
      body: answer.body,
    })
  }
}

/** By their names in lower case; values of one name in their order. */
type Headers = Map<string, [name: string, value: string][]>

const put = (headers: Headers, name: string, value: string): void => {
  if (isSendable(name, value)) headers.set(name.toLowerCase(), [[name, value]])
}

const queryText = ({ querystring }: MappedParameters): string => new URLSearchParams(querystring).toString()

/** Of the connection to us, and what is said anew. */
const OURS = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
])

function passedHeaders(exchange: Exchange): Headers {
  const { request } = exchange
  // A header that is named here is of the connection, too (RFC 9110, 7.6.1).
  const named = new Set((request.headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase()))
  const headers: Headers = new Map()
  for (const { name, lower, values } of headersOf(exchange)) {
    if (OURS.has(lower) || named.has(lower)) continue
    headers.set(
      lower,
      values.map((value) => [name, value]),
    )
  }
  const before = request.headers["x-forwarded-for"]
  put(headers, "X-Forwarded-For", before ? `${before}, ${request.remoteAddress}` : request.remoteAddress)
  return headers
}

async function ask(
  exchange: Exchange,
  integration: Integration,
  parameters: MappedParameters,
  query: string,
  headers: Headers,
  body: Buffer,
): Promise<BackendResponse> {
  const { call, apiId, request, stage } = exchange
  const { origin, path } = httpTarget(integration.uri ?? "", stage.variables, parameters.path)
  exchange.traceId ??= newTraceId(request.headers["x-amzn-trace-id"], exchange.arrivedAt)
  if (!headers.has("user-agent")) put(headers, "User-Agent", `AmazonAPIGateway_${apiId}`)
  if (!headers.has("accept")) put(headers, "Accept", "application/json")
  put(headers, "X-Amzn-Apigateway-Api-Id", apiId)
  put(headers, "X-Amzn-Trace-Id", exchange.traceId)
  put(headers, "Host", origin.slice(origin.indexOf("//") + 2))
  const method = integration.httpMethod === "ANY" || !integration.httpMethod ? request.method : integration.httpMethod
  const hasBody = body.length > 0 || !/^(?:GET|HEAD|DELETE|OPTIONS)$/.test(method)
  if (hasBody) put(headers, "Content-Length", String(body.length))
  const begunAt = call.clock.now()
  try {
    const answer = await call.backends.ask({
      origin,
      method,
      path: query === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${query}`,
      headers: [...headers.values()].flat(),
      body,
      timeoutMilliseconds: integration.timeoutInMillis,
      maximumBytes: ANSWER_BYTES,
      ...(integration.tlsConfig?.insecureSkipVerification && { isUnverified: true }),
    })
    exchange.integration = { status: answer.status, latency: call.clock.now() - begunAt }
    return answer
  } catch (error) {
    if (!(error instanceof BackendError)) throw error
    const because = { check: "integration", expected: `an answer of ${origin}`, found: `it ${error.message}` }
    if (error.problem === "late") throw refused("INTEGRATION_TIMEOUT", { because })
    if (error.problem === "not a target") throw refused("API_CONFIGURATION_ERROR", { because })
    // Recorded 2025: status and text of a server that cannot be reached.
    throw refused("INTEGRATION_FAILURE", { status: 500, message: "Internal server error", because })
  }
}

function answerHeaders(raw: readonly string[]): HttpResponse["headers"] {
  const headers: HttpResponse["headers"] = {}
  for (const { name, lower, values } of sentHeaders(raw)) {
    if (isDropped(lower)) continue
    headers[remapped(name)] = values.length === 1 ? values[0]! : [...values]
  }
  return headers
}
