import type { HttpResponse } from "../../../wire/http.ts"

/** The whole of an answer's body; undefined where it has more bytes. */
export async function gatherBody(body: HttpResponse["body"], maximumBytes: number): Promise<Buffer | undefined> {
  if (body === undefined) return Buffer.alloc(0)
  if (typeof body === "string") return Buffer.from(body)
  if (body instanceof Uint8Array) return Buffer.from(body)
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.byteLength
    if (length > maximumBytes) return undefined
    // A piece is good until the next one is asked for.
    pieces.push(Buffer.from(piece))
  }
  return Buffer.concat(pieces)
}
