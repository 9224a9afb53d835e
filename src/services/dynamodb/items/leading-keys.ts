import type { AttributeValue, Condition } from "@aws-sdk/client-dynamodb"
import { parseConditionExpression } from "../expressions/parse.ts"
import type { WrittenCondition, WrittenOperand } from "../expressions/syntax.ts"
import { normalizeNumber } from "../values/number.ts"

/** Values of attributes by name. */
export type Attributes = Record<string, AttributeValue>

export interface LeadingKeysInput {
  Key?: Attributes
  Item?: Attributes
  /** The keys of a batch, which is authorized as a whole. */
  Keys?: readonly Attributes[]
  KeyConditionExpression?: string | undefined
  KeyConditions?: Record<string, Condition> | undefined
  ExpressionAttributeNames?: Record<string, string> | undefined
  ExpressionAttributeValues?: Attributes | undefined
}

/** Every value that the request has for the partition attribute `name`; undefined where it has none (Scan). */
export function leadingValuesOf(input: LeadingKeysInput, name: string): string[] | undefined {
  const values: AttributeValue[] = []
  const take = (value: AttributeValue | undefined) => {
    if (value) values.push(value)
  }
  const own = (attributes: Attributes | undefined) =>
    attributes && Object.hasOwn(attributes, name) ? attributes[name] : undefined
  for (const attributes of [input.Key, input.Item, ...(input.Keys ?? [])]) take(own(attributes))
  const { KeyConditionExpression, KeyConditions } = input
  if (KeyConditionExpression !== undefined) {
    collect(parseConditionExpression("KeyConditionExpression", KeyConditionExpression), input, name, take)
  }
  const condition = KeyConditions && Object.hasOwn(KeyConditions, name) ? KeyConditions[name] : undefined
  for (const value of condition?.AttributeValueList ?? []) take(value)
  return values.length === 0 ? undefined : values.map(textOf)
}

/**
 * A value as policies see it: numbers in the one form that DynamoDB prints, so that `1.0` is no way around `1`. What
 * cannot be a key is an empty string, which no key is, until it is refused for what it is.
 */
function textOf(value: AttributeValue): string {
  if (value.S !== undefined) return value.S
  if (value.N !== undefined) return normalizeNumber(value.N)
  return value.B === undefined ? "" : Buffer.from(value.B).toString("base64")
}

function collect(
  condition: WrittenCondition,
  input: LeadingKeysInput,
  name: string,
  take: (value: AttributeValue | undefined) => void,
): void {
  switch (condition.kind) {
    case "and":
    case "or":
      collect(condition.left, input, name, take)
      collect(condition.right, input, name, take)
      break
    case "not":
      collect(condition.condition, input, name, take)
      break
    case "compare":
      takeValues([condition.left, condition.right], input, name, take)
      break
    case "between":
      takeValues([condition.operand, condition.low, condition.high], input, name, take)
      break
    case "in":
      takeValues([condition.operand, ...condition.list], input, name, take)
      break
    case "call":
      takeValues(condition.operands, input, name, take)
  }
}

/** All values that stand beside the attribute, whatever the operator: none of them may escape the policy. */
function takeValues(
  operands: readonly WrittenOperand[],
  { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: LeadingKeysInput,
  name: string,
  take: (value: AttributeValue | undefined) => void,
): void {
  const isAbout = operands.some((operand) => {
    if (operand.kind !== "path") return false
    const step = operand.path[0] as string
    return (step.startsWith("#") && Object.hasOwn(names, step) ? names[step] : step) === name
  })
  if (!isAbout) return
  for (const operand of operands) {
    if (operand.kind === "value" && Object.hasOwn(values, operand.value)) take(values[operand.value])
  }
}
