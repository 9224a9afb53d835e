/**
 * The gateway responses and what they are where nobody has customised them (recorded; Developer Guide, "Gateway response types").
 * Those of the two families have no status of their own.
 */
export const GATEWAY_RESPONSES: Readonly<Record<string, string | undefined>> = {
  ACCESS_DENIED: "403",
  API_CONFIGURATION_ERROR: "500",
  AUTHORIZER_CONFIGURATION_ERROR: "500",
  AUTHORIZER_FAILURE: "500",
  BAD_REQUEST_BODY: "400",
  BAD_REQUEST_PARAMETERS: "400",
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  EXPIRED_TOKEN: "403",
  INTEGRATION_FAILURE: "504",
  INTEGRATION_TIMEOUT: "504",
  INVALID_API_KEY: "403",
  INVALID_SIGNATURE: "403",
  MISSING_AUTHENTICATION_TOKEN: "403",
  QUOTA_EXCEEDED: "429",
  REQUEST_TOO_LARGE: "413",
  RESOURCE_NOT_FOUND: "404",
  THROTTLED: "429",
  UNAUTHORIZED: "401",
  UNSUPPORTED_MEDIA_TYPE: "415",
  WAF_FILTERED: "403",
}

export const DEFAULT_TEMPLATES = { "application/json": '{"message":$context.error.messageString}' }

/** The family whose customisation shows in a response that has none of its own; undefined of the families themselves. */
export function familyOf(responseType: string): "DEFAULT_4XX" | "DEFAULT_5XX" | undefined {
  const status = GATEWAY_RESPONSES[responseType]
  if (status === undefined) return undefined
  return status.startsWith("4") ? "DEFAULT_4XX" : "DEFAULT_5XX"
}
