import { html } from "@remix-run/html-template"
import type { HttpResponse } from "../../../../wire/http.ts"
import { codeField, postForm, submitButton, textField } from "./fields.ts"
import { nameInput, nameLabel } from "./names.ts"
import { linkTo, type SignInPage } from "./page.ts"
import type { Problem } from "./problems.ts"
import { renderPage } from "./render.ts"
import { sendAgain } from "./send-again.ts"
import { type ConfirmState, sealState } from "./state.ts"

interface Shown {
  problem?: Problem | undefined
  notice?: string
}

/** Whether people confirm themselves by a link in their mail. */
const confirmsByLink = ({ hosted }: SignInPage): boolean =>
  hosted.pool.settings.VerificationMessageTemplate?.DefaultEmailOption === "CONFIRM_WITH_LINK"

/** Asks for the code that was sent at sign-up; for who it is as well, where this browser does not know. */
export function confirmPage(
  page: SignInPage,
  state: ConfirmState | undefined,
  { problem, notice }: Shown = {},
): HttpResponse {
  const { texts, hosted } = page
  const place = state?.place
  const byLink = confirmsByLink(page) && place !== undefined && !place.startsWith("+")
  const name = state
    ? ""
    : textField({
        id: "username",
        name: "username",
        label: nameLabel(hosted.pool, texts),
        ...nameInput(hosted.pool),
        autocomplete: "username",
        hasFocus: true,
      })
  const code = codeField(page, "code", {
    id: "verification_code",
    hasFocus: state !== undefined,
    isWrong: problem !== undefined,
  })
  const flow = state && sealState(page, "confirm", state)
  const again = html`<p class="foot">${sendAgain(page, "/resendcode")}</p>`
  const body = byLink
    ? html`${postForm(page, { path: "/resendcode", flow }, again)}`
    : postForm(page, { path: "/confirm", flow }, html`${name}${code}${submitButton(texts.confirm.button)}${again}`)
  const lead = byLink
    ? texts.confirm.linkSentTo(place)
    : place === undefined
      ? texts.code.sent
      : texts.code.sentTo(place)
  return renderPage(
    page,
    {
      title: texts.confirm.title,
      lead,
      error: problem?.text,
      notice,
      graphic: place?.startsWith("+") ? "SMS_GRAPHIC" : "EMAIL_GRAPHIC",
      body: html`${body}<p class="foot redirect-customizable"><a href="${linkTo(page, "/login")}">${texts.signUp.signIn}</a></p>`,
      script: "pages",
    },
    { refusal: problem?.refusal },
  )
}
