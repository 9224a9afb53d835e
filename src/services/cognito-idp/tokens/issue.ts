import type { AuthenticationResultType } from "@aws-sdk/client-cognito-identity-provider"
import { nowInSeconds } from "../../../base/clock.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import { lifetimesOf } from "../app-clients/settings.ts"
import { accessClaims, idClaims, type TokenSubject } from "./claims.ts"
import { signJwt } from "./jwt.ts"
import { getSigningKeys } from "./signing-keys.ts"

/** An ID token and an access token. */
export async function issueTokens(
  deps: Pick<Deps, "store" | "masterKey" | "clock">,
  subject: TokenSubject,
): Promise<AuthenticationResultType> {
  const keys = await getSigningKeys(deps, subject.pool.id)
  const { accessSeconds, idSeconds } = lifetimesOf(subject.client)
  const issuedAt = nowInSeconds(deps.clock)
  const validity = (seconds: number) => ({ jti: randomUUID(), issuedAt, expiresAt: issuedAt + seconds })
  const [AccessToken, IdToken] = await Promise.all([
    signJwt(keys.access, accessClaims(subject, validity(accessSeconds))),
    signJwt(keys.id, idClaims(subject, validity(idSeconds))),
  ])
  return { AccessToken, IdToken, ExpiresIn: accessSeconds, TokenType: "Bearer" }
}
