import { type Budget, RenderError } from "./budget.ts"
import { isList, isMap, isNumber, TemplateList, there, type Value } from "./value.ts"

/** How values look as text. What a template put together may hold itself, or one thing very often: both end in a `RenderError`. */
export interface Printer {
  /** As Java prints it, but for lists of JSON, which print as JSON (recorded of API Gateway, 2024). */
  text(value: Value): string
  json(value: Value): string
  areEqual(left: Value, right: Value): boolean
}

const DEPTH_AT_MOST = 200
/** What a visit to a value costs, in characters. */
const VISIT = 16

export function createPrinter(budget: Budget): Printer {
  function text(value: Value, depth = 0): string {
    if (typeof value === "string") return value
    if (there(value) === undefined) return "null"
    if (typeof value !== "object") return String(value)
    visit(depth)
    if (value instanceof TemplateList) return made(`[${value.map((item) => text(item, depth + 1)).join(", ")}]`)
    if (isList(value)) return json(value, depth)
    if (!isMap(value)) return ""
    return made(
      `{${Object.entries(value)
        .map(([key, member]) => `${key}=${text(member, depth + 1)}`)
        .join(", ")}}`,
    )
  }

  function json(value: Value, depth = 0): string {
    if (there(value) === undefined) return "null"
    // Whole numbers of any length are written as they are.
    if (typeof value === "bigint") return String(value)
    if (typeof value !== "object") return made(JSON.stringify(value))
    visit(depth)
    if (isList(value)) return made(`[${value.map((item) => json(item, depth + 1)).join(",")}]`)
    if (!isMap(value)) return "{}"
    return made(
      `{${Object.entries(value)
        .map(([key, member]) => `${JSON.stringify(key)}:${json(member, depth + 1)}`)
        .join(",")}}`,
    )
  }

  function visit(depth: number): void {
    if (depth > DEPTH_AT_MOST) throw new RenderError("A value holds too much within itself.")
    budget.make(VISIT)
  }
  function made(printed: string): string {
    budget.make(printed.length)
    return printed
  }

  return {
    text: (value) => text(value),
    json: (value) => json(value),
    /** Numbers by what they are worth, all else that is of two kinds by how it prints (Velocity 1.7, `ASTEQNode`). */
    areEqual(left, right) {
      if (left === right) return true
      if (left === undefined || right === undefined) return false
      if (isNumber(left) && isNumber(right)) return Number(left) === Number(right)
      return text(left) === text(right)
    },
  }
}
