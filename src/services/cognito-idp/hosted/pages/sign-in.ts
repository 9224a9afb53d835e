import type { HttpResponse } from "../../../../wire/http.ts"
import { beginFederation } from "../../federation/begin.ts"
import { chooseProvider } from "../../federation/choose.ts"
import { findNameByIdentifier } from "../../identity-providers/record.ts"
import { startHostedSignIn } from "../../sign-in/hosted.ts"
import { redirect } from "../responses.ts"
import { answer } from "./answers.ts"
import { attempt, whose } from "./attempt.ts"
import { shows, takes } from "./handlers.ts"
import { nameLabel } from "./names.ts"
import type { SignInPage } from "./page.ts"
import { expired } from "./problem-pages.ts"
import { missing, ownProblem } from "./problems.ts"
import { asksNameFirst, firstPage } from "./sign-in-view.ts"
import { openState } from "./state.ts"

/** `/login`: the first page of a sign-in, or the provider that it is for. Source: "Login endpoint": it takes what authorize takes. */
export const showSignIn = shows(async (page) => {
  const provider = await chooseProvider(page.hosted, page.request)
  return provider ? beginFederation(page.hosted, page.request, provider) : firstPage(page)
})

/** Its form, and those of whatever is asked next. */
export const takeSignIn = takes(async (page, form) => {
  if (form.has("flow")) {
    const state = openState(page, "sign-in", form)
    return state ? answer(page, form, state) : expired(page)
  }
  const organization = form.get("idp_identifier")
  return organization === null ? begin(page, form) : toOrganization(page, organization)
})

async function begin(page: SignInPage, form: URLSearchParams): Promise<HttpResponse> {
  const { texts, hosted, client } = page
  if (!client.settings.SupportedIdentityProviders?.includes("COGNITO"))
    return firstPage(page, { problem: ownProblem(texts, "invalid") })
  const USERNAME = (form.get("username") ?? "").trim()
  const PASSWORD = form.get("password") ?? ""
  if (USERNAME === "")
    return firstPage(page, { problem: missing(texts, nameLabel(hosted.pool, texts)), wrongField: "username" })
  if (PASSWORD !== "")
    return attempt(page, USERNAME, () => startHostedSignIn(whose(page), "USER_PASSWORD_AUTH", { USERNAME, PASSWORD }))
  if (!asksNameFirst(page))
    return firstPage(page, {
      username: USERNAME,
      problem: missing(texts, texts.password.label),
      wrongField: "password",
    })
  return attempt(page, USERNAME, () => startHostedSignIn(whose(page), "USER_AUTH", { USERNAME }))
}

/** An address stands for its domain. Source: Developer Guide, "SAML identity provider names and identifiers". */
async function toOrganization(page: SignInPage, given: string): Promise<HttpResponse> {
  const { hosted, client, texts } = page
  const { deps, pool } = hosted
  const wanted = given.trim()
  const domain = wanted.slice(wanted.lastIndexOf("@") + 1)
  const name = await deps.store.read(async (tx) => {
    for (const identifier of new Set([wanted, domain, domain.toLowerCase()])) {
      const found = await findNameByIdentifier(tx, pool.id, identifier)
      if (found !== undefined) return found
    }
    return undefined
  })
  if (name === undefined || !client.settings.SupportedIdentityProviders?.includes(name))
    return firstPage(page, {
      organization: given,
      problem: ownProblem(texts, "noProvider"),
      wrongField: "organization",
    })
  const query = new URLSearchParams(hosted.query)
  query.set("identity_provider", name)
  return redirect(hosted, hosted.url("/oauth2/authorize", query))
}
