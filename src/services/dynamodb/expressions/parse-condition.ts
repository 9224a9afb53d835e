import { type Cursor, OBJECTION } from "./cursor.ts"
import { isConditionFunction } from "./functions.ts"
import { objectToCondition, objectToUse, parseOperand } from "./parse-operand.ts"
import type { Comparator, WrittenCondition, WrittenOperand } from "./syntax.ts"

/** DynamoDB Developer Guide, "Quotas": operands of IN. Text as reported (reapit/foundations #8255). */
const MAXIMUM_IN_OPERANDS = 100

/** What stands in parentheses is a condition or, where nothing is compared yet, an operand. */
type Term = WrittenCondition | Bare
interface Bare {
  kind: "operand"
  operand: WrittenOperand
}

/** OR binds loosest, then AND, then NOT. */
export function parseCondition(cursor: Cursor): WrittenCondition {
  const condition = asCondition(cursor, parseOr(cursor))
  cursor.expectEnd()
  cursor.throwObjections()
  return condition
}

function parseOr(cursor: Cursor): Term {
  let left = parseAnd(cursor)
  while (cursor.isNext("OR")) {
    const first = asCondition(cursor, left)
    cursor.next()
    cursor.countOperator()
    left = { kind: "or", left: first, right: asCondition(cursor, parseAnd(cursor)) }
  }
  return left
}

function parseAnd(cursor: Cursor): Term {
  let left = parseNot(cursor)
  while (cursor.isNext("AND")) {
    const first = asCondition(cursor, left)
    cursor.next()
    cursor.countOperator()
    left = { kind: "and", left: first, right: asCondition(cursor, parseNot(cursor)) }
  }
  return left
}

function parseNot(cursor: Cursor): Term {
  if (!cursor.isNext("NOT")) return parseTerm(cursor)
  cursor.next()
  cursor.countOperator()
  return { kind: "not", condition: asCondition(cursor, parseNot(cursor)) }
}

function parseTerm(cursor: Cursor): Term {
  const term = cursor.isNext("(") ? cursor.group(() => parseInner(cursor)) : parseBare(cursor)
  if (!isComparisonNext(cursor)) return term
  const left = operandOf(term)
  if (!left) throw cursor.syntaxError()
  objectToCondition(cursor, left)
  return parseComparison(cursor, left)
}

/** What is told of an operand that is compared with nothing is the parenthesis behind it. */
function parseInner(cursor: Cursor): Term {
  const term = parseOr(cursor)
  if (cursor.isNext(")") && !isComparisonNext(cursor, 1) && cursor.peek(1).text !== ")") asCondition(cursor, term)
  return term
}

/** A function that answers yes or no is a condition; everything else has to be compared. */
function parseBare(cursor: Cursor): Term {
  const operand = parseOperand(cursor)
  return operand.kind === "call" && isConditionFunction(operand.name) ? operand : { kind: "operand", operand }
}

const operandOf = (term: Term): WrittenOperand | undefined =>
  term.kind === "operand" ? term.operand : term.kind === "call" ? term : undefined

/** An operand alone is no condition. */
function asCondition(cursor: Cursor, term: Term): WrittenCondition {
  if (term.kind !== "operand") return term
  if (term.operand.kind !== "call") throw cursor.syntaxError()
  objectToUse(cursor, term.operand.name)
  return term.operand
}

const COMPARATORS: readonly string[] = ["=", "<>", "<", "<=", ">", ">="] satisfies Comparator[]

function isComparisonNext(cursor: Cursor, ahead = 0): boolean {
  const { kind, text } = cursor.peek(ahead)
  return kind === "symbol" ? COMPARATORS.includes(text) : kind === "name" && /^(?:BETWEEN|IN)$/i.test(text)
}

function parseComparison(cursor: Cursor, left: WrittenOperand): WrittenCondition {
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
