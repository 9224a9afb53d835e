import { invalid } from "../errors.ts"
import type { BoundCondition, BoundOperand } from "../expressions/syntax.ts"
import type { KeySchema } from "../tables/keys.ts"

/** The top-level attributes that a condition is about. */
export function attributesIn(condition: BoundCondition): Set<string> {
  const names = new Set<string>()
  visit(condition, names)
  return names
}

function visit(condition: BoundCondition, names: Set<string>): void {
  switch (condition.kind) {
    case "and":
    case "or":
      visit(condition.left, names)
      visit(condition.right, names)
      break
    case "not":
      visit(condition.condition, names)
      break
    case "compare":
      visitOperands([condition.left, condition.right], names)
      break
    case "between":
      visitOperands([condition.operand, condition.low, condition.high], names)
      break
    case "in":
      visitOperands([condition.operand, ...condition.list], names)
      break
    case "call":
      visitOperands(condition.operands, names)
  }
}

function visitOperands(operands: readonly BoundOperand[], names: Set<string>): void {
  for (const operand of operands) {
    if (operand.kind === "path") names.add(operand.path[0] as string)
    else if (operand.kind === "call") visitOperands(operand.operands, names)
  }
}

/** A Query's filter is for what its key condition cannot say. */
export function assertNoKeyAttributes(schema: KeySchema, names: ReadonlySet<string>, parameter: string): void {
  const key = schema.all.find(({ name }) => names.has(name))
  if (!key) return
  throw invalid(`${parameter} can only contain non-primary key attributes: Primary key attribute: ${key.name}`)
}
