import type { HttpResponse } from "../../../../wire/http.ts"
import { signUpNotPermitted } from "../../errors.ts"
import { attributesOf } from "./attribute-fields.ts"
import { byClient, signUp } from "./calls.ts"
import { confirmPage } from "./confirm-view.ts"
import { afterConfirming } from "./confirmed.ts"
import { AGAIN } from "./fields.ts"
import { shows, takes } from "./handlers.ts"
import type { SignInPage } from "./page.ts"
import { describeProblem, ownProblem } from "./problems.ts"
import { askedAttributes, signUpPage } from "./sign-up-view.ts"
import type { ConfirmState } from "./state.ts"

export const showSignUp = shows(async (page) =>
  mayAnybodySignUp(page)
    ? signUpPage(page)
    : signUpPage(page, { problem: describeProblem(page.texts, signUpNotPermitted()) }),
)

const mayAnybodySignUp = ({ hosted, client }: SignInPage): boolean =>
  !hosted.pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly &&
  (client.settings.SupportedIdentityProviders?.includes("COGNITO") ?? false)

export const takeSignUp = takes(async (page, form): Promise<HttpResponse> => {
  const { hosted, client, texts } = page
  if (!mayAnybodySignUp(page)) return signUpPage(page, { form, problem: describeProblem(texts, signUpNotPermitted()) })
  const username = (form.get("username") ?? "").trim()
  const password = form.get("password") ?? ""
  // Who fills in the form of AWS types the password once.
  if (password !== (form.get(AGAIN) ?? password))
    return signUpPage(page, { form, problem: ownProblem(texts, "passwordsDiffer") })
  try {
    const { UserConfirmed, CodeDeliveryDetails: details } = await signUp(hosted, {
      ...byClient(hosted, client, username),
      ...(password !== "" && { Password: password }),
      UserAttributes: attributesOf(form, askedAttributes(page)),
    })
    const state: ConfirmState = { username, place: details?.Destination, amr: [password === "" ? "otp" : "pwd"] }
    return await (UserConfirmed ? afterConfirming(page, state) : confirmPage(page, state))
  } catch (error) {
    return signUpPage(page, { form, problem: describeProblem(texts, error) })
  }
})
