import type { Cors } from "@aws-sdk/client-apigatewayv2"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"

/** Cross-origin rules of an API, ready for its calls. */
export interface CorsRules {
  /** Whether it is a browser's question, which is answered whatever the routes are. */
  isPreflight(request: HttpRequest): boolean
  preflight(request: HttpRequest): HttpResponse
  /** In place of what the integration has said about it. */
  add(response: HttpResponse, request: HttpRequest): void
}

/**
 * Developer Guide, "Configuring CORS for HTTP APIs": what an API has configured counts, and headers of its backend do not.
 * UNVERIFIED: that an origin which is not let in gets the same answers without the headers.
 */
export function compileCors(cors: Cors): CorsRules {
  const { AllowOrigins = [], AllowMethods = [], AllowHeaders = [], ExposeHeaders = [], MaxAge, AllowCredentials } = cors
  const everywhere = AllowOrigins.includes("*")
  const origins = new Set(AllowOrigins.map((origin) => origin.toLowerCase()))

  function allowed(origin: string | undefined): string | undefined {
    if (origin === undefined) return undefined
    if (everywhere) return "*"
    const lower = origin.toLowerCase()
    // `https://*` is every origin of the scheme.
    const scheme = /^[a-z][a-z0-9+.-]*:\/\//.exec(lower)?.[0]
    return origins.has(lower) || (scheme !== undefined && origins.has(`${scheme}*`)) ? origin : undefined
  }

  const common = (origin: string): HttpResponse["headers"] => ({
    "access-control-allow-origin": origin,
    ...(AllowCredentials && { "access-control-allow-credentials": "true" }),
    ...(origin !== "*" && { vary: "origin" }),
  })

  return {
    isPreflight: ({ method, headers }) =>
      method === "OPTIONS" && headers.origin !== undefined && headers["access-control-request-method"] !== undefined,
    preflight({ headers: { origin } }) {
      const from = allowed(origin)
      if (from === undefined) return { status: 204, headers: {}, body: undefined }
      return {
        status: 204,
        headers: {
          ...common(from),
          ...(AllowMethods.length > 0 && { "access-control-allow-methods": AllowMethods.join(",") }),
          ...(AllowHeaders.length > 0 && { "access-control-allow-headers": AllowHeaders.join(",") }),
          ...(MaxAge !== undefined && { "access-control-max-age": String(MaxAge) }),
        },
        body: undefined,
      }
    },
    add(response, { headers: { origin } }) {
      for (const name of Object.keys(response.headers))
        if (/^access-control-/i.test(name)) delete response.headers[name]
      const from = allowed(origin)
      if (from === undefined) return
      Object.assign(response.headers, common(from))
      if (ExposeHeaders.length > 0) response.headers["access-control-expose-headers"] = ExposeHeaders.join(",")
    },
  }
}
