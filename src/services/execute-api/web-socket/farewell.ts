import type { Deps } from "../../../call.ts"
import type { Site } from "../../../site.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import { logAccess } from "../access-logs/rest.ts"
import { asGatewayRefusal } from "../gateway-responses/refusal.ts"
import type { CompiledSocketApi } from "./compile.ts"
import type { Connection } from "./connection.ts"
import { arrivalOf, type SocketPlace } from "./exchange.ts"
import { letInTo } from "./handshake.ts"

const DISCONNECT = "$disconnect"

/** Of a close frame without a status (1005), and of no close frame at all (1006; UNVERIFIED: its words). Payloads in public repositories. */
const REASONS: Readonly<Record<number, string>> = {
  1005: "Client-side close frame status not set",
  1006: "Connection Closed Abnormally",
}

/** A connection has ended. What is behind `$disconnect` is told of it, once, whatever comes of that. */
export function openFarewell(
  place: SocketPlace,
  connection: Connection,
  { code, reason }: { code: number; reason: string },
  compiled: CompiledSocketApi,
  deps: Deps,
): Site {
  const { account, region } = place.api
  const { id: connectionId, connectedAt } = connection.facts
  const { authorizer } = connection.letIn
  const route = compiled.routes.get(DISCONNECT)
  const arrival = arrivalOf(
    place,
    {
      eventType: "DISCONNECT",
      routeKey: DISCONNECT,
      connectionId,
      connectedAt,
      disconnectStatusCode: code,
      disconnectReason: reason || (REASONS[code] ?? ""),
    },
    { authorizer },
  )
  const logged = (response: HttpResponse): HttpResponse => {
    logAccess(arrival, response, deps)
    return response
  }
  return {
    operation: "Disconnect",
    account,
    region,
    requestId: arrival.requestId,
    bodyBytes: 0,
    async handle(_, call) {
      const exchange = letInTo(arrival, Buffer.alloc(0), call, connection)
      await route?.integrate?.(exchange, () => undefined)
      return logged({ status: 200, headers: {}, body: undefined })
    },
    refuse(error) {
      const refusal = asGatewayRefusal(error)
      arrival.refusal = refusal
      return logged({ status: refusal.status, headers: {}, body: undefined })
    },
  }
}
