import type { Writable } from "node:stream"
import { setImmediate as nextTurn } from "node:timers/promises"
import type { EndlessBody, HttpResponse } from "../wire/http.ts"
import type { EndlessBodies } from "./endless.ts"
import type { Exchange } from "./exchange.ts"
import { linger } from "./linger.ts"

/**
 * Sends an answer and ends the exchange. Where the body of the request is not all here, nobody wants the rest of it: the
 * answer says that the connection closes, and it closes when the sender has had the time to hear that. `keep` is whether
 * the connection may go on else.
 */
export async function send(
  exchange: Exchange,
  response: HttpResponse,
  keep: boolean,
  endless: EndlessBodies,
): Promise<void> {
  const { incoming, outgoing } = exchange
  // What came in one packet with the head may be all, and is read once this turn of the loop is over.
  if (!incoming.complete) await nextTurn()
  if (outgoing.destroyed) return giveUp(response.body)
  const unheard = incoming.complete ? undefined : linger(exchange)
  if (!keep || unheard || exchange.isBroken) outgoing.shouldKeepAlive = false
  else if (incoming.httpVersion === "1.1") outgoing.removeHeader("connection")
  const { body } = response
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    const bytes = body === undefined ? 0 : Buffer.byteLength(body)
    setLength(response, bytes)
    outgoing.writeHead(response.status, inSendableOrder(response.headers))
    const sent = incoming.method === "HEAD" ? undefined : besideHead(body)
    // A text of as many bytes as characters is the same in both, and in this one it is copied as it is.
    const encoding = bytes === body?.length ? "latin1" : "utf8"
    if (!unheard) return void outgoing.end(sent, encoding)
    // The head goes out even where there is nothing behind it.
    if (sent === undefined || sent.length === 0) outgoing.flushHeaders()
    else outgoing.write(sent, encoding)
  } else {
    outgoing.writeHead(response.status, inSendableOrder(response.headers))
    await sendPieces(body, outgoing, endless)
    if (outgoing.destroyed) return
  }
  await unheard
  outgoing.end()
}

/** Bytes so few are copied for less than a write of their own costs. */
const COPIED_BYTES_AT_MOST = 8_192

/** Few bytes as a text of one character each, which node:http puts into one piece with the head. */
function besideHead(body: string | Uint8Array | undefined): string | Uint8Array | undefined {
  if (!(body instanceof Uint8Array) || body.length > COPIED_BYTES_AT_MOST) return body
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1")
}

/** Who makes the pieces of a body hears that nobody will read them. */
export async function giveUp(body: HttpResponse["body"]): Promise<void> {
  if (body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array))
    await body[Symbol.asyncIterator]().return?.()
}

/**
 * Sends a body no faster than it is taken. The memory of a piece is used again once the next is asked for, so each has
 * left this process by then. A reader that goes away is no fault of ours, and nobody asks for more then; a store that fails
 * in the middle is one: what it throws cuts the connection.
 */
export async function sendPieces(
  body: AsyncIterable<Uint8Array>,
  outgoing: Writable,
  endless: EndlessBodies,
  copy = (piece: Uint8Array): Uint8Array => piece,
): Promise<void> {
  let wake = () => {}
  const leave = "end" in body ? endless.enter(body as EndlessBody) : undefined
  outgoing.once("close", () => {
    leave?.()
    wake()
  })
  // Somebody must listen: that the connection is gone is told by its close.
  outgoing.on("error", () => {})
  for await (const piece of body) {
    if (outgoing.destroyed) return
    await new Promise<void>((resolve) => {
      wake = resolve
      outgoing.write(copy(piece), () => resolve())
    })
    if (outgoing.destroyed) return
  }
  leave?.()
}

export function setLength({ status, headers }: HttpResponse, bytes: number): void {
  if (status === 204 || status === 304) return
  if (headers["content-length"] !== undefined || headers["Content-Length"] !== undefined) return
  headers["content-length"] = bytes
}

/**
 * After a Content-Length, node:http takes a Content-Disposition for UTF-8 and then refuses what is not ASCII in it
 * (nodejs/node pull request 46528): it goes before.
 */
function inSendableOrder(headers: HttpResponse["headers"]): HttpResponse["headers"] {
  const disposition = headers["Content-Disposition"]
  return disposition === undefined ? headers : { "Content-Disposition": disposition, ...headers }
}
