import type { Cors } from "@aws-sdk/client-apigatewayv2"
import { badRequest } from "../errors.ts"

const METHODS = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "*"])
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** `*`, any of a scheme, or a scheme and a host, with a port where there is one (Developer Guide, "Configuring CORS for HTTP APIs"). */
const ORIGIN = /^(?:\*|[a-z][a-z0-9+.-]*:\/\/(?:\*|[^\s/*?#@]+))$/

/** Throws what browsers could make nothing of. UNVERIFIED: the texts. */
export function assertCors(cors: Cors | undefined): void {
  if (!cors) return
  const { AllowOrigins = [], AllowMethods = [], AllowHeaders = [], ExposeHeaders = [], AllowCredentials } = cors
  for (const origin of AllowOrigins)
    if (!ORIGIN.test(origin)) throw badRequest(`Invalid CORS configuration: ${origin} is not a valid origin.`)
  for (const method of AllowMethods)
    if (!METHODS.has(method)) throw badRequest(`Invalid CORS configuration: ${method} is not a valid method.`)
  for (const name of [...AllowHeaders, ...ExposeHeaders])
    if (!TOKEN.test(name)) throw badRequest(`Invalid CORS configuration: ${name} is not a valid header name.`)
  if (AllowCredentials && AllowOrigins.includes("*"))
    throw badRequest("Invalid CORS configuration: allowCredentials can not be true when allowOrigins contains '*'.")
}
