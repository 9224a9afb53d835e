import { WireError } from "../wire/errors.ts"
import { withFacts } from "./facts.ts"
import type { ExpiresProblem, Refusals } from "./refusals.ts"
import { ALGORITHM, type SignatureClaim, type SignaturePlace, TERMINATOR } from "./signature-claim.ts"
import { formatIso } from "./signing-date.ts"

export const accessDenied = (message: string, members?: Record<string, unknown>) =>
  new WireError("AccessDenied", message, { status: 403, members })

export const WRONG_SIGNATURE =
  "The request signature we calculated does not match the signature you provided. Check your key and signing method."

const queryParameters = (message: string, members?: Record<string, unknown>) =>
  new WireError("AuthorizationQueryParametersError", message, { members })

/** What is wrong with a credential has one code and one beginning in the header, others in the query. */
const malformed = (place: SignaturePlace, problem: string, members?: Record<string, unknown>) =>
  place === "header"
    ? new WireError("AuthorizationHeaderMalformed", `The authorization header is malformed; ${problem}`, { members })
    : queryParameters(`Error parsing the X-Amz-Credential parameter; ${problem}`, members)

const notSupported = () =>
  new WireError(
    "InvalidRequest",
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
  )

const EXPIRES: Record<ExpiresProblem, string> = {
  "not a number": "X-Amz-Expires should be a number",
  negative: "X-Amz-Expires must be non-negative",
  "too long":
    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
}

/**
 * S3's refusals. Texts: recorded answers of S3 (2026-02-21), its API reference ("Error responses"), and answers quoted in
 * issues: ml-archive/storage 68 (credential date), ex-aws/ex_aws 537 (three components), catalyst/moodle-tool_objectfs
 * 303 (two signatures), hubrick/vertx-s3-client 5 (date), fog/fog 3528, minio/minio-js 1312 and bryanjos/aws_auth 31
 * (X-Amz-Expires), aws/aws-cli 2432 (mechanism). The others are marked.
 */
export const s3Refusals: Refusals = withFacts({
  missingToken: () => accessDenied("Access Denied"),
  twoSignatures: (authorization) =>
    new WireError(
      "InvalidArgument",
      "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
      { members: { ArgumentName: "Authorization", ArgumentValue: authorization } },
    ),
  // UNVERIFIED
  notSigV4: (authorization) =>
    new WireError("InvalidArgument", "Unsupported Authorization Type", {
      members: { ArgumentName: "Authorization", ArgumentValue: authorization },
    }),
  // UNVERIFIED: the text in the query. S3 itself takes AWS4-ECDSA-P256-SHA256 too.
  unsupportedAlgorithm: (_, place) =>
    place === "header" ? notSupported() : queryParameters(`X-Amz-Algorithm only supports "${ALGORITHM}"`),
  notKeyValue: () => threeComponents(),
  incomplete: (missing, place) => {
    if (place === "query")
      return queryParameters(
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
      )
    return missing[0] === "Date" ? dateMissing() : threeComponents()
  },
  malformedCredential: (_, place) =>
    malformed(place, `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`),
  malformedDate: (_, place) =>
    place === "header"
      ? dateMissing()
      : // UNVERIFIED
        queryParameters(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`),
  malformedExpires: (problem) => queryParameters(EXPIRES[problem]),
  wrongScope: (claim, { region, service, terminator }) => {
    // UNVERIFIED: the texts for the terminator and the service.
    if (terminator !== undefined)
      return malformed(
        claim.place,
        `incorrect terminal ${quoted(claim.terminator)}. This endpoint uses ${quoted(TERMINATOR)}.`,
      )
    if (service !== undefined)
      return malformed(
        claim.place,
        `incorrect service ${quoted(claim.service)}. This endpoint belongs to ${quoted(service)}.`,
      )
    if (region !== undefined)
      return malformed(claim.place, `the region '${claim.region}' is wrong; expecting '${region}'`, { Region: region })
    return malformed(claim.place, "Invalid credential date. Date is not the same as X-Amz-Date.")
  },
  hostNotSigned: () => s3Refusals.headersNotSigned(["host"]),
  headersNotSigned: (names) =>
    accessDenied("There were headers present in the request which were not signed", {
      HeadersNotSigned: names.join(", "),
    }),
  notYetCurrent: (claim, { now, milliseconds }) =>
    claim.place === "header"
      ? tooSkewed(claim, now, milliseconds)
      : // minio/minio issue 2638: S3 answers X-Amz-Date in milliseconds.
        accessDenied("Request is not yet valid", { "X-Amz-Date": String(claim.time), ...validity(claim, now) }),
  expired: (claim, { now, milliseconds }) =>
    claim.place === "header"
      ? tooSkewed(claim, now, milliseconds)
      : accessDenied("Request has expired", {
          "X-Amz-Expires": String(claim.expiresInSeconds),
          ...validity(claim, now),
        }),
  unknownKey: (accessKeyId) =>
    new WireError("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", {
      status: 403,
      members: { AWSAccessKeyId: accessKeyId },
    }),
  invalidToken: (token) =>
    new WireError("InvalidToken", "The provided token is malformed or otherwise invalid.", {
      members: { "Token-0": token },
    }),
  expiredToken: (token) =>
    new WireError("ExpiredToken", "The provided token has expired.", { members: { "Token-0": token } }),
  wrongSignature: (claim, { canonicalRequest, stringToSign }) =>
    new WireError("SignatureDoesNotMatch", WRONG_SIGNATURE, {
      status: 403,
      members: {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: stringToSign,
        SignatureProvided: claim.signature,
        StringToSignBytes: spelledOut(stringToSign),
        CanonicalRequest: Buffer.from(canonicalRequest, "latin1").toString("utf8"),
        CanonicalRequestBytes: spelledOut(canonicalRequest),
      },
    }),
})

const quoted = (text: string): string => `"${text}"`

const threeComponents = () =>
  malformed("header", "the authorization header requires three components: Credential, SignedHeaders, and Signature.")

export const dateMissing = () => accessDenied("AWS authentication requires a valid Date or x-amz-date header")

export const tooSkewed = (claim: Pick<SignatureClaim, "timestamp">, now: number, milliseconds: number) =>
  new WireError("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", {
    status: 403,
    members: {
      RequestTime: claim.timestamp,
      ServerTime: formatIso(now),
      MaxAllowedSkewMilliseconds: String(milliseconds),
    },
  })

const validity = (claim: SignatureClaim, now: number) => ({
  Expires: formatIso(claim.time + (claim.expiresInSeconds ?? 0) * 1000),
  ServerTime: formatIso(now),
})

/** The bytes of a text in hexadecimal, one by one, as S3 shows them. */
export function spelledOut(text: string): string {
  const digits = Buffer.from(Buffer.from(text, "latin1").toString("hex"), "latin1")
  const spelled = Buffer.alloc(Math.max(0, text.length * 3 - 1), " ")
  for (let i = 0; i < digits.length; i++) spelled[i + (i >> 1)] = digits[i]!
  return spelled.toString("latin1")
}
