import type { Condition, ExpectedAttributeValue } from "@aws-sdk/client-dynamodb"
import { invalidParameter } from "../errors.ts"
import { type AttributeType, type AttributeValue, typeOf } from "../values/attribute-value.ts"
import { compareValues } from "../values/compare.ts"
import { parseValue } from "../values/parse.ts"
import type { BoundCondition, BoundOperand, Comparator } from "./syntax.ts"

/** DynamoDB API reference, "Condition": how many values each operator takes, and of which types. */
interface LegacyOperator {
  count: number | "some"
  types?: readonly AttributeType[]
  condition(operand: BoundOperand, values: BoundOperand[]): BoundCondition
}

const SCALARS: readonly AttributeType[] = ["S", "N", "B"]

const comparison = (operator: Comparator, types?: readonly AttributeType[]): LegacyOperator => ({
  count: 1,
  ...(types && { types }),
  condition: (left, [right]) => ({ kind: "compare", operator, left, right: right! }),
})

const call = (name: string, count: number, types?: readonly AttributeType[]): LegacyOperator => ({
  count,
  ...(types && { types }),
  condition: (operand, values) => ({ kind: "call", name, operands: [operand, ...values] }),
})

export const LEGACY_OPERATORS: ReadonlyMap<string, LegacyOperator> = new Map<string, LegacyOperator>([
  ["EQ", comparison("=")],
  ["NE", comparison("<>")],
  ["LT", comparison("<", SCALARS)],
  ["LE", comparison("<=", SCALARS)],
  ["GT", comparison(">", SCALARS)],
  ["GE", comparison(">=", SCALARS)],
  ["NOT_NULL", call("attribute_exists", 0)],
  ["NULL", call("attribute_not_exists", 0)],
  ["CONTAINS", call("contains", 1, SCALARS)],
  [
    "NOT_CONTAINS",
    {
      count: 1,
      types: SCALARS,
      condition: (operand, values) => ({
        kind: "not",
        condition: { kind: "call", name: "contains", operands: [operand, ...values] },
      }),
    },
  ],
  ["BEGINS_WITH", call("begins_with", 1, ["S", "B"])],
  ["IN", { count: "some", types: SCALARS, condition: (operand, list) => ({ kind: "in", operand, list }) }],
  [
    "BETWEEN",
    {
      count: 2,
      types: SCALARS,
      condition: (operand, [low, high]) => ({ kind: "between", operand, low: low!, high: high! }),
    },
  ],
])

/** A `Condition` of QueryFilter or ScanFilter, or an expectation with a ComparisonOperator. */
export function legacyCondition(name: string, { ComparisonOperator, AttributeValueList }: Condition): BoundCondition {
  const values = legacyValues(ComparisonOperator!, AttributeValueList)
  return LEGACY_OPERATORS.get(ComparisonOperator!)!.condition(
    { kind: "path", path: [name] },
    values.map((value) => ({ kind: "value", value })),
  )
}

export function legacyValues(operator: string, list: Condition["AttributeValueList"]): AttributeValue[] {
  const { count, types } = LEGACY_OPERATORS.get(operator)!
  const values = (list ?? []).map((value) => parseValue(value))
  if (count === "some" ? values.length === 0 : values.length !== count) {
    throw invalidParameter(`Invalid number of argument(s) for the ${operator} ComparisonOperator`)
  }
  for (const value of values) {
    const type = typeOf(value)
    if (types && !types.includes(type)) {
      throw invalidParameter(`ComparisonOperator ${operator} is not valid for ${type} AttributeValue type`)
    }
  }
  if (values.some((value) => typeOf(value) !== typeOf(values[0]!))) {
    throw invalidParameter("AttributeValues inside AttributeValueList must be of same type")
  }
  if (operator === "BETWEEN" && compareValues(values[0]!, values[1]!)! > 0) {
    throw invalidParameter(
      "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
    )
  }
  return values
}

/** QueryFilter and ScanFilter. */
export function legacyFilter(
  conditions: Record<string, Condition>,
  operator: "AND" | "OR" | undefined,
): BoundCondition | undefined {
  return joined(
    Object.entries(conditions).map(([name, condition]) => legacyCondition(name, condition)),
    operator,
  )
}

/** `Expected`. */
export function legacyExpected(
  expected: Record<string, ExpectedAttributeValue>,
  operator: "AND" | "OR" | undefined,
): BoundCondition | undefined {
  return joined(
    Object.entries(expected).map(([name, expectation]) => legacyExpectation(name, expectation)),
    operator,
  )
}

function legacyExpectation(name: string, expectation: ExpectedAttributeValue): BoundCondition {
  const { Value, Exists, ComparisonOperator, AttributeValueList } = expectation
  const operand: BoundOperand = { kind: "path", path: [name] }
  if (ComparisonOperator !== undefined) {
    if (Exists !== undefined) {
      throw invalidParameter(`Exists and ComparisonOperator cannot be used together for Attribute: ${name}`)
    }
    if (Value !== undefined && AttributeValueList !== undefined) {
      throw invalidParameter(`Value and AttributeValueList cannot be used together for Attribute: ${name}`)
    }
    return legacyCondition(name, {
      ComparisonOperator,
      AttributeValueList: Value === undefined ? AttributeValueList : [Value],
    })
  }
  if (AttributeValueList !== undefined) {
    throw invalidParameter(`AttributeValueList can only be used with a ComparisonOperator for Attribute: ${name}`)
  }
  if (Exists === false) {
    if (Value !== undefined) {
      throw invalidParameter(`Value cannot be used when Exists is set to false for Attribute: ${name}`)
    }
    return { kind: "call", name: "attribute_not_exists", operands: [operand] }
  }
  if (Value === undefined) {
    throw invalidParameter(`Value must be provided when Exists is ${Exists ?? "null"} for Attribute: ${name}`)
  }
  return { kind: "compare", operator: "=", left: operand, right: { kind: "value", value: parseValue(Value) } }
}

function joined(conditions: readonly BoundCondition[], operator: "AND" | "OR" | undefined): BoundCondition | undefined {
  const [first, ...others] = conditions
  if (!first) return undefined
  const kind = operator === "OR" ? "or" : "and"
  // Balanced, so that many conditions do not nest deeply.
  if (others.length === 0) return first
  const middle = conditions.length >> 1
  return {
    kind,
    left: joined(conditions.slice(0, middle), operator)!,
    right: joined(conditions.slice(middle), operator)!,
  }
}
