import { type Condition, type Operator, parseJsonPattern, type Selector } from "./json-syntax.ts"
import type { Matches } from "./matches.ts"

/** `{ $.level = "ERROR" && $.latency > 100 }`. What is no JSON object does not match. */
export function compileJsonPattern(pattern: string): Matches {
  const condition = parseJsonPattern(pattern)
  return (message) => {
    if (!message.trimStart().startsWith("{")) return false
    try {
      return holds(condition, JSON.parse(message))
    } catch {
      return false
    }
  }
}

function holds(condition: Condition, event: unknown): boolean {
  switch (condition.is) {
    case "all":
      return condition.of.every((one) => holds(one, event))
    case "any":
      return condition.of.some((one) => holds(one, event))
    case "exists":
      return (select(event, condition.selector) !== undefined) !== condition.not
    case "constant":
      return select(event, condition.selector) === condition.value
    case "comparison":
      return compares(select(event, condition.selector), condition.operator, condition.value)
  }
}

function select(event: unknown, selector: Selector): unknown {
  let value = event
  for (const step of selector) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string | number, unknown>)[step]
  }
  return value
}

/** Texts may have asterisks; what is not there is not unequal to anything either. */
function compares(found: unknown, operator: Operator, value: string | number): boolean {
  if (typeof value === "number") {
    const number = typeof found === "number" ? found : typeof found === "string" && found !== "" ? Number(found) : NaN
    if (Number.isNaN(number)) return false
    switch (operator) {
      case "=":
        return number === value
      case "!=":
        return number !== value
      case "<":
        return number < value
      case "<=":
        return number <= value
      case ">":
        return number > value
      case ">=":
        return number >= value
    }
  }
  if (typeof found !== "string" && typeof found !== "number" && typeof found !== "boolean") return false
  const isMatch = matchesWildcards(String(found), value)
  return operator === "=" ? isMatch : operator === "!=" ? !isMatch : false
}

/** Each asterisk stands for any characters. Linear in the text: parts are searched for from left to right. */
export function matchesWildcards(text: string, pattern: string): boolean {
  const [head = "", ...parts] = pattern.split("*")
  const tail = parts.pop()
  if (tail === undefined) return text === head
  if (!text.startsWith(head) || text.length < head.length + tail.length || !text.endsWith(tail)) return false
  let at = head.length
  const end = text.length - tail.length
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
