import { authorizerOf, eventHeaders, grouped, lastOf } from "../integrations/proxy-event.ts"
import { formatRequestTime } from "../request-time.ts"
import { type Arrival, type Exchange, queryOf } from "../rest/exchange.ts"
import { identityOf } from "../rest/identity.ts"

/**
 * An event as a function gets it (Developer Guide, "WebSocket API mapping template reference"; payloads in public repositories, 2019 to
 * 2024): headers and query of the handshake with `$connect` alone, the body with messages.
 */
export function socketEvent(exchange: Exchange): object {
  const { socket, body } = exchange
  return {
    ...(socket?.eventType === "CONNECT" && handshakeOf(exchange)),
    ...(socket?.eventType === "DISCONNECT" && farewellOf(exchange)),
    ...variablesOf(exchange),
    requestContext: contextOf(exchange),
    ...(socket?.eventType === "MESSAGE" && { body: body.toString("utf8") }),
    isBase64Encoded: false,
  }
}

/** What a Lambda authorizer is told (Developer Guide, "Create a Lambda REQUEST authorizer function" of WebSocket APIs). */
export const authorizerEvent = (exchange: Exchange): object => ({
  ...handshakeOf(exchange),
  queryStringParameters: Object.fromEntries(queryOf(exchange)),
  multiValueQueryStringParameters: grouped(queryOf(exchange)),
  stageVariables: exchange.stage.variables ?? {},
  requestContext: contextOf(exchange),
})

function handshakeOf(exchange: Exchange): object {
  const headers = eventHeaders(exchange)
  const query = queryOf(exchange)
  return {
    headers: lastOf(headers),
    multiValueHeaders: Object.fromEntries(headers),
    ...(query.length > 0 && {
      queryStringParameters: Object.fromEntries(query),
      multiValueQueryStringParameters: grouped(query),
    }),
  }
}

function farewellOf({ domainName }: Arrival): object {
  const headers = { Host: domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" }
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  }
}

const variablesOf = ({ stage: { variables } }: Arrival): object =>
  variables && Object.keys(variables).length > 0 ? { stageVariables: variables } : {}

function contextOf(exchange: Arrival): object {
  const { socket, authorizer, requestId, extendedRequestId, arrivedAt, stage, domainName, apiId } = exchange
  return {
    routeKey: socket?.routeKey,
    ...(authorizer && { authorizer: authorizerOf(authorizer) }),
    ...(socket?.messageId !== undefined && { messageId: socket.messageId }),
    ...(socket?.disconnectStatusCode !== undefined && { disconnectStatusCode: socket.disconnectStatusCode }),
    eventType: socket?.eventType,
    extendedRequestId,
    requestTime: formatRequestTime(arrivedAt),
    messageDirection: "IN",
    ...(socket?.disconnectReason !== undefined && { disconnectReason: socket.disconnectReason }),
    stage: stage.stage.stageName,
    connectedAt: socket?.connectedAt,
    requestTimeEpoch: arrivedAt,
    identity: socketIdentity(exchange),
    requestId,
    domainName,
    connectionId: socket?.connectionId,
    apiId,
  }
}

/** Members that do not apply are left out. UNVERIFIED: which a caller has who has signed. */
const socketIdentity = (exchange: Arrival): object =>
  Object.fromEntries(Object.entries(identityOf(exchange)).filter(([, value]) => value !== null))
