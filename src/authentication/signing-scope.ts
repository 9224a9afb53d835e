import type { ErrorFamily } from "./refusals.ts"

/** The service that a request is for, as far as its signature is concerned. A `Service` is one. */
export interface SigningScope {
  /** The name in the credential scope, where `signingNames` does not list others: `dynamodb`. */
  name: string
  /** Every name that is taken in the credential scope: S3 is signed as `s3` and `s3express`. */
  signingNames?: readonly string[]
  /** The regions that are taken; any well-formed one where not given. */
  regions?: readonly string[]
  /** Also says how requests are made canonical: S3's way for `s3`, the others' for all else. */
  errors: ErrorFamily
  /** How far a signature's date may be off; 15 minutes where not given. */
  clockWindowSeconds?: number
}
