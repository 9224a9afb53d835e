import { formatCookie } from "../cookies.ts"
import type { Hosted } from "../hosted.ts"
import { ENGLISH, findLanguage, type Language } from "./languages/index.ts"

const COOKIE = "lang"
const YEAR_SECONDS = 31_536_000

/**
 * The parameter, or what it was before in this browser; of managed login alone. What the browser itself prefers is not asked.
 * Source: Developer Guide, "Managed login localization". UNVERIFIED: how long the cookie stays.
 */
export function chooseLanguage(hosted: Hosted): { language: Language; cookies: string[] } {
  if (hosted.domain.managedLoginVersion !== 2) return { language: ENGLISH, cookies: [] }
  const asked = findLanguage(hosted.query.get("lang"))
  if (asked) return { language: asked, cookies: [formatCookie(hosted, COOKIE, asked, { maxAgeSeconds: YEAR_SECONDS })] }
  return { language: findLanguage(hosted.cookies.get(COOKIE)) ?? ENGLISH, cookies: [] }
}
