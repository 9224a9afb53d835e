import type { WireError } from "../wire/errors.ts"
import { commonRefusals } from "./errors-common.ts"
import { s3Refusals } from "./errors-s3.ts"
import type { ErrorFamily, Refusals } from "./refusals.ts"

const FAMILIES: Record<ErrorFamily, Refusals> = {
  s3: s3Refusals,
  // InvalidClientTokenId of the query services is a 403, IncompleteSignature a 400; the JSON ones answer 400 to all.
  json: commonRefusals({
    suffix: "Exception",
    wrongSignature: "InvalidSignature",
    unknownKey: "UnrecognizedClient",
    status: 400,
    incompleteStatus: 400,
  }),
  "rest-json": commonRefusals({
    suffix: "Exception",
    wrongSignature: "InvalidSignature",
    unknownKey: "UnrecognizedClient",
    status: 403,
    incompleteStatus: 403,
  }),
  query: commonRefusals({
    suffix: "",
    wrongSignature: "SignatureDoesNotMatch",
    unknownKey: "InvalidClientTokenId",
    status: 403,
    incompleteStatus: 400,
  }),
}

export const refusalsOf = (family: ErrorFamily): Refusals => FAMILIES[family]

/**
 * The refusal of an unsigned request. `message` is the service's own where it differs from the family's: DynamoDB says
 * `Request is missing Authentication Token`.
 */
export function missingToken(family: ErrorFamily, message?: string): WireError {
  const refusal = FAMILIES[family].missingToken()
  if (message !== undefined) refusal.message = message
  return refusal
}

/** The refusal of credentials whose user or role is no more: as of a key that never was. */
export const unknownKey = (family: ErrorFamily, accessKeyId: string): WireError =>
  FAMILIES[family].unknownKey(accessKeyId, "the user or role that it was made for is gone")
