import type { ChallengeNameType } from "@aws-sdk/client-cognito-identity-provider"
import { openFlowState, sealFlowState } from "../flow-state.ts"
import type { Page } from "./page.ts"

/** A sign-in between two forms. */
export interface SignInState {
  /** What the person has to answer; `PASSWORD` and `SELECT_CHALLENGE` without a session begin anew. */
  challenge: ChallengeNameType
  username: string
  session?: string | undefined
  /** Where a code went, as the API tells it: `a***@e***`. */
  place?: string | undefined
  /** How often a code was sent. */
  sent?: number
  /** Attributes that are missing. */
  required?: string[]
  /** What the person could begin with instead. */
  others?: string[]
  /** Second factors that may be chosen, or set up. */
  choices?: string[]
  /** The second factor that is being set up, and whether its address has to be given. */
  factor?: string
  isMissing?: boolean
  /** The address that was given for it. */
  contact?: string
  /** Of an authenticator that is being set up. */
  secret?: string
  /** For `navigator.credentials`, as JSON. */
  options?: string | undefined
}

/** Somebody who has signed up, or wants to be confirmed. */
export interface ConfirmState {
  username: string
  place?: string | undefined
  /** How they proved who they are in this browser, if they did: then confirming signs them in. */
  amr?: string[] | undefined
}

/** Somebody who has forgotten a password. */
export interface ForgottenState {
  username: string
  place?: string | undefined
}

interface States {
  "sign-in": SignInState
  confirm: ConfirmState
  forgotten: ForgottenState
}

export const sealState = <K extends keyof States>({ hosted, csrf }: Page, kind: K, state: States[K]): string =>
  sealFlowState(hosted, kind, state, csrf)

/** Undefined where the form is of another browser, or too old. */
export const openState = <K extends keyof States>(
  { hosted }: Page,
  kind: K,
  form: URLSearchParams,
): States[K] | undefined => openFlowState<States[K]>(hosted, kind, form.get("flow"))
