import { type Glob, matchesGlob, parseGlob } from "../../../policy/glob.ts"
import {
  GUEST_SESSION_POLICY,
  GUEST_SESSION_POLICY_ARN,
} from "../../../services/cognito-identity/roles/guest-scope-down.ts"
import { awsManagedPolicies } from "../../../services/iam/policies/aws-managed.ts"
import { actionsMatching } from "../../catalogue/read.ts"
import { isAllow } from "../policy.ts"
import { some, statementRule } from "../rule.ts"

interface AllowList {
  Statement: { Action: string[] } | { Action: string[] }[]
}

let globs: readonly Glob[] | undefined

/** What both of the guests' session policies let through: they are a union, on every resource. */
function letThrough(): readonly Glob[] {
  const managed = awsManagedPolicies.find(({ name }) => GUEST_SESSION_POLICY_ARN.endsWith(`/${name}`))?.document
  const documents = [JSON.parse(GUEST_SESSION_POLICY), managed] as AllowList[]
  globs ??= documents
    .flatMap(({ Statement }) => Statement)
    .flatMap(({ Action }) => Action)
    .map((action) => parseGlob(action.toLowerCase()))
  return globs
}

export const moreThanGuestsGet = statementRule(
  { id: "HP303", severity: "warning", title: "guests are allowed what their sessions never let through" },
  function* (statement, { forGuests, kind }) {
    if (!forGuests || kind === "trust" || !isAllow(statement)) return
    for (const { text, at } of statement.actions) {
      const matching = actionsMatching(text).map(({ service, name }) => `${service}:${name}`)
      const cut = matching.filter((name) => !letThrough().some((glob) => matchesGlob(glob, name.toLowerCase())))
      if (cut.length === 0) continue
      const whole = cut.length === matching.length
      yield {
        at,
        message: whole
          ? `Guests never get ${text}: Cognito cuts their sessions down in the enhanced flow.`
          : `Of ${text}, guests never get ${some(cut)}: Cognito cuts their sessions down in the enhanced flow.`,
        fix: whole ? "Take the action out, or let members alone do this." : "Name the actions that guests are to have.",
      }
    }
  },
)
