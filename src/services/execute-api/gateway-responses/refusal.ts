import { WireError } from "../../../wire/errors.ts"
import { RESPONSE_KINDS, type ResponseType } from "./types.ts"

export interface RefusalOptions {
  /** In place of the type's own. */
  message?: string | null
  /** In place of the type's own: an integration that failed has 500 and 502. */
  status?: number
  /** `$context.error.validationErrorString` */
  validationErrors?: string
  /** Why, for `hallpass explain`. */
  because?: unknown
}

/** What the gateway answers by itself, in place of the integration. Its type says which template, status and headers it has. */
export class GatewayRefusal extends WireError {
  readonly type: ResponseType
  /** What the caller reads; null is said as JSON has it. */
  readonly told: string | null
  readonly validationErrors: string | undefined
  /** Whether a status was given that is not the type's: one that is customised counts before it. */
  readonly ownStatus: number | undefined

  constructor(type: ResponseType, { message, status, validationErrors, because }: RefusalOptions = {}) {
    const kind = RESPONSE_KINDS[type]
    const told = message === undefined ? kind.message : message
    super(kind.errorType, told ?? kind.errorType, { status: status ?? kind.status, because })
    this.type = type
    this.told = told
    this.validationErrors = validationErrors
    this.ownStatus = status
  }
}

export const refused = (type: ResponseType, options?: RefusalOptions): GatewayRefusal =>
  new GatewayRefusal(type, options)

/** What others throw (authentication, authorization, the body's reader, the store) as the gateway says it. */
export function asGatewayRefusal(error: WireError): GatewayRefusal {
  if (error instanceof GatewayRefusal) return error
  const { status, message, because } = error
  const type = BY_CODE[error.code] ?? (status === 413 ? "REQUEST_TOO_LARGE" : undefined)
  if (type === "REQUEST_TOO_LARGE") return refused(type, { because })
  const told = status >= 500 ? (status === 503 ? "Service Unavailable" : undefined) : message
  const refusal = refused(type ?? (status >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX"), {
    ...(told !== undefined && { message: told }),
    status,
    because,
  })
  return type || status >= 500 ? refusal : Object.assign(refusal, { code: error.code })
}

/** By the code of the error: the house's words for signatures are API Gateway's (refusals recorded by others, 2019 to 2025). */
const BY_CODE: Readonly<Record<string, ResponseType>> = {
  AccessDeniedException: "ACCESS_DENIED",
  ExpiredTokenException: "EXPIRED_TOKEN",
  InvalidSignatureException: "INVALID_SIGNATURE",
  MissingAuthenticationTokenException: "MISSING_AUTHENTICATION_TOKEN",
}
