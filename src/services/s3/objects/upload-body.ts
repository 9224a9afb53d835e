import type { DigestName } from "../../../base/digests/sums.ts"
import type { CallContext } from "../../../call.ts"
import { WireError } from "../../../wire/errors.ts"
import { ALGORITHMS, type Algorithm } from "../checksums/algorithms.ts"
import { assertClaims, type Claims } from "../checksums/request.ts"
import { type Arrived, discardData, MOST_BYTES, writeData } from "../data/write.ts"
import { entityTooLarge, headerNotImplemented, incompleteBody, missingContentLength } from "../errors.ts"

interface Options {
  claims: Claims
  inlineBytes: number
  /** A second checksum to compute: of parts whose upload wants another than the part came with. */
  secondAlgorithm?: Algorithm
  /** Of parts: their upload. */
  family?: string
  /** See `assertClaims`. */
  showsHex?: boolean
}

/** Takes in the body of an upload and holds it against what was said of it. Nothing is visible yet. */
export async function receiveBody(context: CallContext, options: Options): Promise<Arrived> {
  const { bytes, caller, request } = context
  const { claims, showsHex, secondAlgorithm, ...rest } = options
  const { payload } = caller
  const { contentLength } = payload
  if (contentLength === undefined && !payload.isDelimited) {
    // Seen in the answers that SDK issues quote.
    if (request.headers["transfer-encoding"] !== undefined) throw headerNotImplemented("Transfer-Encoding")
    throw missingContentLength()
  }
  if (contentLength !== undefined && contentLength > MOST_BYTES) throw entityTooLarge(contentLength, MOST_BYTES)
  const digests = new Set<DigestName>(["md5", ALGORITHMS[claims.algorithm].digest])
  if (secondAlgorithm) digests.add(ALGORITHMS[secondAlgorithm].digest)
  // The hash that was signed is computed with the others, once.
  if (payload.unhashed) digests.add("sha256")
  const body = payload.unhashed?.body ?? payload.body
  const arrived = await writeData(body, { ...rest, bytes, digests: [...digests] }).catch(refuse)
  try {
    payload.unhashed?.assertSha256(arrived.digests.sha256!)
    if (contentLength !== undefined && arrived.size !== contentLength) throw incompleteBody()
    assertClaims(claims, arrived.digests, payload, showsHex)
  } catch (error) {
    return discardData(bytes, arrived, error)
  }
  return arrived
}

/** A caller that goes away in the middle is no fault of ours. */
function refuse(error: unknown): never {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (!(error instanceof WireError) && (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE"))
    throw incompleteBody()
  throw error
}
