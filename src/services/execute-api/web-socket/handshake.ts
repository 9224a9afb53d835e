import type { CallContext, Deps } from "../../../call.ts"
import type { Site } from "../../../site.ts"
import { WireError } from "../../../wire/errors.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import { logAccess } from "../access-logs/rest.ts"
import { compileGatewayResponses } from "../gateway-responses/compile.ts"
import { asGatewayRefusal, refused } from "../gateway-responses/refusal.ts"
import { newRequestId } from "../http/exchange.ts"
import { INVOKE_OPERATION } from "../rates.ts"
import type { Arrival, Exchange } from "../rest/exchange.ts"
import { assertApiKey } from "../usage/api-key.ts"
import type { CompiledRoute, CompiledSocketApi } from "./compile.ts"
import { Connection } from "./connection.ts"
import { connectionsOf } from "./connections.ts"
import { arrivalOf, exchangeOf, type SocketPlace } from "./exchange.ts"
import { SIGNED } from "./signed.ts"
import { assertSocketRate } from "./throttle.ts"

const CONNECT = "$connect"
const responses = compileGatewayResponses({})

/**
 * A handshake waits for what is behind `$connect`, which may refuse it (Developer Guide, "Managing connected users and client apps:
 * $connect and $disconnect routes"). Without that route everybody is let in.
 */
export function openHandshake(place: SocketPlace, compiled: CompiledSocketApi, deps: Deps): Site {
  const { api, now } = place
  const route = compiled.routes.get(CONNECT)
  const connectionId = newRequestId()
  const arrival = arrivalOf(
    place,
    { eventType: "CONNECT", routeKey: CONNECT, connectionId, connectedAt: now },
    { authorizationType: route?.authorizationType },
  )
  const { account, region } = api
  return {
    operation: "Connect",
    rate: `execute-api:${INVOKE_OPERATION}`,
    account,
    region,
    requestId: arrival.requestId,
    ...(route?.authorizationType === "AWS_IAM" && { signed: { ...SIGNED, regions: [region], missing: missingToken } }),
    bodyBytes: 0,
    async handle(_, call) {
      const exchange = exchangeOf(arrival, Buffer.alloc(0), call)
      const response = await handle(exchange, route, compiled, place)
      logAccess(arrival, response, deps)
      return response
    },
    refuse(error) {
      const response = responses.render(arrival, asGatewayRefusal(error))
      logAccess(arrival, response, deps)
      return response
    },
  }
}

const missingToken = () =>
  refused("MISSING_AUTHENTICATION_TOKEN", {
    because: { check: "signature of a handshake", expected: "a signature of Version 4 for execute-api", found: "none" },
  })

async function handle(
  exchange: Exchange,
  route: CompiledRoute | undefined,
  compiled: CompiledSocketApi,
  place: SocketPlace,
): Promise<HttpResponse> {
  if (!route) return accept(exchange, place, undefined)
  await route.authorize(exchange)
  if (route.needsApiKey) await assertApiKey(exchange, compiled.apiKeySource)
  assertSocketRate(exchange, place.stage, exchange.call)
  route.validate(exchange, () => undefined)
  const answer = await route.integrate?.(exchange, () => undefined)
  if (!answer || answer.status < 400) return accept(exchange, place, answer)
  return refuseAs(answer, exchange.call)
}

/** In the integration's own words. */
function refuseAs(answer: HttpResponse, call: CallContext): HttpResponse {
  call.answer.refusal = new WireError("ForbiddenException", "The integration of $connect refused the handshake.", {
    status: answer.status,
    because: { check: "$connect", expected: "a status below 400 of its integration", found: answer.status },
  })
  return answer
}

async function accept(
  exchange: Exchange,
  { stage }: SocketPlace,
  answer: HttpResponse | undefined,
): Promise<HttpResponse> {
  const { call, apiId, socket, arrivedAt, request, authorizer, apiKey } = exchange
  const facts = {
    id: socket!.connectionId,
    apiId,
    stageName: stage.StageName,
    connectedAt: arrivedAt,
    lastActiveAt: call.clock.now(),
    sourceIp: request.remoteAddress,
    userAgent: request.headers["user-agent"],
  }
  const house = connectionsOf(call)
  await house.announce(facts)
  const connection = new Connection(facts, { caller: call.caller, authorizer, apiKey }, call.clock, house)
  const protocol = protocolOf(answer)
  return {
    status: 101,
    headers: {},
    body: undefined,
    accepts: { owner: connection, ...(protocol !== undefined && { protocol }) },
  }
}

/** Developer Guide, "Setting up a $connect route that requires a WebSocket subprotocol". */
function protocolOf(answer: HttpResponse | undefined): string | undefined {
  const name = Object.keys(answer?.headers ?? {}).find((one) => one.toLowerCase() === "sec-websocket-protocol")
  const value = name === undefined ? undefined : answer!.headers[name]
  // One token, as RFC 6455 (11.3.4) has it.
  return typeof value === "string" && /^[!#$%&'*+.^_`|~\w-]{1,256}$/.test(value) ? value : undefined
}

/** The caller of a later event is who was let in. */
export const letInTo = (arrival: Arrival, body: Buffer, call: CallContext, { letIn }: Connection): Exchange =>
  exchangeOf(Object.assign(arrival, letIn.apiKey && { apiKey: letIn.apiKey }), body, { ...call, caller: letIn.caller })
