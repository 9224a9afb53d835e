import type { HttpRequest } from "../wire/http.ts"
import type { Payload, SignedCaller } from "./caller.ts"

/**
 * A signature of which the head of the request has said all that it can: it is complete, of this service, place and time,
 * and of credentials that exist. It has not been compared yet.
 */
export interface Claimed {
  /** Compares it. `request` has its whole body by now where the service is one whose signature covers that. */
  prove(request: HttpRequest): Proven
}

export interface Proven {
  caller: SignedCaller
  /** The payload again, of the same request once its body has been read. */
  payloadOf(request: HttpRequest): Payload
}
