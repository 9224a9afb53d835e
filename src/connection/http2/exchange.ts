import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2"
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises"
import { BodyRefusal } from "../../wire/body.ts"
import type { HttpRequest, HttpResponse } from "../../wire/http.ts"
import type { EndlessBodies } from "../endless.ts"
import { type BodyLimits, IncomingBody } from "../incoming-body.ts"
import { NOTHING, requestOf } from "../request.ts"
import { type Arriving, watchArriving } from "./arriving.ts"
import { type Connection, farewell } from "./connection.ts"
import { readHead } from "./request.ts"
import { sendOn } from "./send.ts"

export interface ServingOptions {
  limits: BodyLimits
  endless: EndlessBodies
  /** Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  proxies: ReadonlySet<string>
  /** The most bytes of a head. */
  headerBytes: number
  answer(request: HttpRequest): Promise<HttpResponse>
  onFault(error: unknown): void
}

/** One request on a connection. */
export interface Asked {
  stream: ServerHttp2Stream
  headers: IncomingHttpHeaders
  /** Names and values in turn, as they came. */
  raw: readonly string[]
}

/** Answers a request and resolves when its stream is closed. */
export async function serveStream(connection: Connection, asked: Asked, options: ServingOptions): Promise<void> {
  const { stream, headers, raw } = asked
  const closed = new Promise<void>((resolve) => stream.once("close", resolve))
  const incoming = stream.endAfterHeaders ? undefined : openBody(connection, asked, options.limits)
  let response: HttpResponse = { status: 400, headers: {}, body: undefined }
  try {
    const head = readHead(headers, raw, options.headerBytes)
    if (typeof head === "number") response.status = head
    else {
      const { peer, isEncrypted } = connection
      const sent = { ...head, body: incoming?.body ?? NOTHING }
      response = await options.answer(requestOf(head.method, head.url, sent, peer, isEncrypted, options.proxies))
    }
  } catch (error) {
    options.onFault(error)
    response.status = 500
  }
  incoming?.body.abandon()
  incoming?.arriving.throwAway()
  stream.resume()
  const unsent = lengthOf(response.body)
  connection.unsentBytes += unsent
  await sendOn(stream, response, headers[":method"] === "HEAD", options.endless)
  if (incoming && !stream.readableEnded) await stopSender(stream)
  if (incoming?.body.isHopeless) farewell(connection, constants.NGHTTP2_ENHANCE_YOUR_CALM)
  await closed
  connection.unsentBytes -= unsent
}

function openBody({ socket }: Connection, { stream, headers }: Asked, limits: BodyLimits) {
  const onCrumbs = () => {
    body.isHopeless = true
    body.fail(new BodyRefusal("in crumbs"))
  }
  const arriving: Arriving = watchArriving(stream, { socket, onCrumbs })
  const declaredBytes = Number(headers["content-length"] ?? 0)
  const begin = /^100-continue$/i.test(headers.expect ?? "") ? () => letContinue(stream) : () => {}
  const body = new IncomingBody({ incoming: stream, declaredBytes, counter: arriving }, limits, begin)
  return { arriving, body }
}

function letContinue(stream: ServerHttp2Stream): void {
  if (!stream.headersSent && !stream.destroyed) stream.additionalHeaders({ ":status": 100 })
}

const LOOKING_MILLISECONDS = 20

/**
 * Tells a sender that nobody wants the rest, once the answer is out (RFC 9113, 8.1): nghttp2 drops what of it still waits when
 * it is told to reset the stream, and does not say when it waits no more.
 */
async function stopSender(stream: ServerHttp2Stream): Promise<void> {
  await nextTurn()
  while (!stream.destroyed && stream.state.localClose !== 1) await sleep(LOOKING_MILLISECONDS)
  stream.close(constants.NGHTTP2_NO_ERROR)
}

const lengthOf = (body: HttpResponse["body"]): number =>
  typeof body === "string" || body instanceof Uint8Array ? body.length : 0
