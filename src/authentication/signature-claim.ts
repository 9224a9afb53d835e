/** What a request says of its signature, before any of it is believed. */
export interface SignatureClaim {
  /** Whether it stood in the `Authorization` header or in the query (a presigned URL). */
  place: SignaturePlace
  /** The five parts of the credential. */
  accessKeyId: string
  date: string
  region: string
  service: string
  terminator: string
  /** As they were sent: lower case, separated by `;`. */
  signedHeaders: string
  signature: string
  /** `20150830T123600Z` */
  timestamp: string
  /** The timestamp in milliseconds since the epoch. */
  time: number
  /** `X-Amz-Expires` of a presigned URL. */
  expiresInSeconds?: number
  securityToken?: string
}

export type SignaturePlace = "header" | "query"

export const ALGORITHM = "AWS4-HMAC-SHA256"
export const TERMINATOR = "aws4_request"

/** The credential scope as it is signed. */
export const scopeOf = (claim: SignatureClaim): string =>
  `${claim.date}/${claim.region}/${claim.service}/${claim.terminator}`

export type CredentialParts = Pick<SignatureClaim, "accessKeyId" | "date" | "region" | "service" | "terminator">

/** Undefined where the text has not five parts with an access key id first. */
export function parseCredential(text: string): CredentialParts | undefined {
  const parts = text.split("/")
  if (parts.length !== 5 || parts[0] === "") return undefined
  const [accessKeyId, date, region, service, terminator] = parts as [string, string, string, string, string]
  return { accessKeyId, date, region, service, terminator }
}
