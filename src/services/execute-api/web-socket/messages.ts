import type { Deps } from "../../../call.ts"
import type { Site } from "../../../site.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import { logAccess } from "../access-logs/rest.ts"
import { asGatewayRefusal, refused } from "../gateway-responses/refusal.ts"
import { newRequestId } from "../http/exchange.ts"
import { gatherBody } from "../integrations/gather-body.ts"
import { misconfigured } from "../integrations/request-body.ts"
import { INVOKE_OPERATION } from "../rates.ts"
import type { Exchange } from "../rest/exchange.ts"
import type { CompiledRoute, CompiledSocketApi } from "./compile.ts"
import type { Connection } from "./connection.ts"
import { arrivalOf, type SocketPlace } from "./exchange.ts"
import { letInTo } from "./handshake.ts"
import { MESSAGE_BYTES } from "./integrations.ts"
import { jsonOf } from "./selection.ts"
import { assertSocketRate } from "./throttle.ts"

const DEFAULT = "$default"
/** What happens by itself, and is no message's to ask for. */
const RESERVED: ReadonlySet<string> = new Set(["$connect", "$disconnect"])
/** Developer Guide, "Working with binary media types for WebSocket APIs": a binary frame ends the connection. */
const UNSUPPORTED_DATA = 1003

/** A message: to the route that it names, else to `$default`; what the gateway answers by itself names connection and request. */
export function openMessage(
  place: SocketPlace,
  connection: Connection,
  isBinary: boolean,
  compiled: CompiledSocketApi,
  deps: Deps,
): Site {
  const { account, region } = place.api
  const { id: connectionId, connectedAt } = connection.facts
  const { authorizer } = connection.letIn
  const arrival = arrivalOf(
    place,
    { eventType: "MESSAGE", routeKey: DEFAULT, connectionId, connectedAt, messageId: newRequestId() },
    { authorizer },
  )
  return {
    operation: "Message",
    rate: `execute-api:${INVOKE_OPERATION}`,
    account,
    region,
    requestId: arrival.requestId,
    bodyBytes: MESSAGE_BYTES,
    async handle({ body }, call) {
      connection.touch()
      if (isBinary) {
        connection.close(UNSUPPORTED_DATA, "Binary payloads are not supported")
        throw refused("BAD_REQUEST_BODY", {
          because: { check: "WebSocket message", expected: "a message of text", found: "a binary one" },
        })
      }
      const message = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
      const exchange = letInTo(arrival, message, call, connection)
      const response = await handle(exchange, compiled, place)
      logAccess(arrival, response, deps)
      return response
    },
    refuse(error, requestId) {
      const refusal = asGatewayRefusal(error)
      arrival.refusal = refusal
      const response: HttpResponse = {
        status: refusal.status,
        headers: {},
        body: JSON.stringify({ message: refusal.told, connectionId, requestId }),
      }
      logAccess(arrival, response, deps)
      return response
    },
  }
}

async function handle(exchange: Exchange, compiled: CompiledSocketApi, place: SocketPlace): Promise<HttpResponse> {
  const body = jsonOf(exchange.body)
  const route = findRoute(exchange, compiled, body)
  exchange.socket!.routeKey = route.routeKey
  exchange.request.method = route.routeKey
  if (route.needsApiKey && !exchange.apiKey)
    throw refused("INVALID_API_KEY", {
      because: { check: "API key", expected: "a connection that was let in with one", found: "one without" },
    })
  assertSocketRate(exchange, place.stage, exchange.call)
  route.validate(exchange, body)
  if (!route.integrate) throw misconfigured("a route with an integration", "none")
  const answer = await route.integrate(exchange, body)
  if (!route.isTwoWay) return { status: 200, headers: {}, body: undefined }
  const gathered = await gatherBody(answer.body, MESSAGE_BYTES)
  if (!gathered) throw misconfigured(`an answer of at most ${MESSAGE_BYTES} bytes`, "a longer one")
  return { status: answer.status, headers: {}, body: gathered }
}

function findRoute(exchange: Exchange, { routes, select }: CompiledSocketApi, body: () => unknown): CompiledRoute {
  const key = select(exchange, body)
  const named = key === undefined || RESERVED.has(key) ? undefined : routes.get(key)
  const route = named ?? routes.get(DEFAULT)
  if (route) return route
  throw refused("DEFAULT_4XX", {
    status: 403,
    message: "Forbidden",
    because: {
      check: "which route a message is for",
      expected: "a route that has been deployed, or $default",
      found: key === undefined ? "a message that names none" : `none for ${JSON.stringify(key.slice(0, 128))}`,
    },
  })
}
