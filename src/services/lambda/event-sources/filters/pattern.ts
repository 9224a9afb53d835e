import { isObject, OPERATORS } from "./operators.ts"

/** An event pattern: objects of objects, whose leaves are lists of values and operators, one of which has to hold. */
export interface Pattern {
  readonly [name: string]: Pattern | readonly Choice[] | readonly Pattern[]
}

/** A value, or `{ "<operator>": operand }`. */
export type Choice = string | number | boolean | null | Readonly<Record<string, unknown>>

/** Whether the text is an event pattern. */
export const isFilterPattern = (text: string): boolean => parsePattern(text) !== undefined

export function parsePattern(text: string): Pattern | undefined {
  try {
    const pattern: unknown = JSON.parse(text)
    return isObject(pattern) && isPattern(pattern, 0) ? (pattern as Pattern) : undefined
  } catch {
    return undefined
  }
}

/** Texts are at most 4,096 characters, so that nothing nests deeper than this; the stack is safe. */
const DEEPEST = 2_048

function isPattern(pattern: Readonly<Record<string, unknown>>, depth: number): boolean {
  if (depth > DEEPEST) return false
  return Object.entries(pattern).every(([name, value]) => {
    if (name === "$or" && Array.isArray(value))
      return value.length > 0 && value.every((one) => isObject(one) && isPattern(one, depth + 1))
    if (Array.isArray(value)) return value.length > 0 && value.every(isChoice)
    return isObject(value) && isPattern(value, depth + 1)
  })
}

function isChoice(choice: unknown): boolean {
  if (!isObject(choice)) return !Array.isArray(choice)
  const entries = Object.entries(choice)
  const [name = "", operand] = entries[0] ?? []
  if (entries.length !== 1) return false
  return name === "exists"
    ? typeof operand === "boolean"
    : Object.hasOwn(OPERATORS, name) && OPERATORS[name]!.takes(operand)
}
