/** The first of each name counts; values are as they were sent. Of more than a browser keeps, none is read. */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  if (header === undefined || header.length > HEADER_LENGTH) return cookies
  for (const pair of header.split(";")) {
    const at = pair.indexOf("=")
    if (at < 0) continue
    const name = pair.slice(0, at).trim()
    if (!cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim())
  }
  return cookies
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
  { isSecure, basePath }: { isSecure: boolean; basePath: string },
  name: string,
  value: string,
  { maxAgeSeconds, sameSite = "Lax" }: CookieSettings = {},
): string {
  const parts = [`${name}=${value}`, `Path=${basePath || "/"}`, "HttpOnly"]
  if (sameSite !== "Unset") parts.push(`SameSite=${sameSite}`)
  if (maxAgeSeconds !== undefined) parts.push(`Max-Age=${maxAgeSeconds}`)
  if (isSecure) parts.push("Secure")
  return parts.join("; ")
}
