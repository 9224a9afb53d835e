import { html } from "@remix-run/html-template"
import { WireError } from "../../../../wire/errors.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import type { Handler } from "../hosted.ts"
import { createPage, linkTo, type Page } from "./page.ts"
import { renderPage } from "./render.ts"

/**
 * What the address may have this page say. Anybody can write an address, and words of their own would look like the pool's.
 * Codes are one word; the sentences are those that AWS has in place of one.
 */
const CODE = /^[a-z_]{1,40}$/
const SENTENCES = new Set([
  "Client is not enabled for OAuth2.0 flows.",
  "Invalid samlResponse or relayState from identity provider",
  "Required parameters missing",
])

const isKnown = (code: string): boolean => CODE.test(code) || SENTENCES.has(code)

/** `/error`: for what no application can be told of. HTTP 400 (recorded). */
export const errorPage: Handler = async (hosted) => {
  const page = createPage(hosted)
  const { title, page: text } = page.texts.problem
  const given = hosted.query.get("error") ?? ""
  const code = isKnown(given) ? given : "invalid_request"
  const refusal = new WireError(code, "An error was encountered with the requested page.")
  return renderPage(
    page,
    { title, lead: text, body: html`<p class="hint"><code>${code}</code></p>` },
    { status: 400, refusal },
  )
}

/** Text and status as recorded. */
export function unavailable(page: Page): HttpResponse {
  const { unavailable: title, unavailableText: lead } = page.texts.problem
  const refusal = new WireError("AccessDenied", "Login pages unavailable. Please contact an administrator.", {
    because: {
      check: "style of managed login",
      expected: "a style of the client: CreateManagedLoginBranding with UseCognitoProvidedValues",
      found: "no style",
    },
  })
  return renderPage(page, { title, lead, body: "" }, { status: 403, refusal })
}

/** A form that was left alone for too long, or that another browser was given. */
export function expired(page: Page): HttpResponse {
  const { title, expired: lead, startAgain } = page.texts.problem
  const refusal = new WireError(
    "NotAuthorizedException",
    "The form is of another browser, or older than five minutes.",
    {
      because: {
        check: "form of a sign-in page",
        expected: "one that this browser was given within the last five minutes",
        found: "an older one, or another browser's",
      },
    },
  )
  const body = html`<div class="stack"><a class="button primary submitButton-customizable" href="${linkTo(page, "/login")}">${startAgain}</a></div>`
  return renderPage(page, { title, lead, body }, { refusal })
}
