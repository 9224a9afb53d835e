import { type Cursor, OBJECTION } from "./cursor.ts"
import { isConditionFunction } from "./functions.ts"
import { isCallNext, objectToCondition, objectToUse, parseCall, parseOperand } from "./parse-operand.ts"
import type { Comparator, WrittenCondition, WrittenOperand } from "./syntax.ts"

/** DynamoDB Developer Guide, "Quotas": operands of IN. Text as reported (reapit/foundations #8255). */
const MAXIMUM_IN_OPERANDS = 100

/** OR binds loosest, then AND, then NOT. */
export function parseCondition(cursor: Cursor): WrittenCondition {
  const condition = parseOr(cursor)
  cursor.expectEnd()
  cursor.throwObjections()
  return condition
}

function parseOr(cursor: Cursor): WrittenCondition {
  let left = parseAnd(cursor)
  while (cursor.accept("OR")) {
    cursor.countOperator()
    left = { kind: "or", left, right: parseAnd(cursor) }
  }
  return left
}

function parseAnd(cursor: Cursor): WrittenCondition {
  let left = parseNot(cursor)
  while (cursor.accept("AND")) {
    cursor.countOperator()
    left = { kind: "and", left, right: parseNot(cursor) }
  }
  return left
}

function parseNot(cursor: Cursor): WrittenCondition {
  if (!cursor.isNext("NOT")) return parseTerm(cursor)
  cursor.next()
  cursor.countOperator()
  return { kind: "not", condition: parseNot(cursor) }
}

function parseTerm(cursor: Cursor): WrittenCondition {
  if (cursor.isNext("(")) return parseGroup(cursor)
  const call = isCallNext(cursor) ? parseCall(cursor) : undefined
  if (call && !isComparisonNext(cursor)) {
    if (!isConditionFunction(call.name)) objectToUse(cursor, call.name)
    return call
  }
  const left = call ?? parseOperand(cursor)
  objectToCondition(cursor, left)
  return parseComparison(cursor, left)
}

function parseGroup(cursor: Cursor): WrittenCondition {
  const open = cursor.position
  cursor.expect("(")
  cursor.countGroup()
  const condition = parseOr(cursor)
  const close = cursor.position
  cursor.expect(")")
  if (cursor.lastGroup?.open === open + 1 && cursor.lastGroup.close === close - 1) {
    cursor.object(OBJECTION.parentheses, "The expression has redundant parentheses;")
  }
  cursor.lastGroup = { open, close }
  return condition
}

const COMPARATORS: readonly string[] = ["=", "<>", "<", "<=", ">", ">="] satisfies Comparator[]

const isComparisonNext = (cursor: Cursor): boolean =>
  COMPARATORS.includes(cursor.peek().text) || cursor.isNext("BETWEEN") || cursor.isNext("IN")

function parseComparison(cursor: Cursor, left: WrittenOperand): WrittenCondition {
  if (!isComparisonNext(cursor)) throw cursor.syntaxError()
  cursor.countOperator()
  const operator = cursor.next().text
  const operand = (): WrittenOperand => {
    const parsed = parseOperand(cursor)
    objectToCondition(cursor, parsed)
    return parsed
  }
  if (COMPARATORS.includes(operator))
    return { kind: "compare", operator: operator as Comparator, left, right: operand() }
  if (operator.toUpperCase() === "BETWEEN") {
    const low = operand()
    cursor.expect("AND")
    return { kind: "between", operand: left, low, high: operand() }
  }
  cursor.expect("(")
  const list = [operand()]
  while (cursor.accept(",")) list.push(operand())
  cursor.expect(")")
  if (list.length > MAXIMUM_IN_OPERANDS) {
    cursor.object(
      OBJECTION.operands,
      `The IN operator is provided with too many operands; number of operands: ${list.length}`,
    )
  }
  return { kind: "in", operand: left, list }
}
