/** A kind of answer that the gateway gives by itself. */
export interface ResponseKind {
  status: number
  /** `x-amzn-ErrorType` */
  errorType: string
  /** Null is said as JSON has it. */
  message: string | null
  fallback: "DEFAULT_4XX" | "DEFAULT_5XX"
}

const client = (status: number, errorType: string, message: string): ResponseKind => ({
  status,
  errorType,
  message,
  fallback: "DEFAULT_4XX",
})

const server = (status: number, errorType: string, message: string | null): ResponseKind => ({
  status,
  errorType,
  message,
  fallback: "DEFAULT_5XX",
})

/**
 * Developer Guide, "Gateway response types"; statuses and most texts as recorded 2025. UNVERIFIED: EXPIRED_TOKEN's and
 * REQUEST_TOO_LARGE's texts, and the error types of AUTHORIZER_FAILURE, REQUEST_TOO_LARGE and WAF_FILTERED.
 */
export const RESPONSE_KINDS = {
  ACCESS_DENIED: client(403, "AccessDeniedException", "User is not authorized to access this resource"),
  API_CONFIGURATION_ERROR: server(500, "InternalServerErrorException", "Internal server error"),
  AUTHORIZER_CONFIGURATION_ERROR: server(500, "AuthorizerConfigurationException", null),
  AUTHORIZER_FAILURE: server(500, "AuthorizerFailureException", null),
  BAD_REQUEST_BODY: client(400, "BadRequestException", "Invalid request body"),
  BAD_REQUEST_PARAMETERS: client(400, "BadRequestException", "Missing required request parameters: []"),
  DEFAULT_4XX: client(400, "BadRequestException", "Bad Request"),
  DEFAULT_5XX: server(500, "InternalServerErrorException", "Internal server error"),
  EXPIRED_TOKEN: client(403, "ExpiredTokenException", "The security token included in the request is expired"),
  INTEGRATION_FAILURE: server(504, "InternalServerErrorException", "Internal server error"),
  INTEGRATION_TIMEOUT: server(504, "InternalServerErrorException", "Endpoint request timed out"),
  INVALID_API_KEY: client(403, "ForbiddenException", "Forbidden"),
  INVALID_SIGNATURE: client(403, "InvalidSignatureException", "The request signature is wrong"),
  MISSING_AUTHENTICATION_TOKEN: client(403, "MissingAuthenticationTokenException", "Missing Authentication Token"),
  QUOTA_EXCEEDED: client(429, "LimitExceededException", "Limit Exceeded"),
  REQUEST_TOO_LARGE: client(413, "RequestTooLargeException", "Request Too Long"),
  RESOURCE_NOT_FOUND: client(404, "ResourceNotFoundException", "Not Found"),
  THROTTLED: client(429, "TooManyRequestsException", "Too Many Requests"),
  UNAUTHORIZED: client(401, "UnauthorizedException", "Unauthorized"),
  UNSUPPORTED_MEDIA_TYPE: client(415, "BadRequestException", "Unsupported Media Type"),
  WAF_FILTERED: client(403, "WafFilteredException", "Forbidden"),
} as const satisfies Record<string, ResponseKind>

export type ResponseType = keyof typeof RESPONSE_KINDS
