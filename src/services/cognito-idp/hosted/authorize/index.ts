import { nowInSeconds } from "../../../../base/clock.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import { beginFederation } from "../../federation/begin.ts"
import { chooseProvider } from "../../federation/choose.ts"
import { findUserBySub } from "../../users/record.ts"
import { callbackError } from "../callback.ts"
import { grantAccess, type HostedUser } from "../finish.ts"
import type { Hosted } from "../hosted.ts"
import { isEnough } from "../levels.ts"
import { redirect } from "../responses.ts"
import { findSession } from "../session/index.ts"
import { isYoungEnough } from "../session/life.ts"
import { type AuthorizeRequest, parseAuthorizeRequest } from "./request.ts"

/** `/oauth2/authorize`: straight back to the application where somebody is signed in, else to where they can. */
export async function authorize(hosted: Hosted): Promise<HttpResponse> {
  const request = await parseAuthorizeRequest(hosted)
  const chosen = await chooseProvider(hosted, request)
  const known = request.prompt.has("login") ? undefined : await findSignedIn(hosted, request, chosen?.name)
  if (known) return grantAccess(hosted, request, known)
  if (request.prompt.has("none"))
    throw callbackError(request, "login_required", undefined, {
      check: "session of the browser",
      expected: "somebody who is signed in, for prompt=none",
      found: "nobody",
    })
  if (chosen) return beginFederation(hosted, request, chosen)
  return redirect(hosted, hosted.url("/login", hosted.query))
}

/** Who is signed in in this browser, by a provider that the request takes. */
async function findSignedIn(
  hosted: Hosted,
  request: AuthorizeRequest,
  chosen: string | undefined,
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
