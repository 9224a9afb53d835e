import { formatRequestTime } from "../../request-time.ts"
import { cognitoOf } from "../../rest/identity.ts"
import { type HttpArrival, type HttpExchange, queryTexts } from "../exchange.ts"
import { eventBody } from "./body.ts"
import { backendHeaders } from "./headers.ts"

/** A request in payload format 2.0, without its body; what is empty is left out (Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs"). */
export function requestOf2(exchange: HttpArrival): object {
  const { request, api, stage, routeKey, rawPath, parameters, requestId, arrivedAt } = exchange
  const cookie = request.headers.cookie
  const { StageVariables } = stage
  return {
    routeKey,
    rawPath,
    rawQueryString: request.query,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/).filter((one) => one !== "") }),
    headers: Object.fromEntries(
      backendHeaders(exchange)
        .filter(([name]) => name !== "cookie")
        .map(([name, values]) => [name, values.join(",")]),
    ),
    ...(request.query !== "" && { queryStringParameters: queryTexts(exchange) }),
    requestContext: {
      accountId: api.account,
      apiId: api.apiId,
      ...authorizerOf(exchange),
      domainName: exchange.domainName,
      domainPrefix: exchange.domainPrefix,
      http: {
        method: request.method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: request.remoteAddress,
        userAgent: request.headers["user-agent"],
      },
      requestId,
      routeKey,
      stage: stage.StageName,
      time: formatRequestTime(arrivedAt),
      timeEpoch: arrivedAt,
    },
    ...(parameters && { pathParameters: parameters }),
    ...(Object.keys(StageVariables).length > 0 && { stageVariables: StageVariables }),
  }
}

export const event2 = (exchange: HttpExchange): object => ({
  version: "2.0",
  ...requestOf2(exchange),
  ...eventBody(exchange),
})

function authorizerOf({ authorizer, call }: HttpArrival): { authorizer?: object } {
  if (!authorizer) return {}
  if (authorizer.is === "jwt") return { authorizer: { jwt: { claims: authorizer.claims, scopes: authorizer.scopes } } }
  if (authorizer.is === "lambda") return { authorizer: { lambda: authorizer.context } }
  if (!call || call.caller.kind === "anonymous") return {}
  const { caller } = call
  const cognito = cognitoOf(caller)
  return {
    authorizer: {
      iam: {
        accessKey: caller.accessKeyId,
        accountId: caller.account,
        callerId: caller.userId,
        cognitoIdentity: cognito
          ? { amr: cognito.amr, identityId: cognito.identityId, identityPoolId: cognito.poolId }
          : null,
        principalOrgId: null,
        userArn: caller.arn,
        userId: caller.userId,
      },
    },
  }
}
