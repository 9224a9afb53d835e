import { formatRequestTime } from "../request-time.ts"
import { cognitoOf } from "../rest/identity.ts"
import type { HttpArrival } from "./exchange.ts"

/**
 * `$context` by its names (Developer Guide, "Customizing HTTP API access logs"). Undefined where there is none: access logs print
 * a hyphen.
 */
const VARIABLES: Readonly<Record<string, (arrival: HttpArrival) => unknown>> = {
  accountId: ({ api }) => api.account,
  apiId: ({ api }) => api.apiId,
  domainName: ({ domainName }) => domainName,
  domainPrefix: ({ domainPrefix }) => domainPrefix,
  "error.message": ({ refusal }) => refusal?.message,
  "error.messageString": ({ refusal }) => refusal && JSON.stringify(refusal.message),
  "error.responseType": ({ refusal }) => refusal?.type,
  extendedRequestId: ({ requestId }) => requestId,
  httpMethod: ({ request }) => request.method,
  "identity.sourceIp": ({ request }) => request.remoteAddress,
  "identity.userAgent": ({ request }) => request.headers["user-agent"],
  "identity.accountId": (arrival) => signed(arrival)?.account,
  "identity.caller": (arrival) => signed(arrival)?.userId,
  "identity.user": (arrival) => signed(arrival)?.userId,
  "identity.userArn": (arrival) => signed(arrival)?.arn,
  "identity.cognitoIdentityId": ({ call }) => cognitoOf(call?.caller)?.identityId,
  "identity.cognitoIdentityPoolId": ({ call }) => cognitoOf(call?.caller)?.poolId,
  "identity.cognitoAuthenticationType": ({ call }) => cognitoOf(call?.caller)?.type,
  "identity.cognitoAuthenticationProvider": ({ call }) => cognitoOf(call?.caller)?.provider,
  "integration.error": ({ integration }) => integration?.error,
  "integration.integrationStatus": ({ integration }) => integration?.status,
  "integration.latency": ({ integration }) => integration?.latency,
  "integration.status": ({ integration }) => integration?.status,
  integrationErrorMessage: ({ integration }) => integration?.error,
  integrationLatency: ({ integration }) => integration?.latency,
  integrationStatus: ({ integration }) => integration?.status,
  path: ({ rawPath }) => rawPath,
  protocol: () => "HTTP/1.1",
  requestId: ({ requestId }) => requestId,
  requestTime: ({ arrivedAt }) => formatRequestTime(arrivedAt),
  requestTimeEpoch: ({ arrivedAt }) => Math.floor(arrivedAt / 1000),
  responseLatency: ({ answered }) => answered?.latency,
  responseLength: ({ answered }) => answered?.length,
  routeKey: ({ routeKey }) => routeKey,
  stage: ({ stage }) => stage.StageName,
  status: ({ answered }) => answered?.status,
}

const signed = ({ call }: HttpArrival) => (call && call.caller.kind !== "anonymous" ? call.caller : undefined)

/** One of `$context`'s, by what stands behind its dot: `identity.sourceIp`, `authorizer.claims.sub`. */
export function contextVariable(arrival: HttpArrival, name: string): string | undefined {
  if (Object.hasOwn(VARIABLES, name)) return textOf(VARIABLES[name]!(arrival))
  const [, path = ""] = /^authorizer\.(.+)$/.exec(name) ?? []
  const { authorizer } = arrival
  if (path === "" || !authorizer || authorizer.is === "iam") return undefined
  if (authorizer.is === "lambda") {
    if (path === "principalId") return authorizer.principalId
    return Object.hasOwn(authorizer.context, path) ? textOf(authorizer.context[path]) : undefined
  }
  const claim = path.replace(/^claims\./, "")
  return Object.hasOwn(authorizer.claims, claim) ? authorizer.claims[claim] : undefined
}

const textOf = (value: unknown): string | undefined => {
  if (value === undefined || value === null) return undefined
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}
