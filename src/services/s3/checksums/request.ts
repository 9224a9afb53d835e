import type { Payload } from "../../../authentication/caller.ts"
import type { Digests } from "../../../base/digests/pool.ts"
import type { DigestName } from "../../../base/digests/sums.ts"
import { WireError } from "../../../wire/errors.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import { checksumMismatch, invalidDigest, invalidRequest, md5Mismatch } from "../errors.ts"
import { ALGORITHMS, type Algorithm, DEFAULT_ALGORITHM, isAlgorithm, wholeChecksum } from "./algorithms.ts"

/** What a caller says of the bytes it sends, to be held against what arrives. */
export interface Claims {
  /** The checksum to compute: the caller's, else the default. */
  algorithm: Algorithm
  /** Whether the caller chose it. */
  isChosen: boolean
  /** Base64; undefined where it comes in the trailer, or not at all. */
  value?: string
  isInTrailer: boolean
  /** `Content-MD5`, base64. */
  md5?: string
}

/** Members of an input that carry checksums. */
export interface ChecksumInput {
  ChecksumAlgorithm?: string | undefined
  ChecksumCRC32?: string | undefined
  ChecksumCRC32C?: string | undefined
  ChecksumCRC64NVME?: string | undefined
  ChecksumSHA1?: string | undefined
  ChecksumSHA256?: string | undefined
  ContentMD5?: string | undefined
}

const headerOf = (algorithm: Algorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`
const names = Object.keys(ALGORITHMS) as Algorithm[]

/** Reads what the headers claim; texts recorded, but where said otherwise. */
export function readClaims(input: ChecksumInput, request: HttpRequest): Claims {
  const md5 = input.ContentMD5
  if (md5 !== undefined && !isBase64Of(md5, 16)) throw invalidDigest(md5)
  const given = names.filter((name) => input[`Checksum${name}`] !== undefined)
  const trailer = trailerAlgorithm(request)
  if (given.length + (trailer ? 1 : 0) > 1)
    throw invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
  const asked = input.ChecksumAlgorithm?.toUpperCase()
  if (asked !== undefined && !isAlgorithm(asked)) throw unsupportedAlgorithm()
  const algorithm = given[0] ?? trailer
  if (algorithm === undefined) {
    // Seen in the answers that SDK issues quote.
    if (asked !== undefined && md5 === undefined)
      throw invalidRequest(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
      )
    return { algorithm: DEFAULT_ALGORITHM, isChosen: false, isInTrailer: false, ...(md5 !== undefined && { md5 }) }
  }
  if (asked !== undefined && asked !== algorithm)
    throw invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.")
  const value = input[`Checksum${algorithm}`]
  if (value !== undefined && !isBase64Of(value, ALGORITHMS[algorithm].bytes))
    throw invalidRequest(`Value for ${headerOf(algorithm)} header is invalid.`)
  return {
    algorithm,
    isChosen: true,
    isInTrailer: trailer !== undefined,
    ...(value !== undefined && { value }),
    ...(md5 !== undefined && { md5 }),
  }
}

export const unsupportedAlgorithm = () =>
  invalidRequest(
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
  )

function trailerAlgorithm(request: HttpRequest): Algorithm | undefined {
  const trailer = request.headers["x-amz-trailer"]?.trim().toLowerCase()
  if (trailer === undefined) return undefined
  const algorithm = names.find((name) => headerOf(name) === trailer)
  if (!algorithm) throw invalidRequest("The value specified in the x-amz-trailer header is not supported")
  return algorithm
}

/** What has to be computed of a body to hold it against its claims. */
export const digestsOf = ({ algorithm, md5 }: Claims): DigestName[] =>
  md5 === undefined ? [ALGORITHMS[algorithm].digest] : ["md5", ALGORITHMS[algorithm].digest]

/**
 * Holds what arrived against what was claimed; to be called when the body has ended, as the trailer is there then.
 * `showsHex`: PutObject's refusal of an MD5 shows the expected one in hexadecimal, UploadPart's in base64 (recorded).
 */
export function assertClaims(claims: Claims, digests: Digests, payload: Payload, showsHex = false): void {
  const { md5, algorithm } = claims
  const calculated = md5 === undefined ? undefined : digests.md5!.toString("base64")
  if (md5 !== undefined && md5 !== calculated)
    throw md5Mismatch(showsHex ? Buffer.from(md5, "base64").toString("hex") : md5, calculated!)
  const value = claims.isInTrailer ? payload.trailers[headerOf(algorithm)] : claims.value
  if (value === undefined) {
    if (claims.isInTrailer) throw malformedTrailer()
    return
  }
  if (!isBase64Of(value, ALGORITHMS[algorithm].bytes))
    throw invalidRequest(`Value for ${headerOf(algorithm)} trailing header is invalid.`)
  if (value !== wholeChecksum(algorithm, digests).value) throw checksumMismatch(algorithm)
}

/** AWS's error list. */
const malformedTrailer = () =>
  new WireError(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
  )

function isBase64Of(text: string, bytes: number): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.from(text, "base64").length === bytes && text.length % 4 === 0
}
