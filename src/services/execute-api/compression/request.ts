import { BodyRefusal } from "../../../wire/body.ts"
import { decodeContent } from "../../../wire/content-encoding.ts"
import { WireError } from "../../../wire/errors.ts"
import { refused } from "../gateway-responses/refusal.ts"
import type { Exchange } from "../rest/exchange.ts"
import { withoutHeaders } from "../without-headers.ts"

const ENCODING = new Set(["content-encoding"])

/**
 * A body that came compressed is as it was before for all that follows, whether the API compresses answers or not (Developer Guide,
 * "Call an API method with a compressed payload"). What comes out is bounded as what comes in is.
 */
export async function decompress(exchange: Exchange, maximumBytes: number): Promise<void> {
  const encoding = exchange.request.headers["content-encoding"]
  if (encoding === undefined || exchange.body.length === 0) return
  const { buffer, byteOffset, byteLength } = await decode(exchange.body, encoding, maximumBytes)
  exchange.body = Buffer.from(buffer, byteOffset, byteLength)
  // Nobody behind the gateway is to decompress it again. UNVERIFIED that AWS takes the header away.
  exchange.request = withoutHeaders(exchange.request, ENCODING)
  // They were read of the request as it was.
  delete exchange.headers
}

async function decode(body: Buffer, encoding: string, maximumBytes: number): Promise<Uint8Array> {
  try {
    return await decodeContent(body, encoding, maximumBytes)
  } catch (error) {
    if (error instanceof BodyRefusal || !(error instanceof WireError)) throw error
    throw refused("UNSUPPORTED_MEDIA_TYPE", {
      because: { check: "content encoding", expected: "a body that is gzip, deflate or identity", found: encoding },
    })
  }
}
