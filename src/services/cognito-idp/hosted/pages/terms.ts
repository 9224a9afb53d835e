import { html, type SafeHtml } from "@remix-run/html-template"
import { type Terms, termsOfClient } from "../../terms/record.ts"
import { TERMS_LANGUAGES } from "./languages/index.ts"
import type { SignInPage } from "./page.ts"

/** What people agree to who sign up: said where the client has both documents. Source: Developer Guide, "Terms documents". */
export async function termsSentence({ hosted, client, look, language, texts }: SignInPage): Promise<SafeHtml | ""> {
  if (!look.isManaged) return ""
  const { deps, pool } = hosted
  const documents = await deps.store.read((tx) => termsOfClient(tx, pool.id, client.id))
  const linkOf = (name: Terms["name"]) => {
    const links = documents.find((one) => one.name === name)?.links
    return links && (links[`cognito:${TERMS_LANGUAGES[language]}`] ?? links["cognito:default"])
  }
  const terms = linkOf("terms-of-use")
  const privacy = linkOf("privacy-policy")
  if (terms === undefined || privacy === undefined) return ""
  const { signUp } = texts
  const parts = signUp.agree.split(/(\{terms\}|\{privacy\})/).map((part) => {
    if (part === "{terms}") return newWindow(terms, signUp.terms)
    return part === "{privacy}" ? newWindow(privacy, signUp.privacy) : part
  })
  return html`<p class="hint">${parts}</p>`
}

/** Beside the form, which keeps what was typed. */
const newWindow = (url: string, words: string): SafeHtml =>
  html`<a href="${url}" target="_blank" rel="noopener noreferrer">${words}</a>`
