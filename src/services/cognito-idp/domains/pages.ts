import type { Deps } from "../../../call.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import { findClient } from "../app-clients/record.ts"
import { isStorable } from "../users/names.ts"
import { findDomain } from "./record.ts"

/** Source: "User pool endpoints and managed login reference". */
const PATHS: ReadonlySet<string> = new Set([
  "/confirmForgotPassword",
  "/confirmUser",
  "/error",
  "/forgotPassword",
  "/login",
  "/logout",
  "/oauth2/authorize",
  "/oauth2/idpresponse",
  "/oauth2/revoke",
  "/oauth2/token",
  "/oauth2/userInfo",
  "/passkeys/add",
  "/resendcode",
  "/saml2/idpresponse",
  "/saml2/logout",
  "/signup",
])

const WORDS =
  "This server has no sign-in pages and no OAuth endpoints yet: a domain is kept and described, and nothing stands behind it. Applications sign in by the user pools API.\n"

/** A domain's pages are not there, which is said of them and not of a bucket by their name. */
export async function domainPages(request: HttpRequest, { store }: Deps): Promise<HttpResponse | undefined> {
  if (!PATHS.has(request.path)) return undefined
  const clientId = new URLSearchParams(request.query).get("client_id")
  const isClients = clientId !== null && isStorable(clientId) && (await findClient(store, clientId)) !== undefined
  if (!isClients && !(await isOnDomain(request, { store }))) return undefined
  return { status: 501, headers: { "content-type": "text/plain; charset=utf-8" }, body: WORDS }
}

/** Whether the host is `<prefix>.auth.<region>.amazoncognito.com` of a domain of ours. */
async function isOnDomain({ headers }: HttpRequest, { store }: Pick<Deps, "store">): Promise<boolean> {
  const parts = /^([a-z0-9-]+)\.auth\.([a-z0-9-]+)\.amazoncognito\.com(?::\d+)?$/i.exec(headers.host ?? "")
  if (!parts) return false
  const [, prefix, region] = parts as unknown as [string, string, string]
  return (await store.read((tx) => findDomain(tx, region.toLowerCase(), prefix.toLowerCase()))) !== undefined
}
