import type { WireError } from "../../../../wire/errors.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import { windowHeaders } from "../responses.ts"
import { formatDocument, type View } from "./layout.ts"
import type { Page, SignInPage } from "./page.ts"

interface Options {
  status?: number
  cookies?: readonly string[]
  /** What it refuses, for the log and `explain`. */
  refusal?: WireError | undefined
}

export function renderPage(
  page: Page | SignInPage,
  view: View,
  { status, cookies = [], refusal }: Options = {},
): HttpResponse {
  const { hosted } = page
  if (refusal) hosted.deps.answer.refusal = refusal
  return {
    status: status ?? (refusal ? 400 : 200),
    headers: {
      ...windowHeaders(hosted),
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policyOf(page, view),
      "set-cookie": [...page.cookies, ...cookies],
    },
    body: formatDocument(page, view),
  }
}

/**
 * What the page may load: its sheets, pictures and at most one script, all of its own domain. Browsers hold every redirect that
 * follows on a form against `form-action`, and applications send people on from their callbacks to wherever they will:
 * so it names schemes, and no hosts.
 */
function policyOf(page: Page | SignInPage, { script }: View): string {
  const scheme = "request" in page ? schemeOf(page.request.redirectUri) : undefined
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    ...(script ? ["script-src 'self'"] : []),
    `form-action 'self' https: http:${scheme === undefined ? "" : ` ${scheme}:`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ")
}

/** Of an application's own: `myapp`. */
function schemeOf(redirectUri: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(redirectUri)?.[1]?.toLowerCase()
  return scheme === "http" || scheme === "https" ? undefined : scheme
}
