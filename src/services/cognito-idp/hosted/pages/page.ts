import type { AppClient } from "../../app-clients/record.ts"
import { type AuthorizeRequest, parseAuthorizeRequest } from "../authorize/request.ts"
import { csrfToken } from "../csrf.ts"
import type { Hosted } from "../hosted.ts"
import { chooseLanguage } from "./language.ts"
import { type Language, type Texts, textsOf } from "./languages/index.ts"
import { findLook, type Look, PLAIN_LOOK } from "./look.ts"

/** What every page of one request is made with. */
export interface Page {
  hosted: Hosted
  language: Language
  texts: Texts
  look: Look
  /** What its forms carry, and the cookies that come with it. */
  csrf: string
  cookies: string[]
}

/** A page of a sign-in that some application asked for. */
export interface SignInPage extends Page {
  request: AuthorizeRequest
  client: AppClient
}

/** Managed login has no style for the client. */
export class NoPages extends Error {
  readonly page: Page

  constructor(page: Page) {
    super("No style of managed login is assigned to the client.")
    this.page = page
  }
}

export function createPage(hosted: Hosted, look: Look = PLAIN_LOOK): Page {
  const { language, cookies } = chooseLanguage(hosted)
  const { token, cookie } = csrfToken(hosted)
  return { hosted, language, texts: textsOf(language), look, csrf: token, cookies: [...cookies, cookie] }
}

/** The page of the request that the query holds. Throws HostedError where that is none. */
export async function openSignInPage(hosted: Hosted): Promise<SignInPage> {
  const request = await parseAuthorizeRequest(hosted)
  const look = await findLook(hosted, request.client.id)
  if (!look) throw new NoPages(createPage(hosted))
  return { ...createPage(hosted, look), request, client: request.client }
}

/** A page below the domain, with the query that goes along from page to page. */
export const linkTo = ({ hosted }: Page, path: string, more: Record<string, string> = {}): string => {
  const query = new URLSearchParams(hosted.query)
  // Both are about the first page.
  query.delete("lang")
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  return `${hosted.basePath}${path}?${query}`
}
