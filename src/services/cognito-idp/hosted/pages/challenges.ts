import { html, type SafeHtml } from "@remix-run/html-template"
import type { HttpResponse } from "../../../../wire/http.ts"
import { attributeFields } from "./attribute-fields.ts"
import { setUpView } from "./authenticator-view.ts"
import { choiceButton, codeField, newPasswordFields, passwordField, postForm, submitButton } from "./fields.ts"
import type { View } from "./layout.ts"
import { linkTo, type SignInPage } from "./page.ts"
import { passkeySignInView } from "./passkey-views.ts"
import type { Problem } from "./problems.ts"
import { renderPage } from "./render.ts"
import { sendAgain } from "./send-again.ts"
import { forgottenLink } from "./sign-in-view.ts"
import { type SignInState, sealState } from "./state.ts"

interface Shown {
  problem?: Problem | undefined
  notice?: string | undefined
}

/** The attribute that holds the address of a second factor. */
export const CONTACTS: Readonly<Record<string, string>> = { SMS_MFA: "phone_number", EMAIL_OTP: "email" }

/** The page that asks for what the challenge wants. */
export function challengePage(page: SignInPage, state: SignInState, { problem, notice }: Shown = {}): HttpResponse {
  const { body, ...view } = viewOf(page, state, problem)
  const foot = html`${body}${footOf(page, state)}`
  return renderPage(
    page,
    { script: "pages", ...view, error: problem?.text, notice, body: foot },
    { refusal: problem?.refusal },
  )
}

function viewOf(page: SignInPage, state: SignInState, problem: Problem | undefined): View {
  const { texts } = page
  const isWrong = problem !== undefined
  const form = (body: SafeHtml) => postForm(page, { path: "/login", flow: sealState(page, "sign-in", state) }, body)
  const code = (title: string, lead: string, more: SafeHtml | "" = ""): View => ({
    title,
    lead,
    body: form(html`${codeField(page, "code", { isWrong })}${submitButton(texts.factor.button)}${more}`),
  })
  const sentCode = (title: string) =>
    code(
      title,
      state.place === undefined ? texts.code.sent : texts.code.sentTo(state.place),
      html`<p class="foot">${sendAgain(page)}</p>`,
    )
  switch (state.challenge) {
    case "PASSWORD":
      return {
        title: texts.signIn.title,
        lead: texts.signIn.as(state.username),
        graphic: "PASSWORD_GRAPHIC",
        body: form(html`<input type="text" name="username" value="${state.username}" autocomplete="username" hidden readonly>
${passwordField(page, { id: "signInFormPassword", name: "password", label: texts.password.label, hasFocus: true, isWrong, aside: forgottenLink(page) })}
${submitButton(texts.signIn.button, "signInSubmitButton")}`),
      }
    case "SELECT_CHALLENGE":
      return {
        title: texts.choice.title,
        lead: texts.signIn.as(state.username),
        body: form(buttons(state.others ?? [], nameOfChoice(page))),
      }
    case "NEW_PASSWORD_REQUIRED":
      return {
        title: texts.forced.title,
        lead: texts.forced.text,
        graphic: "PASSWORD_GRAPHIC",
        body: form(html`${newPasswordFields(page, { label: texts.password.new, name: "new_password", isWrong, hasFocus: true })}
${attributeFields(page, state.required ?? [])}${submitButton(texts.forgotten.change)}`),
      }
    case "SELECT_MFA_TYPE":
      return {
        title: texts.factor.chooseTitle,
        lead: texts.signIn.as(state.username),
        body: form(buttons(state.choices ?? [], nameOfFactor(page))),
      }
    case "MFA_SETUP":
      if (state.secret !== undefined) return setUpView(page, state, form, isWrong)
      if (state.factor === undefined)
        return {
          title: texts.factor.setUpTitle,
          lead: texts.factor.setUpText,
          body: form(buttons(state.choices ?? [], nameOfFactor(page))),
        }
      if (state.isMissing)
        return {
          title: texts.factor.setUpTitle,
          body: form(html`${attributeFields(page, [CONTACTS[state.factor]!])}${submitButton(texts.factor.button)}`),
        }
      return state.factor === "SMS_MFA"
        ? { ...sentCode(texts.factor.smsTitle), graphic: "SMS_GRAPHIC" }
        : { ...sentCode(texts.factor.emailTitle), graphic: "EMAIL_GRAPHIC" }
    case "SOFTWARE_TOKEN_MFA":
      return { ...code(texts.factor.appTitle, texts.factor.appText), graphic: "AUTH_APP_GRAPHIC" }
    case "EMAIL_OTP":
      return { ...sentCode(texts.factor.emailTitle), graphic: "EMAIL_GRAPHIC" }
    case "SMS_OTP":
    case "SMS_MFA":
      return { ...sentCode(texts.factor.smsTitle), graphic: "SMS_GRAPHIC" }
    case "WEB_AUTHN":
      return passkeySignInView(page, state)
    default:
      // Custom challenges and devices are not for the pages. Source: "Managed login".
      return { title: texts.problem.title, lead: texts.errors.unknown, body: "" }
  }
}

const buttons = (values: readonly string[], nameOf: (value: string) => string): SafeHtml =>
  html`${values.map((value) => choiceButton("choice", value, nameOf(value)))}`

const nameOfChoice =
  ({ texts: { choice } }: SignInPage) =>
  (value: string): string =>
    ({ PASSWORD: choice.password, EMAIL_OTP: choice.emailCode, SMS_OTP: choice.smsCode, WEB_AUTHN: choice.passkey })[
      value
    ] ?? value

const nameOfFactor =
  ({ texts: { factor } }: SignInPage) =>
  (value: string): string =>
    ({ SOFTWARE_TOKEN_MFA: factor.app, SMS_MFA: factor.sms, EMAIL_OTP: factor.email })[value] ?? value

function footOf(page: SignInPage, state: SignInState): SafeHtml {
  const { texts } = page
  const hasOthers = (state.others?.length ?? 0) > 1 && state.challenge !== "SELECT_CHALLENGE"
  const other = hasOthers
    ? html`${postForm(page, { path: "/login", className: "inline", flow: sealState(page, "sign-in", state) }, html`<button class="plain" type="submit" name="choice" value="OTHER">${texts.choice.other}</button>`)}<br>`
    : ""
  return html`<div class="foot">${other}<a class="redirect-customizable" href="${linkTo(page, "/login")}">${texts.signIn.otherAccount}</a></div>`
}
