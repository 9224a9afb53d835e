import { invalid, invalidParameter } from "../errors.ts"
import { formatPath } from "../expressions/paths.ts"
import type { BoundCondition, BoundOperand, Comparator, Path } from "../expressions/syntax.ts"
import { assertNotEmpty } from "../tables/key-values.ts"
import type { KeySchema } from "../tables/keys.ts"
import type { AttributeValue } from "../values/attribute-value.ts"

/** One condition on one key attribute. */
export interface KeyTest {
  name: string
  operator: "=" | "<" | "<=" | ">" | ">=" | "BETWEEN" | "begins_with"
  values: AttributeValue[]
}

/** What a Query asks for: values of the whole partition key, and tests of the sort key's attributes in their order. */
export interface KeyCondition {
  partition: AttributeValue[]
  sort: KeyTest[]
}

/** The tests of a KeyConditionExpression: comparisons of key attributes with values, joined by AND. */
export function keyTestsOf(condition: BoundCondition): KeyTest[] {
  const tests = collect(condition)
  const names = new Set(tests.map(({ name }) => name))
  if (names.size !== tests.length) throw invalid("KeyConditionExpressions must only contain one condition per key")
  return tests
}

function collect(condition: BoundCondition): KeyTest[] {
  switch (condition.kind) {
    case "and":
      return [...collect(condition.left), ...collect(condition.right)]
    case "or":
    case "not":
    case "in":
      throw invalidOperator(condition.kind.toUpperCase())
    case "compare":
      if (condition.operator === "<>") throw invalidOperator("<>")
      return [comparison(condition.operator, condition.left, condition.right)]
    case "between": {
      const { operand, low, high } = condition
      return [
        { name: nameOf([operand, low, high]), operator: "BETWEEN", values: [operandValue(low), operandValue(high)] },
      ]
    }
    case "call": {
      if (condition.name !== "begins_with") throw invalidOperator(condition.name)
      const [operand, start] = condition.operands as [BoundOperand, BoundOperand]
      return [{ name: nameOf([operand, start]), operator: "begins_with", values: [operandValue(start)] }]
    }
  }
}

const invalidOperator = (operator: string) => invalid(`Invalid operator used in KeyConditionExpression: ${operator}`)

const MIRRORED = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const

function comparison(operator: Exclude<Comparator, "<>">, left: BoundOperand, right: BoundOperand): KeyTest {
  const name = nameOf([left, right])
  return left.kind === "path"
    ? { name, operator, values: [operandValue(right)] }
    : { name, operator: MIRRORED[operator], values: [operandValue(left)] }
}

function nameOf(operands: readonly BoundOperand[]): string {
  const paths: Path[] = []
  for (const operand of operands) {
    if (operand.kind === "path") paths.push(operand.path)
    else if (operand.kind === "call") throw invalidOperator(operand.name)
  }
  const [path] = paths
  if (!path) throw invalid("Invalid condition in KeyConditionExpression: No key attribute specified")
  if (paths.length > 1) {
    throw invalid("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
  }
  if (path.length > 1) {
    throw invalid("Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes")
  }
  return path[0] as string
}

function operandValue(operand: BoundOperand): AttributeValue {
  if (operand.kind === "value") return operand.value
  throw invalid(
    operand.kind === "path"
      ? `Invalid condition in KeyConditionExpression: ${formatPath(operand.path)} is no value`
      : "Query key condition not supported",
  )
}

/** The tests as the schema wants them: equality of every partition attribute, then sort attributes from the first on. */
export function keyConditionOf(schema: KeySchema, tests: readonly KeyTest[]): KeyCondition {
  const byName = new Map(tests.map((test) => [test.name, test]))
  const partition = schema.partition.map(({ name }) => {
    const test = byName.get(name)
    if (!test) throw missedElement(name)
    if (test.operator !== "=") throw invalid("Query key condition not supported")
    byName.delete(name)
    return test.values[0]!
  })
  const sort: KeyTest[] = []
  for (const { name } of schema.sort) {
    if (byName.size === 0) break
    const test = byName.get(name)
    if (!test) throw missedElement(name)
    // Only the last of several sort attributes may be tested for more than equality.
    if (test.operator !== "=" && byName.size > 1) throw invalid("Query key condition not supported")
    byName.delete(name)
    sort.push(test)
  }
  if (byName.size > 0) throw invalid("Query key condition not supported")
  for (const { name, type } of schema.all) {
    for (const value of tests.find((test) => test.name === name)?.values ?? []) {
      if (!(type in value)) throw invalidParameter("Condition parameter type does not match schema type")
      assertNotEmpty(name, value)
    }
  }
  return { partition, sort }
}

const missedElement = (name: string) => invalid(`Query condition missed key schema element: ${name}`)
