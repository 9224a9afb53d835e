import type { AuthenticationResultType } from "@aws-sdk/client-cognito-identity-provider"
import { nowInSeconds } from "../../../base/clock.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import { lifetimesOf } from "../app-clients/settings.ts"
import { changeClaims, type TokenChanges } from "./changes.ts"
import { accessClaims, idClaims, type TokenSubject } from "./claims.ts"
import { signJwt } from "./jwt.ts"
import { getSigningKeys } from "./signing-keys.ts"

/** An ID token and an access token, with the claims as a function of the pool has changed them. */
export async function issueTokens(
  deps: Pick<Deps, "store" | "masterKey" | "clock">,
  subject: TokenSubject,
  changes?: TokenChanges,
): Promise<AuthenticationResultType> {
  const keys = await getSigningKeys(deps, subject.pool.id)
  const { accessSeconds, idSeconds } = lifetimesOf(subject.client)
  const issuedAt = nowInSeconds(deps.clock)
  const validity = (seconds: number) => ({ jti: randomUUID(), issuedAt, expiresAt: issuedAt + seconds })
  const access = accessClaims(subject, validity(accessSeconds))
  const id = idClaims(subject, validity(idSeconds))
  const [AccessToken, IdToken] = await Promise.all([
    signJwt(keys.access, changes ? changeClaims("access", access, changes) : access),
    signJwt(keys.id, changes ? changeClaims("id", id, changes) : id),
  ])
  return { AccessToken, IdToken, ExpiresIn: accessSeconds, TokenType: "Bearer" }
}
