import type { ChallengeNameType } from "@aws-sdk/client-cognito-identity-provider"
import type { HttpResponse } from "../../../../wire/http.ts"
import {
  answerHosted,
  answerHostedContact,
  sendHostedCodeAgain,
  setUpHostedContact,
  startHostedSignIn,
} from "../../sign-in/hosted.ts"
import { attempt, beginSetUp, whose } from "./attempt.ts"
import { attributesOf } from "./attribute-fields.ts"
import { verifySoftwareToken } from "./calls.ts"
import { CONTACTS, challengePage } from "./challenges.ts"
import { AGAIN } from "./fields.ts"
import type { SignInPage } from "./page.ts"
import { describeProblem, ownProblem, type Problem } from "./problems.ts"
import type { SignInState } from "./state.ts"

type Answer = (page: SignInPage, form: URLSearchParams, state: SignInState) => Promise<HttpResponse>

/** More codes than somebody wants who waits for one are sent to nobody. */
const CODES_AT_MOST = 5

const ANSWERS: Partial<Record<ChallengeNameType, Answer>> = {
  PASSWORD: takePassword,
  SELECT_CHALLENGE: takeChoice,
  NEW_PASSWORD_REQUIRED: takeNewPassword,
  SELECT_MFA_TYPE: takeFactor,
  MFA_SETUP: takeSetUp,
  SOFTWARE_TOKEN_MFA: takeCode,
  SMS_MFA: takeCode,
  SMS_OTP: takeCode,
  EMAIL_OTP: takeCode,
  WEB_AUTHN: takePasskey,
}

/** Takes the answer to what a page has asked. */
export async function answer(page: SignInPage, form: URLSearchParams, state: SignInState): Promise<HttpResponse> {
  if (form.get("choice") === "OTHER" && state.others)
    return challengePage(page, { challenge: "SELECT_CHALLENGE", username: state.username, others: state.others })
  return ANSWERS[state.challenge]!(page, form, state)
}

const again = (page: SignInPage, state: SignInState) => (problem: Problem) => challengePage(page, state, { problem })

/** The answer goes to the API; the form is shown again where it is wrong. */
const respond = (
  page: SignInPage,
  state: SignInState,
  responses: Record<string, string>,
  onProblem = again(page, state),
) =>
  attempt(
    page,
    state.username,
    () => answerHosted(whose(page), state.challenge, state.session, { USERNAME: state.username, ...responses }),
    { from: state, onProblem },
  )

async function takePassword(page: SignInPage, form: URLSearchParams, state: SignInState): Promise<HttpResponse> {
  const USERNAME = state.username
  const PASSWORD = form.get("password") ?? ""
  const { session, ...anew } = state
  return attempt(
    page,
    USERNAME,
    () =>
      session === undefined
        ? startHostedSignIn(whose(page), "USER_PASSWORD_AUTH", { USERNAME, PASSWORD })
        : answerHosted(whose(page), "SELECT_CHALLENGE", session, { USERNAME, ANSWER: "PASSWORD", PASSWORD }),
    // A session is good for one choice.
    { from: state, onProblem: again(page, anew) },
  )
}

async function takeChoice(page: SignInPage, form: URLSearchParams, state: SignInState): Promise<HttpResponse> {
  const USERNAME = state.username
  const choice = state.others?.find((one) => one === form.get("choice"))
  if (choice === undefined) return challengePage(page, state, { problem: ownProblem(page.texts, "invalid") })
  if (choice === "PASSWORD") return challengePage(page, { ...state, challenge: "PASSWORD" })
  const { session, ...anew } = state
  return attempt(
    page,
    USERNAME,
    () =>
      session === undefined
        ? startHostedSignIn(whose(page), "USER_AUTH", { USERNAME, PREFERRED_CHALLENGE: choice })
        : answerHosted(whose(page), "SELECT_CHALLENGE", session, { USERNAME, ANSWER: choice }),
    { from: state, onProblem: again(page, anew) },
  )
}

