import { parseConditionExpression, parseProjectionExpression, parseUpdateExpression } from "../expressions/parse.ts"
import type { WrittenCondition, WrittenOperand, WrittenPath } from "../expressions/syntax.ts"
import type { LeadingKeysInput } from "./leading-keys.ts"

export interface AttributesInput extends LeadingKeysInput {
  AttributesToGet?: readonly string[] | undefined
  AttributeUpdates?: object | undefined
  Expected?: object | undefined
  QueryFilter?: object | undefined
  ScanFilter?: object | undefined
  ProjectionExpression?: string | undefined
  ConditionExpression?: string | undefined
  FilterExpression?: string | undefined
  UpdateExpression?: string | undefined
}

/**
 * `dynamodb:Attributes`: the top-level attributes that a request names, wherever it names them. An expression that is not
 * well-formed is refused as it would be a moment later.
 */
export function attributesOf(input: AttributesInput): string[] | undefined {
  const names = new Set<string>()
  for (const named of [input.Key, input.Item, ...(input.Keys ?? []), input.AttributeUpdates, input.Expected]) {
    for (const name of Object.keys(named ?? {})) names.add(name)
  }
  for (const named of [input.KeyConditions, input.QueryFilter, input.ScanFilter]) {
    for (const name of Object.keys(named ?? {})) names.add(name)
  }
  for (const name of input.AttributesToGet ?? []) names.add(name)
  const placeholders = input.ExpressionAttributeNames ?? {}
  for (const [first] of writtenPaths(input)) {
    const name = first as string
    names.add(name.startsWith("#") && Object.hasOwn(placeholders, name) ? placeholders[name]! : name)
  }
  return names.size === 0 ? undefined : [...names]
}

function writtenPaths(input: AttributesInput): WrittenPath[] {
  const paths: WrittenPath[] = []
  if (input.ProjectionExpression !== undefined) paths.push(...parseProjectionExpression(input.ProjectionExpression))
  for (const kind of ["ConditionExpression", "FilterExpression", "KeyConditionExpression"] as const) {
    const source = input[kind]
    if (source !== undefined) addCondition(parseConditionExpression(kind, source), paths)
  }
  if (input.UpdateExpression !== undefined) {
    const update = parseUpdateExpression(input.UpdateExpression)
    for (const { path, operand } of update.set) {
      paths.push(path)
      addOperand(operand, paths)
    }
    for (const { path } of [...update.remove, ...update.add, ...update.delete]) paths.push(path)
  }
  return paths
}

function addCondition(condition: WrittenCondition, paths: WrittenPath[]): void {
  switch (condition.kind) {
    case "and":
    case "or":
      addCondition(condition.left, paths)
      addCondition(condition.right, paths)
      break
    case "not":
      addCondition(condition.condition, paths)
      break
    case "compare":
      addOperand(condition.left, paths)
      addOperand(condition.right, paths)
      break
    case "between":
      for (const operand of [condition.operand, condition.low, condition.high]) addOperand(operand, paths)
      break
    case "in":
      for (const operand of [condition.operand, ...condition.list]) addOperand(operand, paths)
      break
    case "call":
      for (const operand of condition.operands) addOperand(operand, paths)
  }
}

function addOperand(operand: WrittenOperand, paths: WrittenPath[]): void {
  if (operand.kind === "path") paths.push(operand.path)
  else if (operand.kind === "call") for (const inner of operand.operands) addOperand(inner, paths)
  else if (operand.kind === "arithmetic") {
    addOperand(operand.left, paths)
    addOperand(operand.right, paths)
  }
}
