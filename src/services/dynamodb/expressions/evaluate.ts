import { type AttributeValue, contentOf, type Item, typeOf } from "../values/attribute-value.ts"
import { areEqual, compareValues } from "../values/compare.ts"
import { sizeOfBinary } from "../values/size.ts"
import { readPath } from "./paths.ts"
import type { BoundCondition, BoundOperand, Comparator } from "./syntax.ts"

/** Whether the condition holds for an item; one that does not exist is an item without attributes. */
export function holds(condition: BoundCondition, item: Item): boolean {
  switch (condition.kind) {
    case "and":
      return holds(condition.left, item) && holds(condition.right, item)
    case "or":
      return holds(condition.left, item) || holds(condition.right, item)
    case "not":
      return !holds(condition.condition, item)
    case "compare":
      return COMPARE[condition.operator](operandValue(condition.left, item), operandValue(condition.right, item))
    case "between": {
      const value = operandValue(condition.operand, item)
      return (
        COMPARE[">="](value, operandValue(condition.low, item)) &&
        COMPARE["<="](value, operandValue(condition.high, item))
      )
    }
    case "in": {
      const value = operandValue(condition.operand, item)
      return condition.list.some((member) => COMPARE["="](value, operandValue(member, item)))
    }
    case "call":
      return call(condition.name, condition.operands, item)
  }
}

type Test = (a: AttributeValue | undefined, b: AttributeValue | undefined) => boolean

const ordered =
  (test: (order: number) => boolean): Test =>
  (a, b) => {
    const order = a && b && compareValues(a, b)
    return order !== undefined && test(order)
  }

/** What is not there equals nothing and has no order, and so it differs from everything. */
const COMPARE: Record<Comparator, Test> = {
  "=": (a, b) => a !== undefined && b !== undefined && areEqual(a, b),
  "<>": (a, b) => !(a !== undefined && b !== undefined && areEqual(a, b)),
  "<": ordered((order) => order < 0),
  "<=": ordered((order) => order <= 0),
  ">": ordered((order) => order > 0),
  ">=": ordered((order) => order >= 0),
}

function operandValue(operand: BoundOperand, item: Item): AttributeValue | undefined {
  if (operand.kind === "value") return operand.value
  if (operand.kind === "path") return readPath(item, operand.path)
  if (operand.kind === "arithmetic" || operand.name !== "size") throw new Error(`${operand.kind} in a condition`)
  return sizeOf(operandValue(operand.operands[0]!, item))
}

/** Of strings their characters, of binary its bytes, of everything else that has a size its elements. */
function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (value === undefined) return undefined
  if ("S" in value) return { N: String(value.S.length) }
  if ("B" in value) return { N: String(sizeOfBinary(value.B)) }
  if ("M" in value) return { N: String(Object.keys(value.M).length) }
  const content = contentOf(value)
  return Array.isArray(content) ? { N: String(content.length) } : undefined
}

function call(name: string, operands: readonly BoundOperand[], item: Item): boolean {
  const first = operandValue(operands[0]!, item)
  if (name === "attribute_exists") return first !== undefined
  if (name === "attribute_not_exists") return first === undefined
  const second = operandValue(operands[1]!, item)
  if (first === undefined || second === undefined) return false
  if (name === "attribute_type") return "S" in second && typeOf(first) === second.S
  if (name === "begins_with") return beginsWith(first, second)
  return contains(first, second)
}

function beginsWith(value: AttributeValue, start: AttributeValue): boolean {
  if ("S" in value && "S" in start) return value.S.startsWith(start.S)
  if (!("B" in value && "B" in start)) return false
  const bytes = Buffer.from(value.B, "base64")
  const prefix = Buffer.from(start.B, "base64")
  return bytes.subarray(0, prefix.length).equals(prefix)
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if ("L" in value) return value.L.some((element) => areEqual(element, part))
  if ("S" in part) return "S" in value ? value.S.includes(part.S) : "SS" in value && value.SS.includes(part.S)
  if ("N" in part) return "NS" in value && value.NS.includes(part.N)
  if (!("B" in part)) return false
  if ("BS" in value) return value.BS.includes(part.B)
  return "B" in value && Buffer.from(value.B, "base64").includes(Buffer.from(part.B, "base64"))
}
