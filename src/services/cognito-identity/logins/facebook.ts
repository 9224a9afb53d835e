import { unsupportedProvider } from "../errors.ts"
import { askProvider, socialLogin, unknownToken } from "./access-token.ts"
import type { LoginVerifier } from "./login.ts"

const NAME = "graph.facebook.com"

/**
 * Access tokens of Facebook Login: the Graph API says which app a token is for and whose it is.
 * Source: Meta, Graph API Reference, "App" (`/app`) and "User" (`/me`).
 */
export const facebook: LoginVerifier = {
  isFor: (name, { settings }) => name === NAME && Object.hasOwn(settings.SupportedLoginProviders ?? {}, NAME),
  async verify(deps, { settings }, name, token) {
    const appId = settings.SupportedLoginProviders![NAME]!
    const headers = { authorization: `Bearer ${token}` }
    const app = await askProvider(deps, name, NAME, "/app?fields=id", headers)
    if (typeof app?.id !== "string") throw unknownToken(name, { check: "the app of the token" })
    if (app.id !== appId) throw unsupportedProvider({ check: "app id", login: name, expected: appId, found: app.id })
    const user = await askProvider(deps, name, NAME, "/me?fields=id", headers)
    if (typeof user?.id !== "string" || user.id === "") throw unknownToken(name, { check: "the user of the token" })
    return socialLogin(name, appId, user.id)
  },
}
