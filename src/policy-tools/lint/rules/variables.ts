import { OPERATORS } from "../../../policy/conditions/operators.ts"
import { parseResourcePattern } from "../../../policy/resource-pattern.ts"
import type { Variable } from "../../../policy/template.ts"
import { findKey, HALLPASS_GROUPS } from "../../catalogue/keys.ts"
import { actionsMatching } from "../../catalogue/read.ts"
import type { LintPolicy, LintStatement, Written } from "../policy.ts"
import { type Rule, statementRule } from "../rule.ts"

/** A text and the variables that the engine sees in it. */
interface Templated {
  written: Written
  variables: readonly Variable[]
}

const LOOKS_LIKE = /\$\{[^}*?$]/

function* templatesOf(statement: LintStatement, hasVariables: boolean): Generator<Templated> {
  for (const written of [...statement.resources, ...statement.notResources])
    yield { written, variables: parseResourcePattern(written.text, hasVariables).template.variables }
  for (const { operator, values } of statement.conditions) {
    const comparison = OPERATORS.get(operator.base)?.comparison
    for (const written of values) {
      const operand = comparison?.parseOperand(written.text, hasVariables)
      const template = operand === undefined ? undefined : comparison?.template?.(operand)
      yield { written, variables: template?.variables ?? [] }
    }
  }
  for (const written of [...statement.actions, ...statement.notActions, ...statement.principals])
    yield { written, variables: [] }
}

export const variableWithoutValue = statementRule(
  { id: "HP112", severity: "warning", title: "a variable that has no value" },
  function* (statement, { hasVariables }) {
    for (const { written, variables } of templatesOf(statement, hasVariables))
      for (const { key, fallback } of variables) {
        if (key === HALLPASS_GROUPS || fallback !== undefined || hasValue(key, statement)) continue
        yield {
          at: written.at,
          message: `Requests for these actions have no ${key}, so "${written.text}" matches nothing.`,
          fix: `Use a key that they have, or give it a default: \${${key}, 'none'}.`,
        }
      }
  },
)

function hasValue(key: string, { actions }: LintStatement): boolean {
  const known = findKey(key)
  if (known === undefined) return /^[^:]*\./.test(key)
  if (actions.length === 0) return true
  const matching = actions.flatMap(({ text }) => actionsMatching(text))
  return matching.length === 0 || matching.some((action) => known.comesWith(action))
}

export const listAsVariable = statementRule(
  { id: "HP113", severity: "warning", title: "a multivalued key as a variable" },
  function* (statement, { hasVariables }) {
    for (const { written, variables } of templatesOf(statement, hasVariables))
      for (const { key } of variables)
        if (findKey(key)?.key.multivalued)
          yield {
            at: written.at,
            message: `${key} has several values, and such a key cannot be a variable: "${written.text}" matches nothing.`,
            fix: "Ask for the key in a condition with ForAnyValue or ForAllValues.",
          }
  },
)

export const variableAsText: Rule = {
  id: "HP114",
  severity: "warning",
  title: "${...} that is text and no variable",
  *check(policy) {
    for (const statement of policy.statements)
      for (const { written, variables } of templatesOf(statement, policy.hasVariables)) {
        if (variables.length > 0 || !LOOKS_LIKE.test(written.text)) continue
        yield {
          at: written.at,
          message: `"${written.text}" is taken as it stands: ${reasonOf(policy, statement, written)}.`,
          fix: policy.hasVariables ? "Write the value out." : 'Say "Version": "2012-10-17".',
        }
      }
  },
}

function reasonOf({ hasVariables }: LintPolicy, { conditions, resources }: LintStatement, { text }: Written): string {
  if (!hasVariables) return "only documents of version 2012-10-17 have variables"
  if (!text.includes("}")) return "the brace is not closed"
  const isPlace =
    resources.some((one) => one.text === text) ||
    conditions.some(({ values }) => values.some((one) => one.text === text))
  return isPlace
    ? "variables stand in the last part of an ARN, and in values of String and Arn operators"
    : "there are no variables in this element"
}

/** What Hallpass adds to AWS. */
export const groupsVariable: Rule = {
  id: "HP304",
  severity: "warning",
  title: "cognito:groups, which AWS does not know",
  *check({ statements, hasVariables }) {
    const message = "AWS will not do this: cognito:groups is Hallpass's own, and on AWS no request has it."
    const fix = "Run 'hallpass export --aws': it writes the roles and policies by group that AWS understands."
    for (const statement of statements) {
      for (const { written, variables } of templatesOf(statement, hasVariables))
        if (variables.some(({ key }) => key === HALLPASS_GROUPS)) yield { at: written.at, message, fix }
      for (const { key, keyAt } of statement.conditions)
        if (key.toLowerCase() === HALLPASS_GROUPS) yield { at: keyAt, message, fix }
    }
  },
}
