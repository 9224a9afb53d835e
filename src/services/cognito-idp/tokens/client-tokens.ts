import { nowInSeconds } from "../../../base/clock.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import type { AppClient } from "../app-clients/record.ts"
import { lifetimesOf } from "../app-clients/settings.ts"
import { customScopes } from "../resource-servers.ts"
import { askClientTokenGeneration } from "../triggers/client-tokens.ts"
import type { Occasion } from "../triggers/event.ts"
import type { UserPool } from "../user-pools/record.ts"
import { changeClaims } from "./changes.ts"
import type { Claims } from "./claims.ts"
import { issuerOf } from "./issuer.ts"
import { signJwt } from "./jwt.ts"
import { getSigningKeys } from "./signing-keys.ts"

/** What a machine may have of the scopes that it asks for, or the first that it may not: unknown to the pool, or not its own. */
export type ScopeVerdict = { scopes: string[] } | { fault: "unknown" | "not-allowed"; scope: string }

/**
 * One scope that is not allowed fails the request; with none asked for there are all of the client's. Scopes that their server
 * no longer has are left out. Source: "The token issuer endpoint", scope; "Scopes, M2M, and resource servers".
 */
export async function assertClientMay(
  { store }: Pick<Deps, "store">,
  pool: UserPool,
  { settings }: AppClient,
  asked: readonly string[],
): Promise<ScopeVerdict> {
  const own = settings.AllowedOAuthScopes ?? []
  const known = await store.read((tx) => customScopes(tx, pool.id))
  for (const scope of asked) {
    if (own.includes(scope)) continue
    return { fault: known.has(scope) ? "not-allowed" : "unknown", scope }
  }
  const scopes = asked.length > 0 ? [...new Set(asked)] : own
  return { scopes: scopes.filter((scope) => known.has(scope)) }
}

/** An access token of the client itself: no user is in it. Source: "Understanding the access token". */
export async function issueClientToken(
  deps: Pick<Deps, "store" | "masterKey" | "clock" | "endpoint">,
  occasion: Occasion,
  client: AppClient,
  scopes: readonly string[],
): Promise<{ AccessToken: string; ExpiresIn: number; TokenType: string }> {
  const { pool } = occasion
  const changes = await askClientTokenGeneration(occasion, scopes)
  const keys = await getSigningKeys(deps, pool.id)
  const { accessSeconds } = lifetimesOf(client)
  const issuedAt = nowInSeconds(deps.clock)
  const claims: Claims = {
    sub: client.id,
    token_use: "access",
    scope: scopes.join(" "),
    auth_time: issuedAt,
    iss: issuerOf(pool, deps.endpoint),
    exp: issuedAt + accessSeconds,
    iat: issuedAt,
    version: 2,
    jti: randomUUID(),
    client_id: client.id,
  }
  const AccessToken = await signJwt(keys.access, changes ? changeClaims("access", claims, changes) : claims)
  return { AccessToken, ExpiresIn: accessSeconds, TokenType: "Bearer" }
}
