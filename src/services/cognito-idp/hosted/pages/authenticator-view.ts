import { html, type SafeHtml } from "@remix-run/html-template"
import { encode } from "uqr"
import { codeField, submitButton, textField } from "./fields.ts"
import type { View } from "./layout.ts"
import type { SignInPage } from "./page.ts"
import type { SignInState } from "./state.ts"

/** Sets up an authenticator: the secret as a picture and as text, and the first code. */
export function setUpView(
  page: SignInPage,
  state: SignInState,
  form: (body: SafeHtml) => SafeHtml,
  isWrong: boolean,
): View {
  const { texts } = page
  const { authenticator } = texts
  const { secret = "" } = state
  const device = textField({
    id: "device",
    name: "device",
    label: authenticator.deviceName,
    optional: texts.optional,
    maxLength: 131072,
    autocomplete: "off",
  })
  return {
    title: authenticator.title,
    lead: authenticator.scan,
    graphic: "AUTH_APP_GRAPHIC",
    body: form(html`${qrCode(authenticator.qr, keyUri(page, state.username, secret))}
<details><summary>${authenticator.secret}</summary><code>${secret}</code></details>
${codeField(page, "code", { isWrong, label: texts.code.label, hint: authenticator.enter })}
${device}${submitButton(texts.factor.button)}`),
  }
}

/** What authenticators read. Source: google-authenticator wiki, "Key URI Format". */
function keyUri({ hosted }: SignInPage, username: string, secret: string): string {
  const issuer = hosted.pool.name
  return `otpauth://totp/${encodeURIComponent(`${issuer}:${username}`)}?${new URLSearchParams({ secret, issuer })}`
}

/** Black on white whatever the page's colours are: cameras want it so. A line of the drawing is a row of modules. */
function qrCode(label: string, text: string): SafeHtml {
  const { data, size } = encode(text, { ecc: "M", border: 4 })
  let path = ""
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      const from = x
      while (row[x]) x++
      if (x > from) path += `M${from} ${y}h${x - from}`
    }
  })
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 -.5 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0-.5h${size}v${size}H0z"/><path stroke="#000" d="${path}"/></svg>`
}
