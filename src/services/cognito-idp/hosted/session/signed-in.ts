import { nowInSeconds } from "../../../../base/clock.ts"
import { findUserBySub } from "../../users/record.ts"
import type { AuthorizeRequest } from "../authorize/request.ts"
import type { Hosted } from "../hosted.ts"
import { isEnough } from "../levels.ts"
import type { HostedUser } from "../user.ts"
import { findSession } from "./index.ts"
import { isYoungEnough } from "./life.ts"

/** Who is signed in in this browser, by a provider that the request takes: the chosen one, where one is. */
export async function findSignedIn(
  hosted: Hosted,
  request: AuthorizeRequest,
  chosen?: string,
): Promise<HostedUser | undefined> {
  const session = await findSession(hosted)
  if (!session) return undefined
  const { deps, pool } = hosted
  const { provider, amr, authTimeSeconds } = session
  const identityProvider = chosen ?? request.identityProvider
  if (identityProvider !== undefined && identityProvider !== provider) return undefined
  if (!request.client.settings.SupportedIdentityProviders?.includes(provider)) return undefined
  const nowSeconds = nowInSeconds(deps.clock)
  if (!isYoungEnough(request.client, authTimeSeconds, nowSeconds)) return undefined
  const user = await deps.store.read((tx) => findUserBySub(tx, pool.id, session.sub))
  if (!user?.enabled || !isEnough(pool, request, user, { amr, authTimeSeconds, nowSeconds })) return undefined
  return { user, provider, amr, authTimeSeconds, ...(session.ssoId !== undefined && { ssoId: session.ssoId }) }
}
