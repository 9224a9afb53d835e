import { nowInSeconds } from "../../../base/clock.ts"
import type { TokenReading } from "../../../peers.ts"
import type { Authorizer as AuthorizerRecord } from "../../apigateway/service.ts"
import { refused } from "../gateway-responses/refusal.ts"
import { compilePattern } from "../patterns.ts"
import { type Exchange, findHeaderValue } from "../rest/exchange.ts"
import { claimTexts } from "./claim-texts.ts"

const CHECK = "token of a user pool"

/**
 * An authorizer of user pools: an ID token where the method asks for no scope, an access token with one of its scopes where it
 * does (Developer Guide, "Integrate a REST API with an Amazon Cognito user pool"). The token is verified here and now, by
 * whoever issued it; that its session was revoked is not looked for, as on AWS.
 */
export function compileCognitoAuthorizer(
  { id, name, providerARNs = [], identitySource, identityValidationExpression }: AuthorizerRecord,
  scopes: readonly string[],
): (exchange: Exchange) => Promise<void> {
  const header = /^method\.request\.header\.(.+)$/.exec(identitySource ?? "")?.[1] ?? "Authorization"
  const pools = new Set(providerARNs)
  const use = scopes.length > 0 ? "access" : "id"
  const audience = identityValidationExpression ? compilePattern(identityValidationExpression) : undefined

  const unauthorized = (expected: string, found: unknown, message?: string) =>
    refused("UNAUTHORIZED", {
      ...(message !== undefined && { message }),
      because: { check: CHECK, authorizer: name, id, expected, found },
    })

  /** The claims of a token that may pass. */
  function admit(reading: TokenReading | undefined, now: number): Readonly<Record<string, unknown>> {
    if (!reading) throw unauthorized("a token of a user pool of this server", "none that one has issued")
    if (reading.is === "forged") throw unauthorized("a token that its user pool has signed", reading.because)
    const { issuedBy, claims } = reading
    if (!pools.has(issuedBy)) throw unauthorized(`a token of ${providerARNs.join(", ")}`, `one of ${issuedBy}`)
    const expiresAt = Number(claims.exp)
    if (!(now < expiresAt))
      throw unauthorized("a token that is still good", `one that was good until ${timeOf(expiresAt)}`, EXPIRED)
    if (claims.token_use !== use)
      throw unauthorized(
        use === "id"
          ? "an ID token (token_use id): the method asks for no scope"
          : "an access token (token_use access): the method asks for scopes",
        `token_use ${claims.token_use === "access" || claims.token_use === "id" ? claims.token_use : "of another kind"}`,
      )
    if (audience && !(typeof claims.aud === "string" && audience.matches(claims.aud)))
      throw unauthorized(`an audience (aud) that matches ${identityValidationExpression}`, claims.aud ?? "none")
    if (use === "access" && !scopesOf(claims).some((scope) => scopes.includes(scope)))
      throw unauthorized(
        `one of the scopes ${scopes.join(", ")}`,
        `the scopes ${scopesOf(claims).join(", ") || "none"}`,
      )
    return claims
  }

  return async (exchange) => {
    const sent = findHeaderValue(exchange, header)
    if (sent === undefined || sent === "") throw unauthorized(`a token in the header ${header}`, "none")
    // UNVERIFIED that the prefix is taken; clients send it both ways.
    const token = /^bearer /i.test(sent) ? sent.slice("bearer ".length).trim() : sent
    const reading = await exchange.call.peers.readToken(token)
    exchange.authorizer = { claims: claimTexts(admit(reading, nowInSeconds(exchange.call.clock))) }
  }
}

const EXPIRED = "The incoming token has expired"

const timeOf = (seconds: number): string =>
  Number.isFinite(seconds) && Math.abs(seconds) < 8e12 ? new Date(seconds * 1000).toISOString() : "no time"

const scopesOf = ({ scope }: Readonly<Record<string, unknown>>): string[] =>
  typeof scope === "string" ? scope.split(" ").filter((one) => one !== "") : []
