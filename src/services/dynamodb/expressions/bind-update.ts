import { invalid } from "../errors.ts"
import { type AttributeType, typeOf } from "../values/attribute-value.ts"
import { assertIsPath, assertType, bindOperand, incorrectType } from "./bind-operand.ts"
import { type Bindings, bindPath, bindValue } from "./bindings.ts"
import { findCollision } from "./paths.ts"
import type { BoundOperand, BoundUpdate, Path, WrittenPath, WrittenUpdate } from "./syntax.ts"

const KIND = "UpdateExpression"
const ADDABLE: readonly string[] = ["N", "SS", "NS", "BS"]
const DELETABLE: readonly string[] = ["SS", "NS", "BS"]

/** The long names that refusals of ADD and DELETE have. */
const LONG_NAMES: Record<AttributeType, string> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  BOOL: "BOOLEAN",
  NULL: "NULL",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
  L: "LIST",
  M: "MAP",
}

export function bindUpdate(bindings: Bindings, written: WrittenUpdate): BoundUpdate {
  const path = (steps: WrittenPath): Path => bindPath(bindings, KIND, steps)
  const valued = ({ path: steps, value }: { path: WrittenPath; value: string }) => ({
    path: path(steps),
    value: bindValue(bindings, KIND, value),
  })
  const update: BoundUpdate = {
    set: written.set.map(({ path: steps, operand }) => ({
      path: path(steps),
      operand: bindOperand(bindings, KIND, operand),
    })),
    remove: written.remove.map(({ path: steps }) => ({ path: path(steps) })),
    add: written.add.map(valued),
    delete: written.delete.map(valued),
  }
  for (const { operand } of update.set) check(operand)
  checkValues("ADD", update.add, ADDABLE)
  checkValues("DELETE", update.delete, DELETABLE)
  const collision = findCollision(pathsOf(update))
  if (collision) throw invalid(`Invalid ${KIND}: ${collision}`)
  return update
}

/** Of everything that the update touches. */
export const pathsOf = (update: BoundUpdate): Path[] =>
  [...update.set, ...update.remove, ...update.add, ...update.delete].map(({ path }) => path)

function check(operand: BoundOperand): void {
  if (operand.kind === "arithmetic") {
    for (const side of [operand.left, operand.right]) {
      check(side)
      assertType(KIND, operand.operator, side, ["N"])
      if (side.kind === "call" && side.name === "list_append") throw incorrectType(KIND, operand.operator, "L")
    }
  }
  if (operand.kind !== "call") return
  for (const inner of operand.operands) check(inner)
  if (operand.name === "if_not_exists") assertIsPath(KIND, operand.name, operand.operands[0]!)
  if (operand.name === "list_append") {
    for (const inner of operand.operands) assertType(KIND, operand.name, inner, ["L"])
  }
}

function checkValues(operator: "ADD" | "DELETE", actions: BoundUpdate["add"], allowed: readonly string[]): void {
  for (const { value } of actions) {
    const type = typeOf(value)
    if (allowed.includes(type)) continue
    throw invalid(
      `Invalid ${KIND}: Incorrect operand type for operator or function; operator: ${operator}, operand type: ${LONG_NAMES[type]}, typeSet: ALLOWED_FOR_${operator}_OPERAND`,
    )
  }
}
