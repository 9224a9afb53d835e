import { holds, parseConditions, type Surroundings } from "../../policy/conditions/condition.ts"
import { contextOf, type OneOrMany, type PolicyDocument, type StatementDocument } from "../../policy/index.ts"
import { HALLPASS_GROUPS } from "../catalogue/keys.ts"

/** What AWS's policies have no words for. The message is for the person who exports. */
export class ExportError extends Error {
  override name = "ExportError"
}

const VARIABLE = /\$\{\s*cognito:groups\s*(?:,\s*'([^']*)'\s*)?\}/gi

/** Operators in whose values variables stand. */
const HAS_VARIABLES = /^(?:For(?:All|Any)Values?:)?(?:String|Arn|Bool)/

const isGroupsKey = (key: string): boolean => key.toLowerCase() === HALLPASS_GROUPS

/** Whether anything in the document depends on the caller's groups. */
export const usesGroups = (document: PolicyDocument): boolean => {
  const text = JSON.stringify(document)
  return (
    text.search(VARIABLE) >= 0 ||
    statementsOf(document).some(({ Condition = {} }) =>
      Object.values(Condition).some((keys) => Object.keys(keys).some(isGroupsKey)),
    )
  )
}

const statementsOf = ({ Statement }: PolicyDocument): readonly StatementDocument[] => [Statement].flat()

/**
 * The policy as it is for someone who is in this group alone, or in none: without the groups' variable and key. Undefined
 * where nothing of it is left.
 *
 * @throws {ExportError}
 */
export function policyForGroup(document: PolicyDocument, group: string | undefined): PolicyDocument | undefined {
  const hasVariables = document.Version === "2012-10-17"
  const Statement = statementsOf(document).flatMap(
    (statement) => statementForGroup(statement, group, hasVariables) ?? [],
  )
  return Statement.length === 0 ? undefined : { ...document, Statement }
}

function statementForGroup(
  statement: StatementDocument,
  group: string | undefined,
  hasVariables: boolean,
): StatementDocument | undefined {
  const { Resource, NotResource, Condition, ...others } = statement
  const fill = (values: OneOrMany): string[] =>
    [values].flat().flatMap((value) => (hasVariables ? (fillIn(value, group) ?? []) : value))
  const surroundings = { variables: hasVariables, effect: statement.Effect === "Deny" ? "Deny" : "Allow" } as const
  const conditions = conditionsForGroup(Condition, group, surroundings)
  if (conditions === undefined) return undefined
  const result: StatementDocument = { ...others }
  if (Resource !== undefined) {
    const filled = fill(Resource)
    if (filled.length === 0) return undefined
    result.Resource = filled
  }
  if (NotResource !== undefined) {
    const filled = fill(NotResource)
    // What is excepted from everything matches nothing, so that everything is left.
    if (filled.length === 0) result.Resource = "*"
    else result.NotResource = filled
  }
  if (Object.keys(conditions).length > 0) result.Condition = conditions
  return result
}

/** The value with the group in it, in which nothing is a wildcard or variable; undefined where there is no group. */
function fillIn(value: string, group: string | undefined): string | undefined {
  let isEmpty = false
  const filled = value.replace(VARIABLE, (_, fallback: string | undefined) => {
    const text = group ?? fallback
    if (text === undefined) isEmpty = true
    return (text ?? "").replace(/[*?$]/g, "${$&}")
  })
  return isEmpty ? undefined : filled
}

type Conditions = NonNullable<StatementDocument["Condition"]>

/** Undefined where a condition on the groups does not hold, so that the statement never applies. */
function conditionsForGroup(
  written: Conditions | undefined,
  group: string | undefined,
  surroundings: Surroundings,
): Conditions | undefined {
  const left: Record<string, Conditions[string]> = {}
  for (const [operator, keys] of Object.entries(written ?? {})) {
    const entries: [string, Conditions[string][string]][] = []
    for (const [key, values] of Object.entries(keys)) {
      if (isGroupsKey(key)) {
        if (!groupsHold(operator, key, values, group, surroundings)) return undefined
        continue
      }
      const filled =
        surroundings.variables && HAS_VARIABLES.test(operator) ? fillValues(values, group) : [values].flat()
      if (filled.length > 0) entries.push([key, filled])
      // No value is left to compare with: equal to none, and unequal to all.
      else if (!/Not(Equals|Like)/.test(operator)) return undefined
    }
    if (entries.length > 0) left[operator] = Object.fromEntries(entries)
  }
  return left
}

const fillValues = (values: Conditions[string][string], group: string | undefined) =>
  [values].flat().flatMap((value) => (typeof value === "string" ? (fillIn(value, group) ?? []) : value))

/** Decided here, by the engine, for there is no such key on AWS. */
function groupsHold(
  operator: string,
  key: string,
  values: Conditions[string][string],
  group: string | undefined,
  surroundings: Surroundings,
): boolean {
  const [condition] = parseConditions({ [operator]: { [key]: values } }, surroundings, "Condition")
  if (condition?.kind === "value" && condition.templates.some((template) => template && template.variables.length > 0))
    throw new ExportError(
      `A condition compares cognito:groups with a variable (${[values].flat().join(", ")}). AWS cannot be asked that: compare it with names of groups.`,
    )
  const nobody = { type: "anonymous", arn: null, account: null } as const
  const context = contextOf({ [HALLPASS_GROUPS]: group === undefined ? [] : [group] })
  return holds(condition!, { principal: nobody, action: "", resource: "", resourceAccount: "", context })
}
