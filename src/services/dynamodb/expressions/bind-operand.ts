import type { WireError } from "../../../wire/errors.ts"
import { invalid } from "../errors.ts"
import { type AttributeValue, typeOf } from "../values/attribute-value.ts"
import { type Bindings, bindPath, bindValue } from "./bindings.ts"
import { formatPath } from "./paths.ts"
import type { BoundOperand, ExpressionKind, Path, WrittenOperand } from "./syntax.ts"

export function bindOperand(bindings: Bindings, kind: ExpressionKind, operand: WrittenOperand): BoundOperand {
  switch (operand.kind) {
    case "path":
      return { kind: "path", path: bindPath(bindings, kind, operand.path) }
    case "value":
      return { kind: "value", value: bindValue(bindings, kind, operand.value) }
    case "call":
      return {
        kind: "call",
        name: operand.name,
        operands: operand.operands.map((inner) => bindOperand(bindings, kind, inner)),
      }
    case "arithmetic":
      return {
        kind: "arithmetic",
        operator: operand.operator,
        left: bindOperand(bindings, kind, operand.left),
        right: bindOperand(bindings, kind, operand.right),
      }
  }
}

/** What is known of an operand's type before there is an item: of values, and of what size() gives. */
export function typeOfOperand(operand: BoundOperand): string | undefined {
  if (operand.kind === "value") return typeOf(operand.value)
  return operand.kind === "call" && operand.name === "size" ? "N" : undefined
}

export function assertType(
  kind: ExpressionKind,
  operator: string,
  operand: BoundOperand,
  allowed: readonly string[],
): void {
  const type = typeOfOperand(operand)
  if (type !== undefined && !allowed.includes(type)) throw incorrectType(kind, operator, type)
}

export const incorrectType = (kind: ExpressionKind, operator: string, type: string): WireError =>
  invalid(
    `Invalid ${kind}: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  )

export function assertIsPath(
  kind: ExpressionKind,
  operator: string,
  operand: BoundOperand,
): asserts operand is { kind: "path"; path: Path } {
  if (operand.kind === "path") return
  throw invalid(`Invalid ${kind}: Operator or function requires a document path; operator or function: ${operator}`)
}

/** An attribute is not to be compared with itself. */
export function assertDistinct(
  kind: ExpressionKind,
  operator: string,
  first: BoundOperand,
  others: readonly BoundOperand[],
): void {
  if (first.kind !== "path") return
  const path = formatPath(first.path)
  if (others.some((other) => other.kind === "path" && formatPath(other.path) === path)) {
    throw invalid(
      `Invalid ${kind}: The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${path}`,
    )
  }
}

/** `{S:abc}`, as refusals show a value. */
export const showValue = (value: AttributeValue): string =>
  `AttributeValue: {${typeOf(value)}:${String(Object.values(value)[0])}}`
