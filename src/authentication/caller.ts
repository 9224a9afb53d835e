import type { FederatedUser, RoleSession, SessionUser } from "./session-record.ts"

/** Who makes a request, as far as its signature proves. What they may do is decided elsewhere. */
export type Caller = AnonymousCaller | RootCaller | UserCaller | RoleSessionCaller | FederatedUserCaller

/** An authenticated caller: everyone who holds credentials. */
export type SignedCaller = Exclude<Caller, AnonymousCaller>

/** A request without a signature. Only operations that are public let it in. */
export interface AnonymousCaller {
  kind: "anonymous"
  payload: Payload
}

export interface RootCaller extends Signed {
  kind: "root"
  /** Where the credentials come from `GetSessionToken`. */
  session?: SessionUser
}

export interface UserCaller extends Signed {
  kind: "user"
  userName: string
  /** The path of the user, `/` where it has none. */
  path: string
  /** Where the credentials come from `GetSessionToken`. */
  session?: SessionUser
}

export interface RoleSessionCaller extends Signed {
  kind: "role-session"
  roleArn: string
  roleId: string
  roleName: string
  session: RoleSession
}

export interface FederatedUserCaller extends Signed {
  kind: "federated-user"
  session: FederatedUser
}

export interface Signed {
  /** `aws:PrincipalArn` but for role sessions, where that is the role's; here it is the assumed-role ARN. */
  arn: string
  account: string
  /** `aws:userid`: `AIDA...`, `AROA...:session`, `123456789012:name`, or the account for its root. */
  userId: string
  accessKeyId: string
  /** The region of the credential scope. */
  region: string
  /** The service of the credential scope. */
  signingName: string
  /** `s3:authType`. */
  authType: "REST-HEADER" | "REST-QUERY-STRING" | "POST"
  /** `s3:signatureversion`: `AWS` is Signature Version 2, which S3 alone takes. */
  signatureVersion: "AWS4-HMAC-SHA256" | "AWS"
  /** `s3:signatureAge`: how long ago the request was signed; never negative. A URL of Version 2 does not tell. */
  signatureAgeMilliseconds?: number
  payload: Payload
}

/** What a verified signature says, before it is known whose it is. */
export type Verified = Omit<Signed, "arn" | "account" | "userId">

/** The body of the request as it is to be read from here on, in place of the request's own. */
export interface Payload {
  /** `x-amz-content-sha256` as it was sent: a hash, `UNSIGNED-PAYLOAD`, `STREAMING-...`. */
  contentSha256?: string
  /**
   * The bytes, freed from aws-chunked. A `Uint8Array` is verified already. A stream verifies as it is read: it throws a
   * WireError where a chunk, the whole hash, the length or the trailer is wrong, at the latest in place of its end, so
   * nothing may be acknowledged before the stream has ended. A piece is good until the next one is asked for.
   */
  body: Uint8Array | AsyncIterable<Uint8Array>
  /**
   * Where `body` is a stream that must have one hash: the same, for a reader that computes the SHA-256 itself. It has to
   * call `assertSha256` at the end, in place of which `body` would throw.
   */
  unhashed?: { body: AsyncIterable<Uint8Array>; assertSha256(computed: Buffer): void }
  /** Bytes that `body` will give, where known: `x-amz-decoded-content-length`, else `content-length`. */
  contentLength?: number
  /** What carries the body marks its end (a form does), so that nobody need tell its length. */
  isDelimited?: true
  /** Trailing headers in lower case (`x-amz-checksum-crc32`); complete once the body has ended. */
  trailers: Readonly<Record<string, string>>
}
