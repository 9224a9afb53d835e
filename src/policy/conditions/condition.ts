import { type ConditionScalar, type ConditionValues, PolicySyntaxError, type StatementDocument } from "../document.ts"
import type { Request } from "../request.ts"
import type { Template } from "../template.ts"
import { anyValueIfExistsOnAbsentKey, isAbsent, plainOperatorOnList, unreadableHolds } from "../unsettled.ts"
import type { Comparison } from "./comparison.ts"
import { OPERATORS, parseOperatorName, type SetOperator } from "./operators.ts"

/** What of its statement and document a condition is read by. */
export interface Surroundings {
  /** Whether the document's version has variables. */
  readonly variables: boolean
  readonly effect: "Allow" | "Deny"
}

interface Asked {
  /** The operator as it is written: `ForAnyValue:StringLike`. */
  readonly operator: string
  /** The key as it is written. */
  readonly key: string
  readonly lowerCaseKey: string
  /** The values as they are written. */
  readonly values: readonly string[]
  /** Whether one of them is not of the operator's type. */
  readonly isUnreadable: boolean
  readonly effect: "Allow" | "Deny"
}

/** One operator and one key of a Condition element. */
export type Condition = NullCondition | ValueCondition

interface NullCondition extends Asked {
  readonly kind: "null"
  /** Whether one of the values asks for an absent key, and whether one asks for a present one. */
  readonly absent: boolean
  readonly present: boolean
}

interface ValueCondition extends Asked {
  readonly kind: "value"
  readonly set: SetOperator | undefined
  readonly ifExists: boolean
  readonly negated: boolean
  readonly comparison: Comparison
  /** The values that are of the operator's type. */
  readonly operands: readonly unknown[]
  /** In the order of `values`; undefined where no variable can stand. */
  readonly templates: readonly (Template | undefined)[]
}

export function parseConditions(
  element: StatementDocument["Condition"],
  surroundings: Surroundings,
  path: string,
): readonly Condition[] {
  if (element === undefined) return []
  const conditions: Condition[] = []
  for (const [operator, keys] of Object.entries(assertObject(element, path)))
    for (const [key, values] of Object.entries(assertObject(keys, `${path}.${operator}`)))
      conditions.push(parseCondition(operator, key, values as ConditionValues, surroundings, `${path}.${operator}`))
  return conditions
}

function assertObject(value: unknown, path: string): object {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new PolicySyntaxError("is not an object", path)
  return value
}

function parseCondition(
  operator: string,
  key: string,
  written: ConditionValues,
  { variables, effect }: Surroundings,
  path: string,
): Condition {
  const name = parseOperatorName(operator)
  if (name === undefined) throw new PolicySyntaxError("is no condition operator", path)
  const values = parseValues(written, `${path}.${key}`)
  const asked = { operator, key, lowerCaseKey: key.toLowerCase(), values, effect }
  if (name.base === "Null") {
    const lower = values.map((value) => value.toLowerCase())
    const isUnreadable = lower.some((value) => value !== "true" && value !== "false")
    return { kind: "null", ...asked, isUnreadable, absent: lower.includes("true"), present: lower.includes("false") }
  }
  const { comparison, negated } = OPERATORS.get(name.base)!
  const parsed = values.map((value) => comparison.parseOperand(value, variables))
  return {
    kind: "value",
    ...asked,
    isUnreadable: parsed.includes(undefined),
    set: name.set,
    ifExists: name.ifExists,
    negated,
    comparison,
    operands: parsed.filter((operand) => operand !== undefined),
    templates: parsed.map((operand) => (operand === undefined ? undefined : comparison.template?.(operand))),
  }
}

function parseValues(written: ConditionValues, path: string): string[] {
  const list: readonly ConditionScalar[] = Array.isArray(written) ? written : [written as ConditionScalar]
  return list.map((value) => {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
      throw new PolicySyntaxError("is neither a string, a number nor a boolean", path)
    return String(value)
  })
}

export function holds(condition: Condition, request: Request): boolean {
  const value = request.context.get(condition.lowerCaseKey)
  if (condition.kind === "null") return holdsForPresence(condition, !isAbsent(value))
  if (isAbsent(value)) return holdsWithoutKey(condition)
  if (typeof value === "string") return holdsFor(condition, value, request)
  switch (condition.set) {
    case undefined:
      return plainOperatorOnList(condition.negated, condition.effect)
    case "ForAllValues":
      return value.every((one) => holdsFor(condition, one, request))
    case "ForAnyValue":
      return value.some((one) => holdsFor(condition, one, request))
  }
}

const holdsForPresence = ({ absent, present, isUnreadable, effect }: NullCondition, isPresent: boolean): boolean =>
  (isPresent ? present : absent) || (isUnreadable && unreadableHolds(effect))

/** "If the key is not present": IfExists says true, ForAllValues true, ForAnyValue false, and else the negated operators
 * say true and the others false. */
function holdsWithoutKey({ ifExists, set, negated, effect }: ValueCondition): boolean {
  if (set === "ForAnyValue") return ifExists && anyValueIfExistsOnAbsentKey(effect)
  return ifExists || set === "ForAllValues" || negated
}

/** One value of the request against all of the policy's: any of them, or with a negated operator none. */
function holdsFor(condition: ValueCondition, text: string, request: Request): boolean {
  const { comparison, operands, negated, isUnreadable, effect } = condition
  const value = comparison.parseValue(text)
  if (value === undefined) return unreadableHolds(effect)
  for (const operand of operands) if (comparison.holds(operand, value, request)) return !negated
  return isUnreadable ? unreadableHolds(effect) : negated
}
