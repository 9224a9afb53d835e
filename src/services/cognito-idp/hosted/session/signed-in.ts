import { nowInSeconds } from "../../../../base/clock.ts"
import type { IdentityProvider } from "../../identity-providers/record.ts"
import { findUserBySub } from "../../users/record.ts"
import type { AuthorizeRequest } from "../authorize/request.ts"
import type { Hosted } from "../hosted.ts"
import { isEnough, reachOfProvider } from "../levels.ts"
import type { HostedUser } from "../user.ts"
import { findSession } from "./index.ts"
import { isYoungEnough } from "./life.ts"

/** Who is signed in in this browser, by a provider that the request takes: the chosen one, where one is. */
export async function findSignedIn(
  hosted: Hosted,
  request: AuthorizeRequest,
  chosen?: IdentityProvider,
): Promise<HostedUser | undefined> {
  const session = await findSession(hosted)
  if (!session) return undefined
  const { deps, pool } = hosted
  const { provider, amr, authTimeSeconds } = session
  const identityProvider = chosen?.name ?? request.identityProvider
  if (identityProvider !== undefined && identityProvider !== provider) return undefined
  if (!request.client.settings.SupportedIdentityProviders?.includes(provider)) return undefined
  const nowSeconds = nowInSeconds(deps.clock)
  if (!isYoungEnough(request.client, authTimeSeconds, nowSeconds)) return undefined
  const user = await deps.store.read((tx) => findUserBySub(tx, pool.id, session.sub))
  const level = session.level && { level: session.level }
  // What a provider may be asked for again is what its mapping has.
  const reach = chosen && reachOfProvider(chosen.acrMapping ?? {})
  const proof = { amr, ...level, authTimeSeconds, nowSeconds }
  if (!user?.enabled || !isEnough(pool, request, user, proof, reach)) return undefined
  return {
    user,
    provider,
    amr,
    ...level,
    authTimeSeconds,
    ...(session.ssoId !== undefined && { ssoId: session.ssoId }),
  }
}
