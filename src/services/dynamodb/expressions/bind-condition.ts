import { invalid } from "../errors.ts"
import { ATTRIBUTE_TYPES } from "../values/attribute-value.ts"
import { compareValues } from "../values/compare.ts"
import {
  assertDistinct,
  assertIsPath,
  assertType,
  bindOperand,
  incorrectType,
  showValue,
  typeOfOperand,
} from "./bind-operand.ts"
import type { Bindings } from "./bindings.ts"
import type { BoundCondition, BoundOperand, ExpressionKind, WrittenCondition } from "./syntax.ts"

/** Puts names and values in place and checks what can be known of the types without an item. */
export function bindCondition(bindings: Bindings, kind: ExpressionKind, condition: WrittenCondition): BoundCondition {
  const bound = bind(bindings, kind, condition)
  check(kind, bound)
  return bound
}

function bind(bindings: Bindings, kind: ExpressionKind, condition: WrittenCondition): BoundCondition {
  const operand = (written: Parameters<typeof bindOperand>[2]) => bindOperand(bindings, kind, written)
  switch (condition.kind) {
    case "and":
    case "or":
      return {
        kind: condition.kind,
        left: bind(bindings, kind, condition.left),
        right: bind(bindings, kind, condition.right),
      }
    case "not":
      return { kind: "not", condition: bind(bindings, kind, condition.condition) }
    case "compare":
      return { ...condition, left: operand(condition.left), right: operand(condition.right) }
    case "between":
      return {
        kind: "between",
        operand: operand(condition.operand),
        low: operand(condition.low),
        high: operand(condition.high),
      }
    case "in":
      return { kind: "in", operand: operand(condition.operand), list: condition.list.map(operand) }
    case "call":
      return { ...condition, operands: condition.operands.map(operand) }
  }
}

const ORDERED = ["S", "N", "B"]
const SIZED = ["S", "B", "SS", "NS", "BS", "L", "M"]

function check(kind: ExpressionKind, condition: BoundCondition): void {
  switch (condition.kind) {
    case "and":
    case "or":
      check(kind, condition.left)
      check(kind, condition.right)
      break
    case "not":
      check(kind, condition.condition)
      break
    case "compare": {
      const { operator, left, right } = condition
      checkSizes(kind, [left, right])
      if (operator !== "=" && operator !== "<>") {
        assertType(kind, operator, left, ORDERED)
        assertType(kind, operator, right, ORDERED)
      }
      assertDistinct(kind, operator, left, [right])
      break
    }
    case "between":
      checkSizes(kind, [condition.operand, condition.low, condition.high])
      for (const operand of [condition.operand, condition.low, condition.high])
        assertType(kind, "BETWEEN", operand, ORDERED)
      checkBounds(kind, condition.low, condition.high)
      assertDistinct(kind, "BETWEEN", condition.operand, [condition.low, condition.high])
      break
    case "in":
      checkSizes(kind, [condition.operand, ...condition.list])
      assertDistinct(kind, "IN", condition.operand, condition.list)
      break
    case "call":
      checkSizes(kind, condition.operands)
      checkCall(kind, condition.name, condition.operands)
  }
}

function checkSizes(kind: ExpressionKind, operands: readonly BoundOperand[]): void {
  for (const operand of operands) {
    if (operand.kind !== "call") continue
    checkSizes(kind, operand.operands)
    for (const inner of operand.operands) assertType(kind, operand.name, inner, SIZED)
  }
}

function checkBounds(kind: ExpressionKind, low: BoundOperand, high: BoundOperand): void {
  if (low.kind !== "value" || high.kind !== "value") return
  const bounds = `lower bound operand: ${showValue(low.value)}, upper bound operand: ${showValue(high.value)}`
  const order = compareValues(low.value, high.value)
  if (order === undefined) {
    throw invalid(`Invalid ${kind}: The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`)
  }
  if (order > 0) {
    throw invalid(
      `Invalid ${kind}: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    )
  }
}

const ANY_TYPE = "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}"

/** The type of attribute_type is a value: an attribute's would be known too late. UNVERIFIED: how an attribute is named. */
function checkCall(kind: ExpressionKind, name: string, operands: readonly BoundOperand[]): void {
  const [first, second] = operands
  if (!first) return
  if (name === "attribute_exists" || name === "attribute_not_exists") assertIsPath(kind, name, first)
  if (!second) return
  if (name === "attribute_type") {
    if (second.kind === "path") throw incorrectType(kind, name, ANY_TYPE)
    assertType(kind, name, second, ["S"])
    const type = second.kind === "value" && "S" in second.value ? second.value.S : undefined
    if (type !== undefined && !(ATTRIBUTE_TYPES as readonly string[]).includes(type)) {
      throw invalid(`Invalid ${kind}: Invalid attribute type name found; type: ${type}, valid types: ${ANY_TYPE}`)
    }
  }
  if (name === "begins_with") {
    for (const operand of operands) {
      if (typeOfOperand(operand) !== undefined) assertType(kind, name, operand, ["S", "B"])
    }
  }
  assertDistinct(kind, name, first, operands.slice(1))
}
