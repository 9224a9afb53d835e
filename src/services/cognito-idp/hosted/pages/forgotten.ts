import { codeOf } from "./answers.ts"
import { byClient, confirmForgotPassword, forgotPassword } from "./calls.ts"
import { AGAIN } from "./fields.ts"
import { forgottenPage, newPasswordPage } from "./forgotten-view.ts"
import { shows, takes } from "./handlers.ts"
import { nameLabel } from "./names.ts"
import { expired } from "./problem-pages.ts"
import { describeProblem, missing, ownProblem } from "./problems.ts"
import { firstPage } from "./sign-in-view.ts"
import { openState } from "./state.ts"

export const showForgotten = shows(async (page) => forgottenPage(page))

export const takeForgotten = takes(async (page, form) => {
  const { hosted, client, texts } = page
  const username = (form.get("username") ?? "").trim()
  if (username === "") return forgottenPage(page, { problem: missing(texts, nameLabel(hosted.pool, texts)) })
  try {
    const { CodeDeliveryDetails: details } = await forgotPassword(hosted, byClient(hosted, client, username))
    const state = { username, place: details?.Destination }
    return newPasswordPage(page, state, form.has("again") ? { notice: texts.code.sentAgain } : {})
  } catch (error) {
    return forgottenPage(page, { username, problem: describeProblem(texts, error) })
  }
})

/** `/confirmforgotPassword`, where no code was asked for yet: that comes first. */
export const showNewPassword = shows(async (page) => forgottenPage(page))

export const takeNewPassword = takes(async (page, form) => {
  const { hosted, client, texts } = page
  const state = openState(page, "forgotten", form)
  if (!state) return expired(page)
  const password = form.get("new_password") ?? ""
  if (password !== form.get(AGAIN))
    return newPasswordPage(page, state, { problem: ownProblem(texts, "passwordsDiffer") })
  try {
    await confirmForgotPassword(hosted, {
      ...byClient(hosted, client, state.username),
      ConfirmationCode: codeOf(form),
      Password: password,
    })
    return await firstPage(page, { username: state.username, notice: texts.forgotten.done })
  } catch (error) {
    return newPasswordPage(page, state, { problem: describeProblem(texts, error) })
  }
})
