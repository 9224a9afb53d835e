import type { ExpectedAttributeValue, AttributeValue as WireAttributeValue } from "@aws-sdk/client-dynamodb"
import { invalid, invalidParameter } from "../errors.ts"
import { bindCondition } from "../expressions/bind-condition.ts"
import { type Bindings, bindingsOf } from "../expressions/bindings.ts"
import { legacyExpected } from "../expressions/legacy-conditions.ts"
import { parseConditionExpression } from "../expressions/parse.ts"
import type { BoundCondition } from "../expressions/syntax.ts"

/** Expressions and the parameters that they replaced do not go together. */
export function assertOneStyle(legacy: Record<string, unknown>, expressions: Record<string, unknown>): void {
  const sent = (parameters: Record<string, unknown>) =>
    Object.keys(parameters).filter((name) => parameters[name] !== undefined)
  const old = sent(legacy)
  const new_ = sent(expressions)
  if (old.length > 0 && new_.length > 0) {
    throw invalid(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${old.join(", ")}} Expression parameters: {${new_.join(", ")}}`,
    )
  }
}

export interface ConditionalInput {
  ConditionExpression?: string | undefined
  UpdateExpression?: string | undefined
  ExpressionAttributeNames?: Record<string, string> | undefined
  ExpressionAttributeValues?: Record<string, WireAttributeValue> | undefined
  Expected?: Record<string, ExpectedAttributeValue> | undefined
  AttributeUpdates?: unknown
  ConditionalOperator?: "AND" | "OR" | undefined
}

/** The bindings of a write's expressions. `takesUpdate`: UpdateItem has one expression more. */
export function writeBindings(input: ConditionalInput, takesUpdate: boolean): Bindings {
  const { ConditionExpression, UpdateExpression } = input
  const expressions = takesUpdate ? { UpdateExpression, ConditionExpression } : { ConditionExpression }
  assertOneStyle(
    {
      AttributeUpdates: input.AttributeUpdates,
      Expected: input.Expected,
      ConditionalOperator: input.ConditionalOperator,
    },
    expressions,
  )
  return bindingsOf(input.ExpressionAttributeNames, input.ExpressionAttributeValues, {
    withNames: expressions,
    withValues: expressions,
  })
}

export function parseWriteCondition(input: ConditionalInput, bindings: Bindings): BoundCondition | undefined {
  const { ConditionExpression, Expected, ConditionalOperator } = input
  if (ConditionExpression !== undefined) {
    const written = parseConditionExpression("ConditionExpression", ConditionExpression)
    return bindCondition(bindings, "ConditionExpression", written)
  }
  assertConditionalOperator(ConditionalOperator, Expected)
  return Expected && legacyExpected(Expected, ConditionalOperator)
}

export function assertConditionalOperator(
  operator: string | undefined,
  conditions: Record<string, unknown> | undefined,
): void {
  if (operator === undefined) return
  if (conditions === undefined) {
    throw invalidParameter("ConditionalOperator cannot be used without Filter or Expected")
  }
  if (Object.keys(conditions).length <= 1) {
    throw invalidParameter("ConditionalOperator can only be used when Filter or Expected has two or more elements")
  }
}
