/** Operators of event patterns, and whether what they are given is theirs (EventBridge User Guide, "Comparison operators"). */
const OPERATORS: Readonly<Record<string, (operand: unknown) => boolean>> = {
  exists: (operand) => typeof operand === "boolean",
  prefix: (operand) => isText(operand) || isIgnoringCase(operand),
  suffix: (operand) => isText(operand) || isIgnoringCase(operand),
  wildcard: isText,
  cidr: isText,
  "equals-ignore-case": isText,
  numeric: isComparison,
  "anything-but": isExclusion,
}

/** Whether the text is an event pattern: objects of objects, whose leaves are lists of values and operators. */
export function isFilterPattern(text: string): boolean {
  try {
    const pattern: unknown = JSON.parse(text)
    return isObject(pattern) && isPattern(pattern, 0)
  } catch {
    return false
  }
}

/** Texts are at most 4,096 characters, so that nothing nests deeper than this; the stack is safe. */
const DEEPEST = 2_048

function isPattern(pattern: Record<string, unknown>, depth: number): boolean {
  if (depth > DEEPEST) return false
  return Object.entries(pattern).every(([name, value]) => {
    if (name === "$or" && Array.isArray(value)) return value.every((one) => isObject(one) && isPattern(one, depth + 1))
    if (Array.isArray(value)) return value.length > 0 && value.every(isChoice)
    return isObject(value) && isPattern(value, depth + 1)
  })
}

function isChoice(choice: unknown): boolean {
  if (!isObject(choice)) return !Array.isArray(choice)
  const entries = Object.entries(choice)
  const [name = "", operand] = entries[0] ?? []
  return entries.length === 1 && Object.hasOwn(OPERATORS, name) && OPERATORS[name]!(operand)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isText(value: unknown): boolean {
  return typeof value === "string"
}

const isIgnoringCase = (operand: unknown): boolean =>
  isObject(operand) && Object.keys(operand).length === 1 && isText(operand["equals-ignore-case"])

/** `[">", 0, "<=", 5]` */
function isComparison(operand: unknown): boolean {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) return false
  return operand.every((part, i) =>
    i % 2 === 0 ? ["<", "<=", "=", ">", ">="].includes(part as string) : typeof part === "number",
  )
}

function isExclusion(operand: unknown): boolean {
  if (Array.isArray(operand))
    return operand.length > 0 && operand.every((one) => isText(one) || typeof one === "number")
  if (!isObject(operand)) return isText(operand) || typeof operand === "number"
  const [name = "", value] = Object.entries(operand)[0] ?? []
  const list = [value].flat()
  return ["prefix", "suffix", "wildcard", "equals-ignore-case"].includes(name) && list.length > 0 && list.every(isText)
}
