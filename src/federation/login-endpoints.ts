import type { Reach } from "../base/outgoing.ts"

/** Where login providers are reached, by the names that claims, ARNs and the keys of `Logins` know them by. */
export interface LoginEndpoints {
  /** `https://accounts.google.com` for `accounts.google.com`, or what the operator says; no slash at the end. */
  urlOf(name: string): string
  /** A URL of a provider's own, or the same path where the operator says that its host is. */
  rewrite(url: string): string
  /** Whether the operator says where it is. */
  isRedirected(name: string): boolean
  /** Whether this is a way to write the provider's name as an issuer. */
  isIssuer(issuer: string, name: string): boolean
  /** How far a URL that a provider's name or a document of its leads to may be followed. */
  reachOf(url: URL): Reach
  /** Whether an issuer on this machine may be http and have a port. */
  allowsHttp: boolean
}

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?=\/|$)/

/** Whether a name is that of a provider on this machine: `localhost:9000/realms/shop`. */
export const isLoopback = (name: string): boolean => LOOPBACK.test(name)

/**
 * `elsewhere` maps a provider's name, or its host alone, to a URL. An issuer is `https://` and its name; on this machine,
 * where the operator allows it, `http://` as well.
 */
export function createLoginEndpoints(elsewhere: Readonly<Record<string, string>>, allowsHttp: boolean): LoginEndpoints {
  const overrides = new Map(Object.entries(elsewhere))
  const named = new Set(Object.values(elsewhere).map((url) => new URL(url).origin))
  return {
    allowsHttp,
    urlOf(name) {
      const slash = name.indexOf("/")
      const host = slash < 0 ? name : name.slice(0, slash)
      const path = slash < 0 ? "" : name.slice(slash).replace(/\/+$/, "")
      const whole = overrides.get(name)
      if (whole !== undefined) return whole
      const ofHost = overrides.get(host)
      if (ofHost !== undefined) return ofHost + path
      return `${allowsHttp && isLoopback(name) ? "http" : "https"}://${host}${path}`
    },
    rewrite(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined
      const ofHost = url && overrides.get(url.host)
      return ofHost === undefined ? text : ofHost + url!.pathname.replace(/\/$/, "") + url!.search
    },
    reachOf: (url) => (named.has(url.origin) ? "anywhere" : allowsHttp && isLoopback(url.host) ? "loopback" : "public"),
    isRedirected: (name) => overrides.has(name) || overrides.has(name.replace(/\/.*$/, "")),
    isIssuer(issuer, name) {
      const scheme = /^https?:\/\//.exec(issuer)?.[0]
      if (scheme === undefined || issuer.slice(scheme.length).replace(/\/$/, "") !== name.replace(/\/$/, ""))
        return false
      return scheme === "https://" || (allowsHttp && isLoopback(name))
    },
  }
}