async function takeNewPassword(page: SignInPage, form: URLSearchParams, state: SignInState): Promise<HttpResponse> {
  const NEW_PASSWORD = form.get("new_password") ?? ""
  const show = again(page, state)
  if (NEW_PASSWORD !== form.get(AGAIN)) return show(ownProblem(page.texts, "passwordsDiffer"))
  const given = attributesOf(form, state.required ?? []).map(({ Name, Value }) => [`userAttributes.${Name}`, Value])
  return respond(page, state, { NEW_PASSWORD, ...Object.fromEntries(given) })
}

function takeFactor(page: SignInPage, form: URLSearchParams, state: SignInState): Promise<HttpResponse> {
  return respond(page, state, { ANSWER: form.get("choice") ?? "" })
}

async function takeCode(page: SignInPage, form: URLSearchParams, state: SignInState): Promise<HttpResponse> {
  const { challenge, username, session, sent = 0 } = state
  if (form.has("again") && challenge !== "SOFTWARE_TOKEN_MFA") {
    if (sent >= CODES_AT_MOST) return again(page, state)(ownProblem(page.texts, "tooMany"))
    return attempt(page, username, () => sendHostedCodeAgain(whose(page), challenge, session, username), {
      from: state,
      onProblem: again(page, state),
      notice: page.texts.code.sentAgain,
    })
  }
  return respond(page, state, { [`${challenge}_CODE`]: codeOf(form) })
}

/** As people copy it: with blanks around it and within. */
export const codeOf = (form: URLSearchParams): string => (form.get("code") ?? "").replace(/\s+/g, "")

/** What is to be set up, where it is, and the code that proves it. */
async function takeSetUp(page: SignInPage, form: URLSearchParams, state: SignInState): Promise<HttpResponse> {
  const { username, session, factor, secret, sent = 0, choices = [] } = state
  const onProblem = again(page, state)
  const chosen = choices.find((one) => one === form.get("choice"))
  if (chosen !== undefined && factor === undefined) {
    try {
      return challengePage(page, await beginSetUp(page, state, chosen))
    } catch (error) {
      return onProblem(describeProblem(page.texts, error))
    }
  }
  if (factor === undefined) return onProblem(ownProblem(page.texts, "invalid"))
  if (secret !== undefined) return takeFirstCode(page, form, state)
  if (!state.isMissing && !form.has("again"))
    return attempt(page, username, () => answerHostedContact(whose(page), session, username, codeOf(form)), {
      from: state,
      onProblem,
    })
  if (sent >= CODES_AT_MOST) return onProblem(ownProblem(page.texts, "tooMany"))
  const given = attributesOf(form, [CONTACTS[factor] ?? ""])[0]?.Value ?? state.contact
  const contact = given ?? ""
  return attempt(page, username, () => setUpHostedContact(whose(page), factor, session, username, contact), {
    from: { ...state, contact },
    ...(form.has("again") && { notice: page.texts.code.sentAgain }),
    onProblem,
  })
}

async function takeFirstCode(page: SignInPage, form: URLSearchParams, state: SignInState): Promise<HttpResponse> {
  const { username, session } = state
  const name = (form.get("device") ?? "").trim()
  return attempt(
    page,
    username,
    async () => {
      const verified = await verifySoftwareToken(page.hosted, {
        Session: session!,
        UserCode: codeOf(form),
        ...(name !== "" && { FriendlyDeviceName: name }),
      })
      return answerHosted(whose(page), "MFA_SETUP", verified.Session, { USERNAME: username })
    },
    { from: state, onProblem: again(page, state) },
  )
}

async function takePasskey(page: SignInPage, form: URLSearchParams, state: SignInState): Promise<HttpResponse> {
  const { session: _, ...anew } = state
  // What a passkey has signed is good once: whoever was refused chooses anew.
  const onProblem = again(page, { ...anew, challenge: "SELECT_CHALLENGE" })
  return respond(page, state, { CREDENTIAL: form.get("credential") ?? "" }, onProblem)
}
