import { isObject, OPERATORS, type Scalar } from "./operators.ts"
import type { Choice, Pattern } from "./pattern.ts"

/**
 * Whether an event has all that a pattern asks for (EventBridge User Guide, "Amazon EventBridge event patterns"). Of a list in the
 * event one element has to do, and of a list of objects one and the same for all that is asked of it.
 */
export function matches(pattern: Pattern, event: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(pattern).every(([name, asked]) => {
    if (name === "$or" && Array.isArray(asked)) return (asked as Pattern[]).some((one) => matches(one, event))
    const value = Object.hasOwn(event, name) ? event[name] : undefined
    if (Array.isArray(asked)) return (asked as Choice[]).some((choice) => holds(choice, value))
    return matchesBelow(asked as Pattern, value)
  })
}

function matchesBelow(pattern: Pattern, value: unknown): boolean {
  const objects = elementsOf(value).filter(isObject)
  // What is not there has no leaves: patterns that ask for that alone hold.
  return objects.length === 0 ? matches(pattern, {}) : objects.some((one) => matches(pattern, one))
}

/** The leaves that a list of choices is about: objects have none of their own. */
const leavesOf = (value: unknown): readonly Scalar[] => elementsOf(value).filter((one) => !isObject(one)) as Scalar[]

/** A value by itself, and of lists the elements, however deep a stranger has put them into each other. */
function elementsOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) return [value]
  if (!value.some(Array.isArray)) return value
  const elements: unknown[] = []
  const open: unknown[] = [value]
  while (open.length > 0) {
    const one = open.pop()
    if (!Array.isArray(one)) elements.push(one)
    else for (const part of one.toReversed()) open.push(part)
  }
  return elements
}

function holds(choice: Choice, value: unknown): boolean {
  const leaves = leavesOf(value)
  if (!isObject(choice)) return leaves.includes(choice as Scalar)
  const [name = "", operand] = Object.entries(choice)[0]!
  if (name === "exists") return leaves.length > 0 === operand
  const operator = OPERATORS[name]!
  return leaves.some((leaf) => operator.holds(operand as never, leaf))
}
