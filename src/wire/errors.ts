import { cut } from "../base/cut.ts"

/** Texts repeat what callers wrote, and callers may write what they like. AWS's own are shorter. */
const MESSAGE_LENGTH = 8_192

/**
 * An error that goes to the caller in the protocol's own form.
 *
 * `code` and `message` are what AWS sends. `cause` (of Error) and `because` are for the decision log and the server's
 * own log alone: they never reach the wire.
 */
export class WireError extends Error {
  readonly code: string
  readonly status: number
  /** Further members of the error's shape, in wire spelling (`{ BucketName: "x" }`). */
  readonly members: Readonly<Record<string, unknown>>
  /** Response headers that go with the refusal, in lower case (`{ "x-amz-delete-marker": "true" }`). */
  readonly headers: Readonly<Record<string, string>>
  /** The text for logs, where that of the answer repeats to its sender what may be a secret. */
  readonly logged: string | undefined
  /** Why, for `hallpass explain`: any JSON value. */
  because: unknown

  constructor(code: string, message: string, options: WireErrorOptions = {}) {
    super(cut(message, MESSAGE_LENGTH), options.cause === undefined ? undefined : { cause: options.cause })
    this.name = "WireError"
    this.code = code
    this.status = options.status ?? 400
    this.members = options.members ?? {}
    this.headers = options.headers ?? {}
    this.logged = options.logged
    this.because = options.because
  }
}

export interface WireErrorOptions {
  /** HTTP status; 400 where not given. */
  status?: number
  members?: Record<string, unknown>
  headers?: Record<string, string>
  logged?: string
  cause?: unknown
  because?: unknown
}
