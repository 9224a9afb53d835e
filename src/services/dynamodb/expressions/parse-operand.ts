import { type Cursor, OBJECTION } from "./cursor.ts"
import { arityOf, isConditionFunction, isFunction, isUpdateFunction } from "./functions.ts"
import { parsePath } from "./parse-path.ts"
import type { Call, WrittenOperand, WrittenPath } from "./syntax.ts"

/** A path, a value or a function's call, in parentheses or not. */
export function parseOperand(cursor: Cursor): WrittenOperand {
  if (cursor.isNext("(")) return cursor.group(() => parseOperand(cursor))
  if (cursor.peek().kind === "value") return { kind: "value", value: cursor.next().text }
  if (isCallNext(cursor)) return parseCall(cursor)
  return { kind: "path", path: parsePath(cursor) }
}

export function isCallNext(cursor: Cursor): boolean {
  const after = cursor.peek(1)
  return cursor.peek().kind === "name" && after.kind === "symbol" && after.text === "("
}

export function parseCall(cursor: Cursor): Call<WrittenPath, string> {
  const name = cursor.next().text
  cursor.countOperator()
  cursor.expect("(")
  const operands = [parseOperand(cursor)]
  while (cursor.accept(",")) operands.push(parseOperand(cursor))
  cursor.expect(")")
  if (!isFunction(name)) cursor.object(OBJECTION.function, `Invalid function name; function: ${name}`)
  else if (cursor.kind === "UpdateExpression" ? !isUpdateFunction(name) : isUpdateFunction(name)) {
    const where = cursor.kind === "UpdateExpression" ? "an update" : "a condition"
    cursor.object(OBJECTION.function, `The function is not allowed in ${where} expression; function: ${name}`)
  } else if (operands.length !== arityOf(name)) {
    cursor.object(
      OBJECTION.operands,
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    )
  }
  for (const operand of operands) objectToCondition(cursor, operand)
  return { kind: "call", name, operands }
}

/** A function that answers yes or no is no operand of anything. */
export function objectToCondition(cursor: Cursor, operand: WrittenOperand): void {
  if (operand.kind === "call" && isConditionFunction(operand.name)) objectToUse(cursor, operand.name)
}

export function objectToUse(cursor: Cursor, name: string): void {
  cursor.object(
    OBJECTION.function,
    `The function is not allowed to be used this way in an expression; function: ${name}`,
  )
}
