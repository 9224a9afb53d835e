import { html } from "@remix-run/html-template"
import { confirmSignUp } from "../../accounts/confirm-sign-up.ts"
import { hidesExistence } from "../../app-clients/auth-flows.ts"
import { getOAuthClient } from "../authorize/request.ts"
import type { Handler } from "../hosted.ts"
import { codeOf } from "./answers.ts"
import { byClient, confirmSignUp as confirm, resendConfirmationCode } from "./calls.ts"
import { confirmPage } from "./confirm-view.ts"
import { afterConfirming } from "./confirmed.ts"
import { shows, takes } from "./handlers.ts"
import { findLook, PLAIN_LOOK } from "./look.ts"
import { createPage, type SignInPage } from "./page.ts"
import { expired } from "./problem-pages.ts"
import { describeProblem } from "./problems.ts"
import { renderPage } from "./render.ts"
import { type ConfirmState, openState } from "./state.ts"

export const showConfirm = shows(async (page) => confirmPage(page, undefined))

/** Who it is: as the browser knows by its form, or as the person says. */
function whoIs(page: SignInPage, form: URLSearchParams): ConfirmState | undefined {
  if (form.has("flow")) return openState(page, "confirm", form)
  return { username: (form.get("username") ?? "").trim() }
}

export const takeConfirm = takes(async (page, form) => {
  const state = whoIs(page, form)
  if (!state) return expired(page)
  try {
    await confirm(page.hosted, {
      ...byClient(page.hosted, page.client, state.username),
      ConfirmationCode: codeOf(form),
    })
    return await afterConfirming(page, state)
  } catch (error) {
    const problem = describeProblem(page.texts, error)
    return confirmPage(page, form.has("flow") ? state : undefined, { problem })
  }
})

/**
 * `/resendcode`: another code, and the page that asks for it. The API tells of a name whether it is confirmed, whatever the
 * client says (recorded); for who has written a name and proved nothing, the page tells neither that nor a place.
 */
export const takeResend = takes(async (page, form) => {
  const state = whoIs(page, form)
  if (!state) return expired(page)
  const mayKnow = !hidesExistence(page.client) || state.place !== undefined || state.amr !== undefined
  const sent = (place: string | undefined) =>
    confirmPage(page, { ...state, place: mayKnow ? place : undefined }, { notice: page.texts.code.sentAgain })
  try {
    const { CodeDeliveryDetails: details } = await resendConfirmationCode(
      page.hosted,
      byClient(page.hosted, page.client, state.username),
    )
    return sent(details?.Destination)
  } catch (error) {
    const problem = describeProblem(page.texts, error)
    if (!mayKnow && /already confirmed/.test(problem.refusal.message)) return sent(undefined)
    return confirmPage(page, form.has("flow") ? state : undefined, { problem })
  }
})

/** `/confirmUser`: the link of CONFIRM_WITH_LINK. It comes from a mail, without what an application asked for. */
export const confirmByLink: Handler = async (hosted) => {
  const { query, deps, pool } = hosted
  const client = await getOAuthClient(hosted)
  const page = createPage(hosted, (await findLook(hosted, client.id)) ?? PLAIN_LOOK)
  const { texts } = page
  try {
    await confirmSignUp(deps, { client, pool }, query.get("user_name") ?? "", query.get("confirmation_code") ?? "")
    return renderPage(page, { title: texts.confirm.done, lead: texts.confirm.doneText, body: "" })
  } catch (error) {
    const { text, refusal } = describeProblem(texts, error)
    return renderPage(page, { title: texts.confirm.title, error: text, body: html`` }, { refusal })
  }
}
