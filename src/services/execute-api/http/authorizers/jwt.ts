import type { Authorizer } from "@aws-sdk/client-apigatewayv2"
import { nowInSeconds } from "../../../../base/clock.ts"
import type { HttpExchange } from "../exchange.ts"
import { forbidden, type HttpApiRefusal, unauthorized } from "../refusals.ts"
import { compileIdentitySource } from "./identity-sources.ts"
import { jwtClaimTexts, scopesOf } from "./jwt-claims.ts"
import { readToken } from "./read-token.ts"

const CHECK = "token of a JWT authorizer"

/**
 * Developer Guide, "Control access to HTTP APIs with JWT authorizers", in its order: the token, its signature, its issuer, its audience (or,
 * where it has none, its client), its times, and one of the route's scopes. That a session was revoked is not looked for, as on AWS.
 */
export function compileJwtAuthorizer(
  { AuthorizerId, Name, IdentitySource = [], JwtConfiguration = {} }: Authorizer,
  scopes: readonly string[],
): (exchange: HttpExchange) => Promise<void> {
  const { Issuer = "", Audience = [] } = JwtConfiguration
  const source = compileIdentitySource(IdentitySource[0] ?? "")
  const audiences = new Set(Audience)
  const because = (expected: string, found: unknown) => ({
    check: CHECK,
    authorizer: Name,
    id: AuthorizerId,
    expected,
    found,
  })

  /** The text of an audience is recorded (Developer Guide, "Troubleshooting HTTP API JWT authorizers"); UNVERIFIED: the others. */
  const challenge = (error: string, description: string): string => {
    const scope = scopes.length > 0 ? ` scope="${scopes.join(" ")}"` : ""
    return `Bearer${scope} error="${error}" error_description="${description}"`
  }
  const invalid = (description: string, expected: string, found: unknown): HttpApiRefusal =>
    unauthorized(because(expected, found), { "www-authenticate": challenge("invalid_token", description) })

  function assertClaims(claims: Readonly<Record<string, unknown>>, now: number): void {
    const { aud, client_id, exp, nbf, iat } = claims
    const meant = aud === undefined ? [client_id] : Array.isArray(aud) ? aud : [aud]
    if (!meant.some((one) => typeof one === "string" && audiences.has(one)))
      throw invalid(
        "the token does not have a valid audience",
        `${aud === undefined ? "client_id" : "aud"} to be one of ${Audience.join(", ")}`,
        meant.filter((one) => typeof one === "string").join(", ") || "none",
      )
    if (typeof exp !== "number" || !(now < exp))
      throw invalid("the token has expired", `exp to be later than ${now}`, typeof exp === "number" ? exp : "none")
    if (nbf !== undefined && !(typeof nbf === "number" && nbf <= now))
      throw invalid("the token is not yet valid", `nbf not to be later than ${now}`, nbf)
    if (iat !== undefined && !(typeof iat === "number" && iat <= now))
      throw invalid("the token was issued in the future", `iat not to be later than ${now}`, iat)
  }

  return async (exchange) => {
    const sent = source(exchange)
    const token = sent?.replace(/^bearer(?: +|$)/i, "").trim()
    if (!token) throw unauthorized(because(`a token in ${IdentitySource[0]}`, "none"), { "www-authenticate": "Bearer" })
    const { call } = exchange
    const reading = await readToken(token, Issuer, call)
    if (reading.is === "refused") throw invalid(reading.description, `a token that ${Issuer} has signed`, reading.found)
    const { claims } = reading
    assertClaims(claims, nowInSeconds(call.clock))
    const held = scopesOf(claims)
    if (scopes.length > 0 && !scopes.some((scope) => held.includes(scope)))
      throw forbidden(because(`one of the scopes ${scopes.join(", ")}`, held.join(", ") || "none"), {
        "www-authenticate": challenge("insufficient_scope", "the token does not have a sufficient scope"),
      })
    exchange.authorizer = {
      is: "jwt",
      claims: jwtClaimTexts(claims),
      // UNVERIFIED: which scopes are told, and that they are where the route asks for some.
      scopes: scopes.length > 0 ? held : null,
    }
  }
}
