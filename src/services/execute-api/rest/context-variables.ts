import { formatRequestTime } from "../request-time.ts"
import type { Arrival } from "./exchange.ts"
import { cognitoOf, identityOf } from "./identity.ts"

/**
 * `$context` by its names (Developer Guide, "Data model and mapping template reference", of `$context` variables). Undefined
 * where there is none: templates print nothing, access logs a hyphen.
 */
const VARIABLES: Readonly<Record<string, (arrival: Arrival) => unknown>> = {
  accountId: ({ account }) => account,
  apiId: ({ apiId }) => apiId,
  deploymentId: ({ stage }) => stage.deploymentId,
  domainName: ({ domainName }) => domainName,
  domainPrefix: ({ domainPrefix }) => domainPrefix,
  extendedRequestId: ({ extendedRequestId }) => extendedRequestId,
  httpMethod: ({ request, socket }) => (socket ? undefined : request.method),
  isCanaryRequest: ({ stage }) => (stage.stage.canarySettings ? String(stage.isCanary) : undefined),
  path: ({ wholePath }) => wholePath,
  protocol: () => "HTTP/1.1",
  requestId: ({ requestId }) => requestId,
  requestTime: ({ arrivedAt }) => formatRequestTime(arrivedAt),
  requestTimeEpoch: ({ arrivedAt }) => arrivedAt,
  resourceId: ({ resourceId }) => resourceId,
  resourcePath: ({ resourcePath }) => resourcePath,
  stage: ({ stage }) => stage.stage.stageName,
  connectedAt: ({ socket }) => socket?.connectedAt,
  connectionId: ({ socket }) => socket?.connectionId,
  disconnectReason: ({ socket }) => socket?.disconnectReason,
  disconnectStatusCode: ({ socket }) => socket?.disconnectStatusCode,
  eventType: ({ socket }) => socket?.eventType,
  messageDirection: ({ socket }) => socket && "IN",
  messageId: ({ socket }) => socket?.messageId,
  routeKey: ({ socket }) => socket?.routeKey,
  awsEndpointRequestId: () => undefined,
  xrayTraceId: ({ traceId }) => traceId?.split(";")[0]?.replace("Root=", ""),
  status: ({ answered }) => answered?.status,
  responseLength: ({ answered }) => answered?.length,
  responseLatency: ({ answered }) => answered?.latency,
  "error.message": ({ refusal }) => refusal?.told ?? undefined,
  "error.messageString": ({ refusal }) => refusal && JSON.stringify(refusal.told),
  "error.responseType": ({ refusal }) => refusal?.type,
  "error.validationErrorString": ({ refusal }) => refusal?.validationErrors,
  "integration.latency": ({ integration }) => integration?.latency,
  "integration.status": ({ integration }) => integration?.status,
  integrationLatency: ({ integration }) => integration?.latency,
  integrationStatus: ({ integration }) => integration?.status,
  "authorizer.principalId": ({ authorizer }) => authorizer?.principalId,
  "authorizer.integrationLatency": ({ authorizer }) => authorizer?.integrationLatency,
  "identity.cognitoIdentityId": ({ call }) => cognitoOf(call?.caller)?.identityId,
}

/** One of `$context`'s, by what stands behind its dot: `identity.sourceIp`. */
export function contextVariable(arrival: Arrival, name: string): unknown {
  if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name]!(arrival)
  const [first, second, ...rest] = name.split(".")
  if (second === undefined) return undefined
  if (first === "identity" && rest.length === 0) {
    const identity = identityOf(arrival) as unknown as Record<string, unknown>
    return Object.hasOwn(identity, second) ? (identity[second] ?? undefined) : undefined
  }
  if (first !== "authorizer") return undefined
  const { claims, context } = arrival.authorizer ?? {}
  if (second === "claims") return ownValue(claims, rest.join("."))
  return ownValue(context, [second, ...rest].join("."))
}

/** All of them, as templates look at them: `error.message` is a member of `error`. */
export function contextTree(arrival: Arrival): Record<string, unknown> {
  const tree: Record<string, unknown> = { identity: { ...identityOf(arrival) } }
  for (const [name, find] of Object.entries(VARIABLES)) {
    const [first, second] = name.split(".") as [string, string?]
    const value = find(arrival)
    if (value === undefined) continue
    if (second === undefined) tree[first] = value
    else {
      tree[first] ??= {}
      Object.assign(tree[first] as object, { [second]: value })
    }
  }
  const { claims, context, principalId } = arrival.authorizer ?? {}
  if (arrival.authorizer)
    tree.authorizer = { ...context, ...(claims && { claims: { ...claims } }), ...(principalId && { principalId }) }
  return tree
}

const ownValue = (record: Readonly<Record<string, string>> | undefined, name: string): string | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined
