import { html } from "@remix-run/html-template"
import type { HttpResponse } from "../../../../wire/http.ts"
import { codeField, newPasswordFields, postForm, submitButton, textField } from "./fields.ts"
import { nameInput, nameLabel } from "./names.ts"
import { linkTo, type SignInPage } from "./page.ts"
import type { Problem } from "./problems.ts"
import { renderPage } from "./render.ts"
import { sendAgain } from "./send-again.ts"
import { type ForgottenState, sealState } from "./state.ts"

const toSignIn = (page: SignInPage) =>
  html`<p class="foot redirect-customizable"><a href="${linkTo(page, "/login")}">${page.texts.back}</a></p>`

export function forgottenPage(
  page: SignInPage,
  { username, problem }: { username?: string; problem?: Problem } = {},
): HttpResponse {
  const { texts, hosted } = page
  const name = textField({
    id: "username",
    name: "username",
    label: nameLabel(hosted.pool, texts),
    ...nameInput(hosted.pool),
    autocomplete: "username",
    value: username,
    hasFocus: true,
    isWrong: problem !== undefined,
  })
  return renderPage(
    page,
    {
      title: texts.forgotten.title,
      lead: texts.forgotten.text,
      error: problem?.text,
      graphic: "PASSWORD_GRAPHIC",
      body: html`${postForm(page, { path: "/forgotPassword" }, html`${name}${submitButton(texts.forgotten.button)}`)}${toSignIn(page)}`,
    },
    { refusal: problem?.refusal },
  )
}

/** Asks for the code and a new password. */
export function newPasswordPage(
  page: SignInPage,
  state: ForgottenState,
  { problem, notice }: { problem?: Problem; notice?: string } = {},
): HttpResponse {
  const { texts } = page
  const { place } = state
  const isOfPassword = problem?.sentence?.startsWith("password") ?? false
  const fields = html`<input type="text" name="username" value="${state.username}" autocomplete="username" hidden readonly>
${codeField(page, "code", { isWrong: problem !== undefined && !isOfPassword, hasFocus: !isOfPassword })}
${newPasswordFields(page, { label: texts.password.new, name: "new_password", isWrong: isOfPassword, hasFocus: isOfPassword })}
${submitButton(texts.forgotten.change)}<p class="foot">${sendAgain(page, "/forgotPassword")}</p>`
  return renderPage(
    page,
    {
      title: texts.forgotten.newTitle,
      lead: place === undefined ? texts.code.sent : texts.code.sentTo(place),
      error: problem?.text,
      notice,
      graphic: "PASSWORD_GRAPHIC",
      body: html`${postForm(page, { path: "/confirmforgotPassword", flow: sealState(page, "forgotten", state) }, fields)}${toSignIn(page)}`,
      script: "pages",
    },
    { refusal: problem?.refusal },
  )
}
