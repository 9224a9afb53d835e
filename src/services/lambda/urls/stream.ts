import type { HttpResponse } from "../../../wire/http.ts"
import { badGateway, parseHead } from "./response.ts"

/** Of an answer that begins with its own head, which eight NUL bytes end (runtime interface client for Node, `HttpResponseStream`). */
const WITH_HEAD = "application/vnd.awslambda.http-integration-response"
const END_OF_HEAD = Buffer.alloc(8)
/** What has no end by then is no head. */
const HEAD_BYTES = 64 * 1024

const STREAM_TYPE = "application/octet-stream"

/** A stream of a function as an HTTP answer, which begins with its first pieces. Pieces are good until the next is asked for. */
export async function streamedResponse(
  contentType: string | undefined,
  pieces: AsyncIterable<Uint8Array>,
): Promise<HttpResponse> {
  if (contentType !== WITH_HEAD)
    return { status: 200, headers: { "content-type": contentType ?? STREAM_TYPE }, body: pieces }
  const iterator = pieces[Symbol.asyncIterator]()
  let begun = Buffer.alloc(0)
  let end = -1
  while (end < 0 && begun.length < HEAD_BYTES) {
    const next = await iterator.next()
    if (next.done) break
    begun = Buffer.concat([begun, next.value])
    end = begun.indexOf(END_OF_HEAD)
  }
  const head = end < 0 ? undefined : readHead(begun.subarray(0, end))
  if (!head) {
    await iterator.return?.()
    return badGateway()
  }
  return { ...head, body: rest(begun.subarray(end + END_OF_HEAD.length), iterator) }
}

function readHead(bytes: Buffer): ReturnType<typeof parseHead> {
  try {
    const head: unknown = JSON.parse(bytes.toString("utf8"))
    return typeof head === "object" && head !== null ? parseHead(head, STREAM_TYPE) : undefined
  } catch {
    return undefined
  }
}

async function* rest(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first
    for (;;) {
      const next = await iterator.next()
      if (next.done) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}
