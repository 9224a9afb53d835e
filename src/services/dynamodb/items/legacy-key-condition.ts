import type { Condition } from "@aws-sdk/client-dynamodb"
import { invalid } from "../errors.ts"
import { legacyValues } from "../expressions/legacy-conditions.ts"
import type { KeyTest } from "./key-condition.ts"

/** API reference, "Condition": the operators of KeyConditions. */
const OPERATORS: ReadonlyMap<string, KeyTest["operator"]> = new Map([
  ["EQ", "="],
  ["LT", "<"],
  ["LE", "<="],
  ["GT", ">"],
  ["GE", ">="],
  ["BETWEEN", "BETWEEN"],
  ["BEGINS_WITH", "begins_with"],
])

export function legacyKeyTests(conditions: Record<string, Condition>): KeyTest[] {
  if (Object.keys(conditions).length === 0) throw invalid("Conditions can be of length 1 or 2 only")
  return Object.entries(conditions).map(([name, { ComparisonOperator, AttributeValueList }]) => {
    const values = legacyValues(ComparisonOperator!, AttributeValueList)
    const operator = OPERATORS.get(ComparisonOperator!)
    if (!operator) throw invalid("Attempted conditional constraint is not an indexable operation")
    return { name, operator, values }
  })
}
