import { html, type SafeHtml } from "@remix-run/html-template"
import { WireError } from "../../../../wire/errors.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import { isFlowAllowed } from "../../app-clients/auth-flows.ts"
import { completeRegistration, startRegistration } from "../../web-authn/registration.ts"
import { findRelyingPartyId, isOriginOf, takesPasskeys } from "../../web-authn/relying-party.ts"
import { grantAccess } from "../finish.ts"
import { redirect } from "../responses.ts"
import { ssoMinutesOf } from "../session/life.ts"
import { findSignedIn } from "../session/signed-in.ts"
import type { HostedUser } from "../user.ts"
import { shows, takes } from "./handlers.ts"
import { linkTo, type SignInPage } from "./page.ts"
import { passkeyForm } from "./passkey-views.ts"
import { describeProblem, type Problem } from "./problems.ts"
import { renderPage } from "./render.ts"

const PATH = "/passkeys/add"

/** Whether somebody new is asked to add a passkey: where the pool and client take them, and browsers on this page do. */
export async function offersPasskey({ hosted, client }: SignInPage): Promise<boolean> {
  const { deps, pool, domain, base } = hosted
  const isTaken = domain.managedLoginVersion === 2 && takesPasskeys(pool) && isFlowAllowed(client, "USER_AUTH")
  if (!isTaken || ssoMinutesOf(client) === 0) return false
  const relyingPartyId = await deps.store.read((tx) => findRelyingPartyId(tx, deps, pool))
  return relyingPartyId !== undefined && isOriginOf(relyingPartyId, new URL(base).origin)
}

/** `/passkeys/add`: for who is signed in in this browser; others sign in first. Of managed login alone. */
export const showPasskeys = shows(async (page) => {
  const signedIn = await findSignedIn(page.hosted, page.request)
  return signedIn && page.look.isManaged ? addPage(page, signedIn) : toSignIn(page)
})

/** Its form: back to the application with a code, whatever it asked for. UNVERIFIED: that AWS gives one. */
export const takePasskeys = takes(async (page, form) => {
  const { hosted, request, client, texts } = page
  const signedIn = await findSignedIn(hosted, request)
  if (!signedIn || !page.look.isManaged) return toSignIn(page)
  try {
    const credential = parseCredential(form.get("credential"))
    await completeRegistration(hosted.deps, hosted.pool, client, signedIn.user, credential)
  } catch (error) {
    const { refusal, sentence } = describeProblem(texts, error)
    return addPage(page, signedIn, { text: texts.passkey.failed, refusal, sentence })
  }
  return grantAccess(hosted, request, signedIn)
})

const toSignIn = ({ hosted }: SignInPage): HttpResponse => redirect(hosted, hosted.url("/login", hosted.query))

function parseCredential(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "")
  } catch {
    throw new WireError("InvalidParameterException", "The credential is no JSON.")
  }
}

async function addPage(page: SignInPage, { user }: HostedUser, problem?: Problem): Promise<HttpResponse> {
  const { hosted, client, texts } = page
  const view = { title: texts.passkey.addTitle, lead: texts.passkey.addText, graphic: "PASSKEY_GRAPHIC" as const }
  try {
    const options = JSON.stringify(await startRegistration(hosted.deps, hosted.pool, client, user))
    const form = passkeyForm(page, { kind: "create", options, path: PATH, label: texts.passkey.addButton })
    const body = html`${form}${later(page)}`
    return renderPage(page, { ...view, error: problem?.text, body, script: "passkeys" }, { refusal: problem?.refusal })
  } catch (error) {
    const { text, refusal } = describeProblem(texts, error)
    return renderPage(page, { ...view, error: text, body: later(page) }, { refusal })
  }
}

/** On to the application, by the session that there is now. */
function later(page: SignInPage): SafeHtml {
  const path = linkTo(page, "/oauth2/authorize", { prompt: "" })
  return html`<p class="foot"><a href="${path}">${page.texts.passkey.later}</a></p>`
}
