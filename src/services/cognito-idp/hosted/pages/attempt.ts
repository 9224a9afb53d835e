import type { HttpResponse } from "../../../../wire/http.ts"
import { type HostedSignIn, type HostedStep, setUpHostedContact } from "../../sign-in/hosted.ts"
import { finishHosted } from "../finish.ts"
import { associateSoftwareToken } from "./calls.ts"
import { challengePage } from "./challenges.ts"
import { confirmPage } from "./confirm-view.ts"
import { forgottenPage } from "./forgotten-view.ts"
import type { SignInPage } from "./page.ts"
import { describeProblem, type Problem } from "./problems.ts"
import { firstPage } from "./sign-in-view.ts"
import type { SignInState } from "./state.ts"

export const whose = ({ hosted, client }: SignInPage): HostedSignIn => ({
  deps: hosted.deps,
  pool: hosted.pool,
  client,
})

interface Options {
  /** The state that the step was asked in. */
  from?: SignInState
  /** What went well. */
  notice?: string
  onProblem?: (problem: Problem) => HttpResponse | Promise<HttpResponse>
}

/**
 * One step of a sign-in, and the page that it leads to. A refusal is shown where it can be done something about:
 * where the person has to be confirmed, has to set a new password, or can try again.
 */
export async function attempt(
  page: SignInPage,
  username: string,
  run: () => Promise<HostedStep>,
  { from, notice, onProblem }: Options = {},
): Promise<HttpResponse> {
  try {
    const step = await run()
    if (step.kind === "signedIn") return await finishHosted(page.hosted, page.request, step)
    return challengePage(page, await stateOf(page, username, step, from), { notice })
  } catch (error) {
    const problem = describeProblem(page.texts, error)
    switch (problem.sentence) {
      case "notConfirmed":
        // Only who has shown the right password is told so.
        return confirmPage(page, { username, amr: ["pwd"] }, { problem })
      case "resetRequired":
        return forgottenPage(page, { username, problem })
      case "expired":
        return firstPage(page, { username, problem })
      default:
        return onProblem ? onProblem(problem) : firstPage(page, { username, problem })
    }
  }
}

async function stateOf(
  page: SignInPage,
  username: string,
  { name, parameters, session, choices }: Extract<HostedStep, { kind: "challenge" }>,
  from: SignInState | undefined,
): Promise<SignInState> {
  const state: SignInState = { challenge: name, username, session, ...(from?.others && { others: from.others }) }
  switch (name) {
    case "SELECT_CHALLENGE": {
      const others = shownChoices(choices)
      return { ...state, others, challenge: others.length === 1 && others[0] === "PASSWORD" ? "PASSWORD" : name }
    }
    case "NEW_PASSWORD_REQUIRED":
      return {
        ...state,
        required: listOf(parameters.requiredAttributes).map((one) => one.replace("userAttributes.", "")),
      }
    case "SELECT_MFA_TYPE":
      return { ...state, choices: listOf(parameters.MFAS_CAN_CHOOSE) }
    case "MFA_SETUP":
      return setUpState(page, state, parameters, from)
    case "WEB_AUTHN":
      return { ...state, options: parameters.CREDENTIAL_REQUEST_OPTIONS }
    default:
      return { ...state, place: parameters.CODE_DELIVERY_DESTINATION, sent: (from?.sent ?? 0) + 1 }
  }
}

/** However a password is proved to the API, people type it. */
const shownChoices = (choices: readonly string[]): string[] => [
  ...new Set(choices.map((choice) => (choice === "PASSWORD_SRP" ? "PASSWORD" : choice))),
]

const listOf = (json: string | undefined): string[] => JSON.parse(json ?? "[]") as string[]

/** What can be set up: of several the person chooses, one is begun at once, unless it is under way. */
async function setUpState(
  page: SignInPage,
  state: SignInState,
  parameters: Readonly<Record<string, string>>,
  from: SignInState | undefined,
): Promise<SignInState> {
  const { factor = "" } = from ?? {}
  if (parameters.MISSING !== undefined) return { ...state, factor, isMissing: true }
  if (parameters.CODE_DELIVERY_DESTINATION !== undefined)
    return {
      ...state,
      factor,
      ...(from?.contact !== undefined && { contact: from.contact }),
      place: parameters.CODE_DELIVERY_DESTINATION,
      sent: (from?.sent ?? 0) + 1,
    }
  const choices = listOf(parameters.MFAS_CAN_SETUP)
  return choices.length === 1 ? beginSetUp(page, { ...state, choices }, choices[0]!) : { ...state, choices }
}

/** The authenticator has a secret at once; an address is sent a code, or asked for. */
export async function beginSetUp(page: SignInPage, state: SignInState, factor: string): Promise<SignInState> {
  const { hosted } = page
  if (factor === "SOFTWARE_TOKEN_MFA") {
    const { SecretCode, Session } = await associateSoftwareToken(hosted, { Session: state.session! })
    return { ...state, factor, session: Session, secret: SecretCode! }
  }
  const step = await setUpHostedContact(whose(page), factor, state.session, state.username)
  if (step.kind !== "challenge") throw new TypeError("A code was not asked for.")
  return stateOf(page, state.username, step, { ...state, factor })
}
