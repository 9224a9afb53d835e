import type { OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2"
import type { HttpResponse } from "../../wire/http.ts"
import type { EndlessBodies } from "../endless.ts"
import { giveUp, sendPieces, setLength } from "../send.ts"

/** Sends an answer on a stream. Resolves when all of it is handed over, or nobody takes it. */
export async function sendOn(
  stream: ServerHttp2Stream,
  response: HttpResponse,
  isHead: boolean,
  endless: EndlessBodies,
): Promise<void> {
  const { body } = response
  // Its sender has gone, or has heard already that it is too much.
  if (stream.destroyed || stream.closed) return giveUp(body)
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    const bytes = body === undefined ? 0 : Buffer.byteLength(body)
    setLength(response, bytes)
    const isEmpty = isHead || bytes === 0
    stream.respond(headersOf(response), { endStream: isEmpty })
    if (!isEmpty) stream.end(body)
    return
  }
  stream.respond(headersOf(response), { endStream: false })
  await sendPieces(body, stream, endless, copyOf)
  stream.end()
}

/** HTTP/2 has no headers about its connection (RFC 9113, 8.2.2). */
const OF_CONNECTIONS = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"])

function headersOf({ status, headers }: HttpResponse): OutgoingHttpHeaders {
  const sent: OutgoingHttpHeaders = { ":status": status }
  for (const name in headers) {
    const lower = name.toLowerCase()
    if (!OF_CONNECTIONS.has(lower)) sent[lower] = headers[name]
  }
  return sent
}

/**
 * A stream may end while a part of a piece still waits in the connection that it has with others. What is then sent of it must
 * not be what its memory is used for next.
 */
const copyOf = (piece: Uint8Array): Uint8Array => Buffer.from(piece)
