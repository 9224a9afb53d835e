interface Place {
  isSecure: boolean
  basePath: string
}

/**
 * Browsers take a cookie of such a name from its own host alone, by TLS (RFC 6265bis, 4.1.3.2). Buckets and functions have
 * hosts beside a domain's, and could plant a session, or a sign-in that is under way, in the browsers of others by a cookie
 * for all of them.
 */
const OWN = "__Host-"

/** The one of AWS's names that scripts read which sign in by the form; where its forms come from is checked beside it. */
const KNOWN_BY_SCRIPTS = "XSRF-TOKEN"

const isOwn = ({ isSecure, basePath }: Place): boolean => isSecure && basePath === ""

/** The first of each name counts; values are as they were sent. Of more than a browser keeps, none is read. */
export function parseCookies(header: string | undefined, place: Place): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  if (header === undefined || header.length > HEADER_LENGTH) return cookies
  for (const pair of header.split(";")) {
    const at = pair.indexOf("=")
    if (at < 0) continue
    const name = readName(pair.slice(0, at).trim(), place)
    if (name !== undefined && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim())
  }
  return cookies
}

/** Undefined where another host may have set it. */
function readName(sent: string, place: Place): string | undefined {
  if (!isOwn(place) || sent === KNOWN_BY_SCRIPTS) return sent
  return sent.startsWith(OWN) ? sent.slice(OWN.length) : undefined
}

const HEADER_LENGTH = 16 * 1024

export interface CookieSettings {
  /** Until the browser is closed where not given; 0 removes the cookie. */
  maxAgeSeconds?: number
  /**
   * Lax where not given. None is for what another site posts, and needs TLS. Unset says nothing: browsers then let a young
   * cookie go with what another site posts.
   */
  sameSite?: "Lax" | "Strict" | "None" | "Unset"
}

/** One `Set-Cookie`, for this domain alone and for no script. `value` is of characters that need no quotes. */
export function formatCookie(
  place: Place,
  name: string,
  value: string,
  { maxAgeSeconds, sameSite = "Lax" }: CookieSettings = {},
): string {
  const { isSecure, basePath } = place
  const prefix = isOwn(place) && name !== KNOWN_BY_SCRIPTS ? OWN : ""
  const parts = [`${prefix}${name}=${value}`, `Path=${basePath || "/"}`, "HttpOnly"]
  if (sameSite !== "Unset") parts.push(`SameSite=${sameSite}`)
  if (maxAgeSeconds !== undefined) parts.push(`Max-Age=${maxAgeSeconds}`)
  if (isSecure) parts.push("Secure")
  return parts.join("; ")
}
