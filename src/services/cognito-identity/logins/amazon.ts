import { unsupportedProvider } from "../errors.ts"
import { askProvider, socialLogin, unknownToken } from "./access-token.ts"
import type { LoginVerifier } from "./login.ts"

const NAME = "www.amazon.com"
const HOST = "api.amazon.com"

/**
 * Access tokens of Login with Amazon. The pool's value is the application's id.
 * Source: Login with Amazon Developer Guide, "Verify access tokens" (`/auth/o2/tokeninfo`).
 */
export const amazon: LoginVerifier = {
  isFor: (name, { settings }) => name === NAME && Object.hasOwn(settings.SupportedLoginProviders ?? {}, NAME),
  async verify(deps, { settings }, name, token) {
    const appId = settings.SupportedLoginProviders![NAME]!
    const host = deps.loginEndpoints.isRedirected(NAME) ? NAME : HOST
    const headers = { authorization: `Bearer ${token}`, "x-amz-access-token": token }
    const path = `/auth/o2/tokeninfo?access_token=${encodeURIComponent(token)}`
    const info = await askProvider(deps, name, host, path, headers)
    if (typeof info?.user_id !== "string" || info.user_id === "") throw unknownToken(name, { check: "tokeninfo" })
    const isExpired = typeof info.exp === "number" && info.exp <= 0
    if (isExpired) throw unknownToken(name, { check: "exp", secondsLeft: info.exp })
    // Of the application, or of the client: both are the developer's.
    if (info.app_id !== appId && info.aud !== appId)
      throw unsupportedProvider({ check: "app_id", login: name, expected: appId, found: [info.app_id, info.aud] })
    return socialLogin(name, appId, info.user_id)
  },
}
