import type { ProviderError } from "../../../../federation/openid/provider-error.ts"
import { WireError } from "../../../../wire/errors.ts"
import type { AuthorizeRequest } from "../../hosted/authorize/request.ts"
import { callbackError } from "../../hosted/callback.ts"
import type { HostedError } from "../../hosted/errors.ts"
import { sentenceOf } from "../sentence.ts"

/**
 * What the application is told of a provider that does not play along. Source: Developer Guide, "Managing user pool errors"
 * and "Authorize endpoint"; the misprint is AWS's.
 */
export function providerRefusal(request: AuthorizeRequest, provider: string, error: ProviderError): HostedError {
  const { fault, details } = error
  const because = { check: `provider: ${fault}`, provider, ...details }
  const refuse = (description: string, code = "invalid_request") => callbackError(request, code, description, because)
  const why = String(details.why ?? "")
  switch (fault) {
    case "refused": {
      // UNVERIFIED: that the provider's own word for a person who did not want to is handed on.
      const code = details.error === "access_denied" ? "access_denied" : "invalid_request"
      return refuse(clean(details.description ?? `${provider} Error - ${details.error}`), code)
    }
    case "token refused": {
      const { status, error: code = "error getting token", description } = details
      return refuse(clean([`${provider} Error -`, status, code, description].filter(Boolean).join(" ")))
    }
    case "token unreachable":
      return refuse(
        /in time/.test(why)
          ? "Timeout occurred in calling IdP token endpoint"
          : /ECONNRESET/.test(why)
            ? "Connection reset"
            : `${provider} Error - error getting token`,
      )
    case "keys unreachable":
      return refuse("error_description=Timeout in calling jwks uri")
    case "token invalid":
      return refuse(details.issuer ? clean(`Bad id_token issuer ${details.issuer}`) : "Bad id_token") // UNVERIFIED: the second
    case "profile refused":
      return refuse(clean(`${provider} Error - ${details.status} error getting user info`)) // UNVERIFIED text
    case "profile unreachable":
      return refuse("Read timed out")
    case "profile invalid":
      return refuse(`${provider} Error - error getting user info`) // UNVERIFIED text
    case "mixed up":
    case "no code":
      return refuse(`${provider} Error - invalid response`) // UNVERIFIED text
  }
}

/** What a provider says is told on, and is no more than a line. */
const clean = (text: unknown): string =>
  String(text)
    .replace(/[^\x20-\x7e]+/g, " ")
    .slice(0, 1000)

/** What the pool refuses somebody by. Source: reported in public issue threads. */
export function refusalAtCallback(request: AuthorizeRequest, provider: string, error: unknown): unknown {
  if (!(error instanceof WireError)) return error
  const because = { check: "what the user pool says", provider, found: error.message }
  return callbackError(request, "invalid_request", sentenceOf(error), becauseOf(error) ?? because)
}

const becauseOf = ({ because }: WireError) =>
  typeof because === "object" && because !== null && "check" in because ? (because as { check: string }) : undefined
