import { formatRequestTime } from "../request-time.ts"
import { type Arrival, type Exchange, headersOf, queryOf } from "../rest/exchange.ts"
import { identityOf } from "../rest/identity.ts"

/** Of the connection, not of the request (recorded 2025). */
const LEFT_OUT = new Set(["connection", "content-length", "expect", "te", "transfer-encoding"])

/** A request as a function gets it, payload format 1.0 without its body: what is not there is null (recorded 2025). */
export function proxyRequest(exchange: Exchange): object {
  const { request, path, resourcePath, parameters, stage } = exchange
  const headers = eventHeaders(exchange)
  const query = queryOf(exchange)
  return {
    resource: resourcePath,
    path: behindDomain(exchange, path),
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.length === 0 ? null : Object.fromEntries(query),
    multiValueQueryStringParameters: query.length === 0 ? null : grouped(query),
    pathParameters: parameters ?? null,
    stageVariables: stage.variables && Object.keys(stage.variables).length > 0 ? stage.variables : null,
    requestContext: requestContext(exchange),
  }
}

/** Behind a custom domain, the path has its base path in it. UNVERIFIED. */
const behindDomain = ({ wholePath, basePath }: Arrival, path: string): string =>
  basePath === undefined ? path : wholePath

/** Whether bytes are passed on as Base64: those whose type the API lists. */
export function proxyEvent(exchange: Exchange, isBinary: boolean): object {
  const { body } = exchange
  return {
    ...proxyRequest(exchange),
    body: body.length === 0 ? null : body.toString(isBinary ? "base64" : "utf8"),
    isBase64Encoded: isBinary && body.length > 0,
  }
}

export function eventHeaders(exchange: Arrival): [name: string, values: readonly string[]][] {
  const { request, traceId } = exchange
  const headers: [string, readonly string[]][] = []
  let forwarded = ""
  for (const { name, lower, values } of headersOf(exchange)) {
    if (LEFT_OUT.has(lower) || ADDED.has(lower)) continue
    if (lower === "x-forwarded-for") forwarded = `${values.join(", ")}, `
    else headers.push([name, values])
  }
  const port = /:(\d+)$/.exec(request.headers.host ?? "")?.[1]
  if (traceId !== undefined) headers.push(["X-Amzn-Trace-Id", [traceId]])
  headers.push(
    ["X-Forwarded-For", [forwarded + request.remoteAddress]],
    ["X-Forwarded-Port", [port ?? (request.secure ? "443" : "80")]],
    ["X-Forwarded-Proto", [request.secure ? "https" : "http"]],
  )
  return headers
}

/** What the gateway says itself, whatever the caller has said. */
const ADDED = new Set(["x-amzn-trace-id", "x-forwarded-port", "x-forwarded-proto"])

export const lastOf = (headers: readonly (readonly [string, readonly string[]])[]): Record<string, string> =>
  Object.fromEntries(headers.map(([name, values]) => [name, values.at(-1)!]))

export function grouped(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    const known = groups.get(name)
    if (known) known.push(value)
    else groups.set(name, [value])
  }
  return Object.fromEntries(groups)
}

function requestContext(exchange: Exchange): object {
  const { account, apiId, stage, request, arrivedAt, authorizer, requestId } = exchange
  return {
    resourceId: exchange.resourceId,
    ...(authorizer && { authorizer: authorizerOf(authorizer) }),
    resourcePath: exchange.resourcePath,
    ...(exchange.method.operationName !== undefined && { operationName: exchange.method.operationName }),
    httpMethod: request.method,
    extendedRequestId: exchange.extendedRequestId,
    requestTime: formatRequestTime(arrivedAt),
    path: exchange.wholePath,
    accountId: account,
    protocol: "HTTP/1.1",
    stage: stage.stage.stageName,
    domainPrefix: exchange.domainPrefix,
    requestTimeEpoch: arrivedAt,
    requestId,
    identity: identityOf(exchange),
    domainName: exchange.domainName,
    deploymentId: stage.deploymentId,
    apiId,
    ...(stage.stage.canarySettings && { isCanaryRequest: stage.isCanary }),
  }
}

export function authorizerOf({
  claims,
  principalId,
  context,
  integrationLatency,
}: NonNullable<Exchange["authorizer"]>): object {
  if (claims) return { claims }
  return {
    ...context,
    principalId,
    ...(integrationLatency !== undefined && { integrationLatency }),
  }
}
