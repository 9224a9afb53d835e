import type { CallContext } from "../../../call.ts"
import { WireError } from "../../../wire/errors.ts"
import type { Algorithm } from "../checksums/algorithms.ts"
import { assertClaims, type Claims } from "../checksums/request.ts"
import { type Arrived, MOST_BYTES, writeData } from "../data/write.ts"
import { entityTooLarge, headerNotImplemented, incompleteBody, missingContentLength } from "../errors.ts"

interface Options {
  claims: Claims
  inlineBytes: number
  secondAlgorithm?: Algorithm
  /** See `assertClaims`. */
  showsHex?: boolean
}

/** Takes in the body of an upload and holds it against what was said of it. Nothing is visible yet. */
export async function receiveBody(context: CallContext, { claims, showsHex, ...options }: Options): Promise<Arrived> {
  const { store, clock, caller, request } = context
  const { payload } = caller
  const { contentLength } = payload
  if (contentLength === undefined && !payload.isDelimited) {
    // Seen in the answers that SDK issues quote.
    if (request.headers["transfer-encoding"] !== undefined) throw headerNotImplemented("Transfer-Encoding")
    throw missingContentLength()
  }
  if (contentLength !== undefined && contentLength > MOST_BYTES) throw entityTooLarge(contentLength, MOST_BYTES)
  const arrived = await writeData(payload.body, { store, clock, algorithm: claims.algorithm, ...options }).catch(refuse)
  if (contentLength !== undefined && arrived.size !== contentLength) throw incompleteBody()
  assertClaims(claims, arrived, payload, showsHex)
  return arrived
}

/** A caller that goes away in the middle is no fault of ours. */
function refuse(error: unknown): never {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (!(error instanceof WireError) && (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE"))
    throw incompleteBody()
  throw error
}
