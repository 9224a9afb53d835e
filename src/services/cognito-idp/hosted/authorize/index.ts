import type { HttpResponse } from "../../../../wire/http.ts"
import { findUserBySub } from "../../users/record.ts"
import { callbackError } from "../callback.ts"
import { grantAccess, type HostedUser } from "../finish.ts"
import type { Hosted } from "../hosted.ts"
import { redirect } from "../responses.ts"
import { findSession } from "../session/index.ts"
import { type AuthorizeRequest, parseAuthorizeRequest } from "./request.ts"

/** `/oauth2/authorize`: straight back to the application where somebody is signed in, else to where they can. */
export async function authorize(hosted: Hosted): Promise<HttpResponse> {
  const request = await parseAuthorizeRequest(hosted)
  const known = request.prompt.has("login") ? undefined : await findSignedIn(hosted, request)
  if (known) return grantAccess(hosted, request, known)
  if (request.prompt.has("none"))
    throw callbackError(request, "login_required", undefined, {
      check: "session of the browser",
      expected: "somebody who is signed in, for prompt=none",
      found: "nobody",
    })
  return redirect(hosted, hosted.url("/login", hosted.query))
}

/** Who is signed in in this browser, by a provider that the request takes. */
async function findSignedIn(hosted: Hosted, request: AuthorizeRequest): Promise<HostedUser | undefined> {
  const session = await findSession(hosted)
  if (!session) return undefined
  const { deps, pool } = hosted
  const { provider, amr, authTimeSeconds } = session
  const { identityProvider } = request
  if (identityProvider !== undefined && identityProvider !== provider) return undefined
  if (!request.client.settings.SupportedIdentityProviders?.includes(provider)) return undefined
  const user = await deps.store.read((tx) => findUserBySub(tx, pool.id, session.sub))
  return user?.enabled ? { user, provider, amr, authTimeSeconds } : undefined
}
