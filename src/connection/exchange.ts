import type { ServerResponse } from "node:http"
import type { Socket } from "node:net"
import { BodyRefusal } from "../wire/body.ts"
import { type BodyLimits, IncomingBody } from "./incoming-body.ts"
import type { Message } from "./message.ts"

/** One request and its answer on a connection. */
export interface Exchange {
  incoming: Message
  outgoing: ServerResponse
  body: IncomingBody
  /** What came after the head, or after the body, was no HTTP: nothing more can be read from the connection. */
  isBroken: boolean
  /** Whoever waits for the sender to end is not to wait any longer. */
  stopWaiting: (() => void) | undefined
}

export function openExchange(
  incoming: Message,
  outgoing: ServerResponse,
  limits: BodyLimits,
  awaitsContinue: boolean,
): Exchange {
  const { socket, headers } = incoming
  const arrival = { incoming, declaredBytes: Number(headers["content-length"] ?? 0), counter: socket }
  const body = new IncomingBody(arrival, limits, awaitsContinue ? continueWith(outgoing) : nothing)
  const exchange: Exchange = { incoming, outgoing, body, isBroken: false, stopWaiting: undefined }
  incoming.onCrumbs = giveUpOn(exchange)
  return exchange
}

// Functions that are made side by side keep all that any of them needs: these, each made by itself, tie no body to its answer.
// Where they did, twice as much of each request was left for full collections of the heap.
const nothing = (): void => {}
const giveUpOn = (exchange: Exchange) => (): void => giveUpBody(exchange)
const continueWith = (outgoing: ServerResponse) => (): void => {
  if (!outgoing.headersSent) outgoing.writeContinue()
}

const CURRENT = Symbol("exchange")

type Connection = Socket & { [CURRENT]?: Exchange | undefined }

/**
 * The exchange that a connection is in stands on its socket. A Map from which each request is deleted makes a new table every
 * few requests, and V8 has each table lead to the next one: once one of them has grown old, all that came after it, and the
 * requests in them, are kept until the whole heap is collected (measured: a sixth of the processor's time).
 */
export const exchangeOf = (socket: Connection): Exchange | undefined => socket[CURRENT]

export function enterExchange(socket: Connection, exchange: Exchange): void {
  socket[CURRENT] = exchange
}

export function leaveExchange(socket: Connection, exchange: Exchange): void {
  if (socket[CURRENT] === exchange) socket[CURRENT] = undefined
}

/** The answer that is on its way still goes out: what broke may have come after all that it needed. */
export function breakOff(exchange: Exchange): void {
  exchange.isBroken = true
  exchange.outgoing.shouldKeepAlive = false
  if (!exchange.incoming.complete) exchange.body.fail(new BodyRefusal("malformed"))
  exchange.stopWaiting?.()
}

/** The body comes in crumbs: nothing more of it is read. */
function giveUpBody({ incoming, body, stopWaiting }: Exchange): void {
  incoming.socket.pause()
  body.isHopeless = true
  body.fail(new BodyRefusal("in crumbs"))
  stopWaiting?.()
}
