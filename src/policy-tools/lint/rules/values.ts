import { OPERATORS } from "../../../policy/conditions/operators.ts"
import { statementRule } from "../rule.ts"

export const valueOfWrongType = statementRule(
  { id: "HP110", severity: "warning", title: "a value that the operator cannot compare" },
  function* ({ effect, conditions }, { hasVariables }) {
    for (const { operator, operatorText, values } of conditions)
      for (const { text, at } of values) {
        const isOpen = hasVariables && operator.base !== "Null" && text.includes("${")
        if (isOpen || isOfType(operator.base, text)) continue
        yield {
          at,
          message: `"${text}" is no value that ${operatorText} can compare with, so ${effect === "Deny" ? "the Deny applies whatever the key holds" : "it never matches"}.`,
          fix: `Write ${EXAMPLES.find(([family]) => operator.base.includes(family))?.[1] ?? '"true" or "false"'}.`,
        }
      }
  },
)

function isOfType(operator: string, text: string): boolean {
  if (operator === "Null" || operator === "Bool") return /^(true|false)$/i.test(text)
  // A wildcard stands inside one of the six parts.
  if (operator.startsWith("Arn")) return text.split(":").length >= 6
  return OPERATORS.get(operator)?.comparison.parseOperand(text, false) !== undefined
}

const EXAMPLES: readonly (readonly [string, string])[] = [
  ["Numeric", "a decimal number"],
  ["Date", "a date like 2026-01-31T12:00:00Z, or seconds since 1970"],
  ["Bool", '"true" or "false"'],
  ["Ip", "an address or a network like 192.0.2.0/24"],
  ["Arn", "an ARN; wildcards may stand in its parts"],
]

export const wildcardComparedExactly = statementRule(
  { id: "HP111", severity: "warning", title: "a wildcard where values are compared exactly" },
  function* ({ conditions }) {
    for (const { operator, operatorText, values } of conditions) {
      if (!/^String(Not)?Equals/.test(operator.base)) continue
      for (const { text, at } of values)
        if (text.replaceAll("${*}", "").includes("*"))
          yield {
            at,
            message: `${operatorText} takes the * in "${text}" for that character.`,
            fix: `Use ${operatorText.replace(/(Not)?Equals(IgnoreCase)?/, "$1Like")} if a wildcard is meant.`,
          }
    }
  },
)
