import { customScopes } from "../resource-servers.ts"
import type { AuthorizeRequest } from "./authorize/request.ts"
import type { Grant } from "./codes/record.ts"
import type { Hosted } from "./hosted.ts"
import { levelClaims } from "./levels.ts"
import type { HostedUser } from "./user.ts"

/** What is granted of what was asked for. */
export async function grantOf(hosted: Hosted, request: AuthorizeRequest, signedIn: HostedUser): Promise<Grant> {
  const { redirectUri, isOnlyRedirectUri, nonce, codeChallenge, resource } = request
  return {
    clientId: request.client.id,
    sub: signedIn.user.sub,
    redirectUri,
    isOnlyRedirectUri,
    scopes: await activeScopes(hosted, request.scopes),
    ...(nonce !== undefined && { nonce }),
    ...(codeChallenge !== undefined && { codeChallenge }),
    ...(resource !== undefined && { resource }),
    authTimeSeconds: signedIn.authTimeSeconds,
    ...levelClaims(hosted.pool, request, signedIn),
    ...(signedIn.ssoId !== undefined && { ssoId: signedIn.ssoId }),
  }
}

/**
 * Without those that their resource server no longer has: a client keeps such a scope, asking for it works, and tokens are
 * without it. Source: "Scopes, M2M, and resource servers".
 */
export async function activeScopes({ deps, pool }: Hosted, scopes: readonly string[]): Promise<string[]> {
  const isCustom = (scope: string) => scope.includes("/")
  if (!scopes.some(isCustom)) return [...scopes]
  const known = await deps.store.read((tx) => customScopes(tx, pool.id))
  return scopes.filter((scope) => !isCustom(scope) || known.has(scope))
}
