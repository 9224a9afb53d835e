import { createHmac } from "node:crypto"
import { nowInSeconds } from "../../../base/clock.ts"
import { randomBase64Url } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import { askProvider, socialLogin, unknownToken } from "./access-token.ts"
import type { LoginVerifier } from "./login.ts"

/** Where each says whose token it is. Digits is no more, but AWS lists it still. */
const ACCOUNTS: Readonly<Record<string, { host: string; path: string }>> = {
  "api.twitter.com": { host: "api.twitter.com", path: "/1.1/account/verify_credentials.json" },
  "www.digits.com": { host: "api.digits.com", path: "/1.1/sdk/account.json" },
}

/**
 * OAuth 1.0a tokens: the login's value is `<token>;<token secret>`, the pool's `<consumer key>;<consumer secret>`.
 * Source: Cognito Developer Guide, "Twitter/Digits (identity pools)".
 */
export const twitter: LoginVerifier = {
  isFor: (name, { settings }) =>
    Object.hasOwn(ACCOUNTS, name) && Object.hasOwn(settings.SupportedLoginProviders ?? {}, name),
  async verify(deps, { settings }, name, login) {
    const [key = "", keySecret = ""] = settings.SupportedLoginProviders![name]!.split(";")
    const [token, tokenSecret] = login.split(";")
    if (!token || !tokenSecret) throw unknownToken(name, { check: "a token and its secret, separated by ;" })
    const { host, path } = ACCOUNTS[name]!
    const at = deps.loginEndpoints.isRedirected(name) ? name : host
    const url = `https://${host}${path}`
    const authorization = signOAuth1(deps, url, { key, keySecret, token, tokenSecret })
    const account = await askProvider(deps, name, at, path, { authorization })
    const id = account?.id_str
    if (typeof id !== "string" || id === "") throw unknownToken(name, { check: path })
    return socialLogin(name, key, id)
  },
}

interface OAuth1Keys {
  key: string
  keySecret: string
  token: string
  tokenSecret: string
}

/** The Authorization header of a GET without parameters. Source: RFC 5849, section 3.4. */
function signOAuth1({ clock }: Deps, url: string, { key, keySecret, token, tokenSecret }: OAuth1Keys): string {
  const parameters = {
    oauth_consumer_key: key,
    oauth_nonce: randomBase64Url(24),
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: String(nowInSeconds(clock)),
    oauth_token: token,
    oauth_version: "1.0",
  }
  const normalized = Object.entries(parameters)
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join("&")
  const base = `GET&${encode(url)}&${encode(normalized)}`
  const signature = createHmac("sha1", `${encode(keySecret)}&${encode(tokenSecret)}`)
    .update(base)
    .digest("base64")
  const members = Object.entries({ ...parameters, oauth_signature: signature })
  return `OAuth ${members.map(([name, value]) => `${name}="${encode(value)}"`).join(", ")}`
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
