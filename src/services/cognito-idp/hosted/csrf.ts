import { timingSafeEqual } from "node:crypto"
import { randomBase64Url } from "../../../base/random.ts"
import { formatCookie } from "./cookies.ts"
import { staysHere } from "./errors.ts"
import type { Hosted } from "./hosted.ts"

const COOKIE = "XSRF-TOKEN"
const FIELD = "_csrf"
const TOKEN = /^[\w-]{32}$/

/**
 * What a form carries in the hidden field `_csrf`, and the cookie that has to come back with it. Each page that has a form
 * sets the cookie anew.
 */
export function csrfToken(hosted: Hosted): { token: string; cookie: string } {
  const known = browserToken(hosted)
  const token = known ?? randomBase64Url(24)
  return { token, cookie: formatCookie(hosted, COOKIE, token) }
}

/** What tells this browser from others for as long as it is open; undefined before its first page. */
export function browserToken({ cookies }: Pick<Hosted, "cookies">): string | undefined {
  const value = cookies.get(COOKIE)
  return value !== undefined && TOKEN.test(value) ? value : undefined
}

/** Throws unless the form was sent by a page of this domain to the browser that sends it. */
export function assertCsrf(hosted: Hosted): void {
  const { origin, "sec-fetch-site": site } = hosted.request.headers
  const given = hosted.form?.get(FIELD) ?? ""
  const expected = browserToken(hosted)
  const isOurs = expected !== undefined && given.length === expected.length && isSame(given, expected)
  const clientId = hosted.query.get("client_id") ?? undefined
  if (isOurs && isOwnOrigin(hosted, origin) && (site === undefined || site === "same-origin" || site === "none")) return
  throw staysHere("invalid_request", clientId, {
    check: "where a form comes from",
    expected: "a page of this domain, in this browser",
    found: isOurs ? { origin, site } : "another _csrf than the cookie XSRF-TOKEN",
  })
}

/**
 * With a strict referrer policy browsers name no origin. The scheme is not compared: a proxy that speaks TLS may not say so. Of a
 * page of the same host that came without TLS, the token in the form is what keeps it out.
 */
const isOwnOrigin = ({ base }: Hosted, origin: string | undefined): boolean =>
  origin === undefined || origin === "null" || (URL.canParse(origin) && new URL(origin).host === new URL(base).host)

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
