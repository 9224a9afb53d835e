import { BackendError, type BackendResponse } from "../../../../base/backends.ts"
import { isSendable } from "../../../../wire/header-text.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import type { DeployedIntegration } from "../../../apigatewayv2/service.ts"
import { httpTarget } from "../../integrations/http-target.ts"
import { sentHeaders } from "../../sent-headers.ts"
import { newTraceId } from "../../trace-id.ts"
import { backendHeaders } from "../events/headers.ts"
import { type HttpExchange, queryOf } from "../exchange.ts"
import { type Changing, change, compileMappings, mappedText } from "../parameters.ts"
import { internalError, unavailable } from "../refusals.ts"
import { DROPPED } from "./answers.ts"

/** Developer Guide, "Quotas for configuring and running an HTTP API": payload size, either way. */
const ANSWER_BYTES = 10 * 1024 * 1024

/** Said anew, or of the connection to us. */
const OURS = new Set(["host", "content-length", "forwarded", "via", "proxy-authorization", "proxy-authenticate"])

/** Another server, which gets the request as it came, changed as the integration says, and says the answer. */
export function compileHttpProxy(integration: DeployedIntegration): (exchange: HttpExchange) => Promise<HttpResponse> {
  const mappings = compileMappings("request", integration.RequestParameters)
  return async (exchange) => {
    const headers: Changing = new Map(backendHeaders(exchange).filter(([name]) => !OURS.has(name)))
    const query: Changing = new Map()
    for (const [name, value] of queryOf(exchange)) query.set(name, [...(query.get(name) ?? []), value])
    let path: string | undefined
    for (const mapping of mappings) {
      const value = mappedText(mapping.value, exchange)
      if (mapping.target === "header") change(headers, mapping, value)
      else if (mapping.target === "querystring") change(query, mapping, value)
      else path = value
    }
    const isChanged = mappings.some(({ target }) => target === "querystring")
    return ask(exchange, integration, headers, isChanged ? textOf(query) : exchange.request.query, path)
  }
}

const textOf = (query: Changing): string =>
  new URLSearchParams(
    [...query].flatMap(([name, values]) => values.map((value): [string, string] => [name, value])),
  ).toString()

async function ask(
  exchange: HttpExchange,
  { IntegrationUri = "", IntegrationMethod = "ANY", TimeoutInMillis = 30_000 }: DeployedIntegration,
  headers: Changing,
  query: string,
  ownPath: string | undefined,
): Promise<HttpResponse> {
  const { request, stage, body, call, api, routeKey } = exchange
  const target = httpTarget(IntegrationUri, stage.StageVariables, exchange.sentParameters)
  const path = pathOf(target.path, ownPath, routeKey === "$default" ? exchange.path : undefined)
  const method = IntegrationMethod === "ANY" ? request.method : IntegrationMethod
  exchange.traceId ??= newTraceId(request.headers["x-amzn-trace-id"], exchange.arrivedAt)
  headers.set("x-amzn-trace-id", [exchange.traceId])
  headers.set("host", [target.origin.slice(target.origin.indexOf("//") + 2)])
  headers.set("forwarded", [
    `for=${forwardedNode(request.remoteAddress)};host=${exchange.domainName};proto=${request.secure ? "https" : "http"}`,
  ])
  headers.set("via", ["HTTP/1.1 AmazonAPIGateway"])
  if (!headers.has("user-agent")) headers.set("user-agent", [`AmazonAPIGateway_${api.apiId}`])
  if (body.length > 0 || !/^(?:GET|HEAD|DELETE|OPTIONS)$/.test(method))
    headers.set("content-length", [String(body.length)])
  const begunAt = call.clock.now()
  try {
    const answer = await call.backends.ask({
      origin: target.origin,
      method,
      path: query === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${query}`,
      headers: [...headers].flatMap(([name, values]) =>
        values.flatMap((value): [string, string][] => (isSendable(name, value) ? [[name, value]] : [])),
      ),
      body,
      timeoutMilliseconds: TimeoutInMillis,
      maximumBytes: ANSWER_BYTES,
    })
    exchange.integration = { status: answer.status, latency: call.clock.now() - begunAt }
    return { status: answer.status, headers: answerHeaders(answer), body: answer.body }
  } catch (error) {
    if (!(error instanceof BackendError)) throw error
    exchange.integration = { latency: call.clock.now() - begunAt, error: error.message }
    const because = { check: "integration", expected: `an answer of ${target.origin}`, found: `it ${error.message}` }
    // UNVERIFIED: what is said of a server that cannot be reached.
    throw error.problem === "late" || error.problem === "unreachable" ? unavailable(because) : internalError(because)
  }
}

/**
 * Where a mapping says a path, that counts. A catch-all route's backend gets the whole path behind its own (UNVERIFIED), other
 * routes' what their URI says.
 */
function pathOf(configured: string, own: string | undefined, rest: string | undefined): string {
  if (own !== undefined) return visible(own.startsWith("/") ? own : `/${own}`)
  if (rest === undefined || rest === "/") return configured
  const [before = "", query] = configured.split("?", 2)
  return `${before.replace(/\/$/, "")}${rest}${query === undefined ? "" : `?${query}`}`
}

/** What no request line can have is encoded; what is encoded already stays so. What is mapped is no query. */
const visible = (path: string): string =>
  path.toWellFormed().replace(/[^\x21-\x7e]|["<>\\^`{|}#?]/gu, (character) => encodeURIComponent(character))

/** RFC 7239, section 6: addresses of version 6 stand in brackets and quotes. */
const forwardedNode = (address: string): string => (address.includes(":") ? `"[${address}]"` : address)

function answerHeaders({ rawHeaders }: BackendResponse): HttpResponse["headers"] {
  const headers: HttpResponse["headers"] = {}
  for (const { lower, values } of sentHeaders(rawHeaders))
    if (!DROPPED.has(lower)) headers[lower] = values.length === 1 ? values[0]! : [...values]
  return headers
}
