import { formatRequestTime } from "../../request-time.ts"
import { cognitoOf } from "../../rest/identity.ts"
import { type HttpArrival, type HttpExchange, queryOf } from "../exchange.ts"
import { eventBody } from "./body.ts"
import { backendHeaders } from "./headers.ts"

/** A request in payload format 1.0, as REST APIs have it, without its body (Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs"). */
export function requestOf1(exchange: HttpArrival): object {
  const { request, parameters, stage, rawPath, routeKey } = exchange
  const headers = backendHeaders(exchange)
  const query = queryOf(exchange)
  const several = new Map<string, string[]>()
  for (const [name, value] of query) several.set(name, [...(several.get(name) ?? []), value])
  const { StageVariables } = stage
  return {
    resource: resourceOf(routeKey),
    path: rawPath,
    httpMethod: request.method,
    headers: Object.fromEntries(headers.map(([name, values]) => [name, values.at(-1)!])),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.length === 0 ? null : Object.fromEntries(query),
    multiValueQueryStringParameters: query.length === 0 ? null : Object.fromEntries(several),
    requestContext: requestContext(exchange),
    pathParameters: parameters ?? null,
    stageVariables: Object.keys(StageVariables).length > 0 ? StageVariables : null,
  }
}

export function event1(exchange: HttpExchange): object {
  const { body = null, isBase64Encoded } = eventBody(exchange)
  return { version: "1.0", ...requestOf1(exchange), body, isBase64Encoded }
}

/** `/pets/{id}` of `GET /pets/{id}`, and `$default`. */
const resourceOf = (routeKey: string): string => routeKey.slice(routeKey.indexOf(" ") + 1)

function requestContext(exchange: HttpArrival): object {
  const { api, request, stage, routeKey, rawPath, requestId, arrivedAt, call } = exchange
  const caller = call && call.caller.kind !== "anonymous" ? call.caller : undefined
  const cognito = cognitoOf(call?.caller)
  return {
    accountId: api.account,
    apiId: api.apiId,
    ...authorizerOf(exchange),
    domainName: exchange.domainName,
    domainPrefix: exchange.domainPrefix,
    extendedRequestId: requestId,
    httpMethod: request.method,
    identity: {
      accessKey: caller?.accessKeyId ?? null,
      accountId: caller?.account ?? null,
      caller: caller?.userId ?? null,
      cognitoAmr: cognito?.amr ?? null,
      cognitoAuthenticationProvider: cognito?.provider ?? null,
      cognitoAuthenticationType: cognito?.type ?? null,
      cognitoIdentityId: cognito?.identityId ?? null,
      cognitoIdentityPoolId: cognito?.poolId ?? null,
      principalOrgId: null,
      sourceIp: request.remoteAddress,
      user: caller?.userId ?? null,
      userAgent: request.headers["user-agent"] ?? "",
      userArn: caller?.arn ?? null,
    },
    path: rawPath,
    protocol: "HTTP/1.1",
    requestId,
    requestTime: formatRequestTime(arrivedAt),
    requestTimeEpoch: arrivedAt,
    resourceId: routeKey,
    resourcePath: resourceOf(routeKey),
    stage: stage.StageName,
  }
}

function authorizerOf({ authorizer }: HttpArrival): { authorizer?: object } {
  if (authorizer?.is === "jwt") return { authorizer: { claims: authorizer.claims, scopes: authorizer.scopes } }
  if (authorizer?.is === "lambda")
    return {
      authorizer: {
        ...authorizer.context,
        ...(authorizer.principalId !== undefined && { principalId: authorizer.principalId }),
      },
    }
  return {}
}
