import { html, type SafeHtml } from "@remix-run/html-template"
import { hidden, postForm } from "./fields.ts"
import { KEY_ICON } from "./icons.ts"
import type { View } from "./layout.ts"
import type { Page, SignInPage } from "./page.ts"
import { type SignInState, sealState } from "./state.ts"

/** What the browser is asked for, with the words for when it does not go well. */
export function passkeyForm(
  page: Page,
  {
    kind,
    options,
    path,
    flow,
    label,
  }: { kind: "get" | "create"; options: string; path: string; flow?: string; label: string },
): SafeHtml {
  const { passkey } = page.texts
  const form = postForm(
    page,
    { path, flow, passkey: { kind, options } },
    html`${hidden("credential", "")}<button class="button primary submitButton-customizable" type="submit" hidden>${KEY_ICON}<span>${label}</span></button>`,
  )
  return html`<div class="alert" role="alert" hidden data-passkey-alert data-failed="${passkey.failed}" data-unsupported="${passkey.unsupported}"></div>
<noscript><div class="alert" role="alert">${passkey.needsScript}</div></noscript>${form}`
}

export function passkeySignInView(page: SignInPage, state: SignInState): View {
  const { passkey } = page.texts
  const flow = sealState(page, "sign-in", state)
  return {
    title: passkey.signInTitle,
    lead: passkey.signInText,
    graphic: "PASSKEY_GRAPHIC",
    script: "passkeys",
    body: passkeyForm(page, {
      kind: "get",
      options: state.options ?? "{}",
      path: "/login",
      flow,
      label: passkey.signInButton,
    }),
  }
}
