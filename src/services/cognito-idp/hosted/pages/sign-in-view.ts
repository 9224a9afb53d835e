import { html, type SafeHtml } from "@remix-run/html-template"
import type { HttpResponse } from "../../../../wire/http.ts"
import { isFlowAllowed } from "../../app-clients/auth-flows.ts"
import type { AppClient } from "../../app-clients/record.ts"
import { isAdminOnlyRecovery } from "../../codes/delivery.ts"
import { hidden, passwordField, postForm, submitButton, textField } from "./fields.ts"
import type { View } from "./layout.ts"
import { nameInput, nameLabel } from "./names.ts"
import { linkTo, type SignInPage } from "./page.ts"
import type { Problem } from "./problems.ts"
import { findWaysIn, organizationFields, providerButtons, type WaysIn } from "./providers.ts"
import { renderPage } from "./render.ts"

/** What the first page is shown again with. */
export interface FirstPage {
  username?: string | undefined
  /** What was written where people say which company they are of. */
  organization?: string
  problem?: Problem | undefined
  /** The field that the problem is about; name and password where not given. */
  wrongField?: "username" | "password" | "organization"
  notice?: string
}

/** Whether people say who they are first, and then choose what to show. Of managed login alone. */
export const asksNameFirst = ({ hosted, client }: SignInPage): boolean =>
  hosted.domain.managedLoginVersion === 2 && allowsChoice(client)

const allowsChoice = (client: AppClient): boolean => isFlowAllowed(client, "USER_AUTH")

export async function firstPage(page: SignInPage, first: FirstPage = {}): Promise<HttpResponse> {
  const { texts, look } = page
  const ways = await findWaysIn(page)
  const providers = providerPart(page, ways, first)
  const local = ways.isLocal ? localForm(page, first) : ""
  const or = providers !== "" && local !== "" ? html`<div class="or" role="separator">${texts.signIn.or}</div>` : ""
  const parts = isLocalFirst(look.settings.categories.auth.authMethodOrder)
    ? [local, or, providers]
    : [providers, or, local]
  const view: View = {
    title: texts.signIn.title,
    error: first.problem?.text,
    notice: first.notice,
    body: html`${parts}${ways.isLocal ? signUpLink(page) : ""}`,
    script: "pages",
  }
  return renderPage(page, view, { refusal: first.problem?.refusal })
}

/** The order of a style: groups of methods, of which the first is shown first. */
function isLocalFirst(order: unknown): boolean {
  const types = (order as { type?: string }[][]).flat().map((method) => method?.type)
  const [local, federated] = [types.indexOf("USERNAME_PASSWORD"), types.indexOf("FEDERATED")]
  return local >= 0 && federated >= 0 && local < federated
}

function providerPart(page: SignInPage, ways: WaysIn, { organization, wrongField }: FirstPage): SafeHtml | "" {
  const buttons = providerButtons(page, ways)
  if (!ways.hasOrganizations) return buttons
  const path = linkTo(page, "/login")
  const box = html`<form method="post" action="${path}" class="stack">${organizationFields(page, { value: organization, isWrong: wrongField === "organization" })}
<button class="button secondary" type="submit">${page.texts.goOn}</button></form>`
  return html`${buttons}${box}`
}

function localForm(page: SignInPage, { username, problem, wrongField }: FirstPage): SafeHtml {
  const { texts, hosted, request } = page
  const value = username ?? request.loginHint ?? ""
  const isWrong = (field: FirstPage["wrongField"]) => problem !== undefined && (wrongField ?? field) === field
  const isFirst = wrongField !== "organization"
  const nameFirst = asksNameFirst(page)
  const name = textField({
    id: "signInFormUsername",
    name: "username",
    label: nameLabel(hosted.pool, texts),
    ...nameInput(hosted.pool),
    autocomplete: "username",
    value,
    hasFocus: isFirst && value === "",
    isWrong: isWrong("username"),
  })
  const rest = nameFirst
    ? submitButton(texts.signIn.next)
    : html`${passwordField(page, {
        id: "signInFormPassword",
        name: "password",
        label: texts.password.label,
        hasFocus: isFirst && value !== "",
        isWrong: isWrong("password"),
        aside: forgottenLink(page),
      })}
${hidden("cognitoAsfData", "")}${submitButton(texts.signIn.button, "signInSubmitButton")}`
  return postForm(page, { path: "/login", className: "stack cognito-asf" }, html`${name}${rest}`)
}

/** As the pool's recovery setting lets it. Source: Developer Guide, "Managed login". */
export const forgottenLink = (page: SignInPage): SafeHtml | "" =>
  isAdminOnlyRecovery(page.hosted.pool)
    ? ""
    : html`<a class="small redirect-customizable" href="${linkTo(page, "/forgotPassword")}">${page.texts.signIn.forgotten}</a>`

function signUpLink(page: SignInPage): SafeHtml | "" {
  const { hosted, texts } = page
  if (hosted.pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly) return ""
  return html`<p class="foot redirect-customizable">${texts.signIn.newHere} <a href="${linkTo(page, "/signup")}">${texts.signIn.signUp}</a></p>`
}
