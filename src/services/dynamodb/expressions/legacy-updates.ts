import type { AttributeValueUpdate } from "@aws-sdk/client-dynamodb"
import { invalidParameter } from "../errors.ts"
import { typeOf } from "../values/attribute-value.ts"
import { parseValue } from "../values/parse.ts"
import type { BoundOperand, BoundUpdate } from "./syntax.ts"

/** `AttributeUpdates`: by attribute, never by path. */
export function legacyUpdate(updates: Record<string, AttributeValueUpdate>): BoundUpdate {
  const update: BoundUpdate = { set: [], remove: [], add: [], delete: [], isLegacy: true }
  for (const [name, { Action = "PUT", Value }] of Object.entries(updates)) {
    const path = [name]
    if (Value === undefined) {
      if (Action !== "DELETE")
        throw invalidParameter("Only DELETE action is allowed when no attribute value is specified")
      update.remove.push({ path })
      continue
    }
    const value = parseValue(Value)
    const type = typeOf(value)
    if (Action === "PUT") update.set.push({ path, operand: { kind: "value", value } })
    else if (Action === "DELETE") {
      if (!["SS", "NS", "BS"].includes(type)) {
        throw invalidParameter(`DELETE action with value is not supported for the type ${type}`)
      }
      update.delete.push({ path, value })
    } else if (type === "L") {
      // Adding a list appends it, which only the legacy parameter can do.
      const existing: BoundOperand = {
        kind: "call",
        name: "if_not_exists",
        operands: [
          { kind: "path", path },
          { kind: "value", value: { L: [] } },
        ],
      }
      const operands = [existing, { kind: "value", value } as const]
      update.set.push({ path, operand: { kind: "call", name: "list_append", operands } })
    } else if (["N", "SS", "NS", "BS"].includes(type)) update.add.push({ path, value })
    else throw invalidParameter(`ADD action is not supported for the type ${type}`)
  }
  return update
}
