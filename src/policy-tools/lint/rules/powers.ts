import { matchesGlob, parseGlob } from "../../../policy/glob.ts"
import { actionsMatching } from "../../catalogue/read.ts"
import { isAllow, type LintStatement, type Written } from "../policy.ts"
import { some, statementRule } from "../rule.ts"

const isEverything = ({ text }: Written): boolean => /^\*+$/.test(text)
const isOnEverything = ({ resources }: LintStatement): boolean => resources.some(isEverything)

const covers = ({ text }: Written, action: string): boolean =>
  matchesGlob(parseGlob(text.toLowerCase()), action.toLowerCase())

export const everything = statementRule(
  { id: "HP201", severity: "warning", title: "everything is allowed" },
  function* (statement, { kind }) {
    if (!isAllow(statement) || statement.conditions.length > 0 || kind === "trust") return
    const all = statement.actions.find(({ text }) => /^\*+(:\*+)?$/.test(text))
    if (all && isOnEverything(statement))
      yield {
        at: all.at,
        message: "The statement allows every action on every resource: whoever has it is the account's administrator.",
        fix: "Name the actions and resources that are needed.",
      }
  },
)

export const wildcardOfPermissions = statementRule(
  { id: "HP202", severity: "warning", title: "a wildcard that takes in the management of permissions" },
  function* (statement, { kind }) {
    if (!isAllow(statement) || kind === "trust" || !isOnEverything(statement)) return
    for (const written of statement.actions) {
      if (!/[*?]/.test(written.text) || /^\*+(:\*+)?$/.test(written.text)) continue
      const managing = actionsMatching(written.text).filter(({ level }) => level === "permissions management")
      if (managing.length === 0) continue
      yield {
        at: written.at,
        message: `${written.text} on every resource takes in ${some(managing.map(({ service, name }) => `${service}:${name}`))}, which give permissions away.`,
        fix: "Name the actions that are needed, or the resources.",
      }
    }
  },
)

export const passAnyRole = statementRule(
  { id: "HP203", severity: "warning", title: "iam:PassRole on any role" },
  function* (statement) {
    if (!isAllow(statement)) return
    const passing = statement.actions.find(
      (action) => covers(action, "iam:PassRole") && !/^\*+(:\*+)?$/.test(action.text),
    )
    const any = statement.resources.find(({ text }) => /^(\*+|arn:aws[^:]*:iam::[^:]*:(role\/)?\*+)$/.test(text))
    if (passing && any)
      yield {
        at: passing.at,
        message: `${passing.text} on ${any.text} hands any role of the account to a service, an administrator's too.`,
        fix: "Name the roles, and ask for iam:PassedToService.",
      }
  },
)

/** Actions by which a caller gives itself the permissions of others. Source: IAM User Guide, "Policy validation: security
 * warnings", and the actions that write a policy or make credentials. */
const ESCALATING = [
  "iam:AddUserToGroup",
  "iam:AttachGroupPolicy",
  "iam:AttachRolePolicy",
  "iam:AttachUserPolicy",
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
  "iam:CreatePolicyVersion",
  "iam:DeleteRolePermissionsBoundary",
  "iam:DeleteUserPermissionsBoundary",
  "iam:PutGroupPolicy",
  "iam:PutRolePolicy",
  "iam:PutUserPolicy",
  "iam:SetDefaultPolicyVersion",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateLoginProfile",
  "sts:AssumeRole",
]

export const escalation = statementRule(
  { id: "HP204", severity: "warning", title: "an action by which a caller takes other permissions, on anything" },
  function* (statement, { kind }) {
    if (!isAllow(statement) || kind === "trust" || !isOnEverything(statement)) return
    for (const written of statement.actions) {
      const escalating = /[*?]/.test(written.text) ? undefined : ESCALATING.find((action) => covers(written, action))
      if (escalating)
        yield {
          at: written.at,
          message: `${escalating} on every resource lets the caller take permissions that it was not given.`,
          fix: "Name the resources.",
        }
    }
  },
)

export const allowNotAction = statementRule(
  { id: "HP205", severity: "warning", title: "Allow with NotAction" },
  function* (statement) {
    const [first] = statement.notActions
    if (first && isAllow(statement))
      yield {
        at: first.at,
        message: "Allow with NotAction allows every other action of every service, those that come next year too.",
        fix: "Allow the actions that are needed by Action, or deny these in a statement of their own.",
      }
  },
)

export const allowNotResource = statementRule(
  { id: "HP206", severity: "warning", title: "Allow with NotResource" },
  function* (statement) {
    const [first] = statement.notResources
    if (first && isAllow(statement))
      yield {
        at: first.at,
        message: "Allow with NotResource allows the actions on every other resource, those of other accounts too.",
        fix: "Name the resources by Resource, or deny these in a statement of their own.",
      }
  },
)

export const openToEveryone = statementRule(
  { id: "HP207", severity: "warning", title: "a resource policy open to everyone" },
  function* (statement, { kind }) {
    if (!isAllow(statement) || (kind !== "bucket" && kind !== "resource") || statement.conditions.length > 0) return
    const everyone = statement.principals.find(({ text, type }) => text === "*" && (type === "*" || type === "AWS"))
    if (everyone)
      yield {
        at: everyone.at,
        message: "The statement allows this to everyone, without credentials too.",
        fix: "Name the principals, or add a condition (aws:PrincipalOrgID, aws:SourceArn, ...).",
      }
  },
)

export const allOfNothing = statementRule(
  { id: "HP208", severity: "warning", title: "ForAllValues in an Allow" },
  function* (statement) {
    if (!isAllow(statement)) return
    for (const { key, keyAt, operator, operatorText } of statement.conditions) {
      const isGuarded = statement.conditions.some(
        (other) =>
          other.key.toLowerCase() === key.toLowerCase() &&
          ((other.operator.base === "Null" && other.values.every(({ text }) => text.toLowerCase() === "false")) ||
            other.operator.set === "ForAnyValue"),
      )
      if (operator.set !== "ForAllValues" || isGuarded) continue
      yield {
        at: keyAt,
        message: `${operatorText} holds for a request without ${key}, and the statement allows it then.`,
        fix: `Add "Null": {"${key}": "false"} to Condition.`,
      }
    }
  },
)
