import { hash } from "node:crypto"
import { WireError } from "../wire/errors.ts"
import { withFacts } from "./facts.ts"
import type { Refusals } from "./refusals.ts"
import { TERMINATOR } from "./signature-claim.ts"
import { formatTimestamp } from "./signing-date.ts"

interface Words {
  /** What the family puts behind every code. */
  suffix: "" | "Exception"
  wrongSignature: string
  unknownKey: string
  status: number
  incompleteStatus: number
}

/**
 * The refusals of every service but S3. Texts: the IAM User Guide's "Troubleshoot Signature Version 4 signing",
 * answers of Kinesis, DynamoDB, STS and API Gateway as others recorded them.
 */
export function commonRefusals(words: Words): Refusals {
  const { suffix, status, incompleteStatus } = words
  const mismatch = (message: string) => new WireError(words.wrongSignature + suffix, message, { status })
  // What is repeated to its sender may be a bearer token, or a secret in the place of the key's id.
  const incomplete = (message: string, repeated = "") =>
    new WireError(`IncompleteSignature${suffix}`, `${message}${repeated}`, {
      status: incompleteStatus,
      ...(repeated !== "" && { logged: message }),
    })
  const unknown = () =>
    new WireError(words.unknownKey + suffix, "The security token included in the request is invalid.", { status })

  return withFacts({
    missingToken: () =>
      new WireError(
        `MissingAuthenticationToken${suffix}`,
        suffix === "" ? "Request is missing Authentication Token" : "Missing Authentication Token",
        { status },
      ),
    twoSignatures: () =>
      mismatch("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."),
    notSigV4: (authorization) =>
      incompleteStatus === 403
        ? incomplete(notKeyValueHashed(authorization))
        : incomplete(
            missingFromHeader(["Credential", "Signature", "SignedHeaders"]),
            ` Authorization=${authorization}`,
          ),
    unsupportedAlgorithm: (algorithm) => incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`),
    notKeyValue: (piece) => incomplete(notKeyValueHashed(piece)),
    incomplete: (missing, place, authorization) =>
      place === "header"
        ? incomplete(missingFromHeader(missing), ` Authorization=${authorization}`)
        : incomplete(missingFromQuery(missing)),
    malformedCredential: (credential) =>
      incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term",
        `, got '${credential}'`,
      ),
    malformedDate: (date) =>
      incomplete(`Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`),
    // UNVERIFIED: services other than S3 are not known to look at X-Amz-Expires, and here they do not.
    malformedExpires: (problem) => incomplete(`X-Amz-Expires is ${problem}`),
    wrongScope: (claim, { region, service, date, terminator }) => {
      let message = ""
      if (region !== undefined) message += `Credential should be scoped to a valid region, not '${claim.region}'. `
      if (service !== undefined) message += `Credential should be scoped to correct service: '${service}'. `
      // UNVERIFIED: the text for the terminator.
      if (terminator !== undefined)
        message += `Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${claim.terminator}'. `
      if (date !== undefined)
        message += `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.date}' != '${date}', from '${claim.timestamp}'. `
      return mismatch(message)
    },
    // aws/aws-sdk-php issue 2469, recorded from DynamoDB.
    hostNotSigned: () => mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
    headersNotSigned: (names) => mismatch(`'${names[0]}' must be a 'SignedHeader' in the AWS Authorization.`),
    notYetCurrent: (claim, { now, milliseconds }) =>
      mismatch(
        `Signature not yet current: ${claim.timestamp} is still later than ${formatTimestamp(now + milliseconds)} (${formatTimestamp(now)} + ${milliseconds / 60_000} min.)`,
      ),
    expired: (claim, { now, milliseconds }) =>
      mismatch(
        `Signature expired: ${claim.timestamp} is now earlier than ${formatTimestamp(now - milliseconds)} (${formatTimestamp(now)} - ${milliseconds / 60_000} min.)`,
      ),
    unknownKey: unknown,
    invalidToken: unknown,
    expiredToken: () =>
      new WireError(`ExpiredToken${suffix}`, "The security token included in the request is expired", { status }),
    wrongSignature: () =>
      mismatch(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      ),
  })
}

/** API Gateway's, as reported; it does not repeat what may be a bearer token. */
const notKeyValueHashed = (text: string): string =>
  `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash("sha256", text, "base64")}'.`

const missingFromHeader = (missing: readonly string[]): string =>
  missing
    .map((name) =>
      name === "Date"
        ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        : `Authorization header requires '${name}' parameter.`,
    )
    .join(" ")

const missingFromQuery = (missing: readonly string[]): string =>
  [
    ...missing.map((name) => `AWS query-string parameters must include 'X-Amz-${name}'.`),
    "Re-examine the query-string parameters.",
  ].join(" ")
