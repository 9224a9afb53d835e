import { html, type SafeHtml } from "@remix-run/html-template"
import { linkTo, type Page } from "./page.ts"

/** A second button of a code's form, for whom no code has reached. It may go to a page of its own. */
export const sendAgain = (page: Page, path?: string): SafeHtml => {
  const { code } = page.texts
  const action = path === undefined ? "" : html` formaction="${linkTo(page, path)}"`
  return html`${code.none} <button class="plain" type="submit" name="again" value="1" formnovalidate${action}>${code.again}</button>`
}
