import { hash } from "node:crypto"
import type { AuthenticationResultType } from "@aws-sdk/client-cognito-identity-provider"
import { nowInSeconds } from "../../../base/clock.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import { lifetimesOf } from "../app-clients/settings.ts"
import { changeClaims, type TokenChanges } from "./changes.ts"
import { accessClaims, idClaims, type Occasional, type TokenSubject } from "./claims.ts"
import { issuerOf } from "./issuer.ts"
import { signJwt } from "./jwt.ts"
import { getSigningKeys } from "./signing-keys.ts"

/** An ID token and an access token, with the claims as a function of the pool has changed them. */
export async function issueTokens(
  deps: Pick<Deps, "store" | "masterKey" | "clock" | "endpoint">,
  subject: TokenSubject,
  changes?: TokenChanges,
  occasional?: Pick<Occasional, "nonce">,
): Promise<AuthenticationResultType> {
  const keys = await getSigningKeys(deps, subject.pool.id)
  const { accessSeconds, idSeconds } = lifetimesOf(subject.client)
  const issuedAt = nowInSeconds(deps.clock)
  const issuer = issuerOf(subject.pool, deps.endpoint)
  const validity = (seconds: number) => ({ issuer, jti: randomUUID(), issuedAt, expiresAt: issuedAt + seconds })
  const access = accessClaims(subject, validity(accessSeconds))
  const { granted } = subject.signIn
  if (granted) {
    const AccessToken = await signJwt(keys.access, changes ? changeClaims("access", access, changes) : access)
    const answer = { AccessToken, ExpiresIn: accessSeconds, TokenType: "Bearer" }
    if (!granted.scopes.includes("openid")) return answer
    const id = idClaims(subject, validity(idSeconds), { ...occasional, atHash: atHashOf(AccessToken) })
    return { ...answer, IdToken: await signJwt(keys.id, changes ? changeClaims("id", id, changes) : id) }
  }
  const id = idClaims(subject, validity(idSeconds))
  const [AccessToken, IdToken] = await Promise.all([
    signJwt(keys.access, changes ? changeClaims("access", access, changes) : access),
    signJwt(keys.id, changes ? changeClaims("id", id, changes) : id),
  ])
  return { AccessToken, IdToken, ExpiresIn: accessSeconds, TokenType: "Bearer" }
}

/** The left half of the access token's digest (OpenID Connect Core, 3.1.3.6), by which an ID token vouches for it. */
const atHashOf = (accessToken: string): string =>
  Buffer.from(hash("sha256", accessToken, "buffer").subarray(0, 16)).toString("base64url")
