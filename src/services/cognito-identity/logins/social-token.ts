import { parseOpenIdToken, verifyProviderToken } from "../../../federation/openid/token.ts"
import type { LoginVerifier } from "./login.ts"
import { asLoginError } from "./openid-errors.ts"

/** Public providers that give ID tokens, and how else they write their issuer. */
const ISSUERS: Readonly<Record<string, readonly string[]>> = {
  // Source: Google Identity, "Validating an ID token": iss is with or without the scheme.
  "accounts.google.com": ["accounts.google.com"],
  // Source: Sign in with Apple REST API, "Verifying a user".
  "appleid.apple.com": [],
}

/** Google and Apple. The pool's value is the client id; several are separated by `;`. */
export const socialTokens: LoginVerifier = {
  isFor: (name, { settings }) =>
    Object.hasOwn(ISSUERS, name) && Object.hasOwn(settings.SupportedLoginProviders ?? {}, name),
  async verify(deps, { settings }, name, text) {
    const clientIds = settings.SupportedLoginProviders![name]!.split(";")
    try {
      const token = parseOpenIdToken(text)
      const { audience } = await verifyProviderToken(deps, token, { name, issuers: ISSUERS[name]!, clientIds })
      return {
        provider: name,
        subject: token.subject,
        amr: [name, `${name}:${audience}:${token.subject}`],
        claims: { ...token.claims, aud: audience },
        names: [name],
      }
    } catch (error) {
      throw asLoginError(error, name)
    }
  },
}
