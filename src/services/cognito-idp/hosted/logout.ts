import type { HttpResponse } from "../../../wire/http.ts"
import { beginProviderLogout } from "../federation/saml/logout.ts"
import { getOAuthClient } from "./authorize/request.ts"
import { staysHere } from "./errors.ts"
import type { Hosted } from "./hosted.ts"
import { redirect } from "./responses.ts"
import { endSession, findSession } from "./session/index.ts"

/**
 * `/logout`: ends the browser's session, and no token. With `logout_uri` the browser goes there; with the parameters of
 * authorize, to a new sign-in. Source: "The managed login logout endpoint".
 */
export async function logout(hosted: Hosted): Promise<HttpResponse> {
  const { query } = hosted
  const client = await getOAuthClient(hosted)
  const { LogoutURLs = [], CallbackURLs = [], AllowedOAuthScopes = [] } = client.settings
  const logoutUri = query.get("logout_uri")
  if (logoutUri) {
    // UNVERIFIED: that it is told as a callback that is not registered is.
    if (!LogoutURLs.includes(logoutUri) || query.getAll("logout_uri").length > 1)
      throw staysHere("redirect_mismatch", client.id, { check: "logout_uri", expected: LogoutURLs, found: logoutUri })
    return leave(hosted, logoutUri)
  }
  const redirectUri = query.get("redirect_uri")
  const responseType = query.get("response_type")
  if (!redirectUri || !responseType)
    throw staysHere("Required parameters missing", client.id, {
      check: "parameters of the request",
      expected: "logout_uri, or redirect_uri and response_type",
      found: [...query.keys()],
    })
  if (!CallbackURLs.includes(redirectUri))
    throw staysHere("redirect_mismatch", client.id, {
      check: "redirect_uri",
      expected: CallbackURLs,
      found: redirectUri,
    })
  const next = new URLSearchParams(query)
  for (const name of NOT_TAKEN) next.delete(name)
  if (!next.get("scope")) next.set("scope", AllowedOAuthScopes.join(" "))
  return leave(hosted, hosted.url("/login", next))
}

/** The session here ends first, whatever becomes of the one at a SAML provider. */
async function leave(hosted: Hosted, location: string): Promise<HttpResponse> {
  const session = await findSession(hosted)
  const cookies = [await endSession(hosted)]
  const away = session && (await beginProviderLogout(hosted, session, location, cookies))
  return away ?? redirect(hosted, location, cookies)
}

/** Source: the same page. */
const NOT_TAKEN = ["identity_provider", "idp_identifier"]
