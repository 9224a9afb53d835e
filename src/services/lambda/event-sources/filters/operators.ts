import { BlockList, isIP } from "node:net"

/** A value of an event that is no object and no list. */
export type Scalar = string | number | boolean | null

/** An operator of event patterns (EventBridge User Guide, "Comparison operators for use in event patterns"). */
interface Operator {
  /** Whether what it is given is its. */
  takes(operand: unknown): boolean
  /** Called for what `takes` has let in. */
  holds(operand: never, value: Scalar): boolean
}

const isText = (value: unknown): value is string => typeof value === "string"
const isNumber = (value: unknown): value is number => typeof value === "number"
const equalsIgnoringCase = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()

type TextOperand = string | { "equals-ignore-case": string }

/** `"a"` or `{"equals-ignore-case": "a"}` */
const takesText = (operand: unknown): boolean =>
  isText(operand) || (isObject(operand) && Object.keys(operand).length === 1 && isText(operand["equals-ignore-case"]))

/** Beginning or end of a text, with or without a look at the case. */
const affix = (holds: (value: string, part: string) => boolean): Operator => ({
  takes: takesText,
  holds: (operand: TextOperand, value) =>
    isText(value) &&
    (isText(operand) ? holds(value, operand) : holds(value.toLowerCase(), operand["equals-ignore-case"].toLowerCase())),
})

type Comparison = readonly (string | number)[]

const COMPARISONS: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  "<": (one, other) => one < other,
  "<=": (one, other) => one <= other,
  "=": (one, other) => one === other,
  ">": (one, other) => one > other,
  ">=": (one, other) => one >= other,
}

/** `[">", 0, "<=", 5]` */
const numeric: Operator = {
  takes: (operand) =>
    Array.isArray(operand) &&
    (operand.length === 2 || operand.length === 4) &&
    operand.every((part, i) => (i % 2 === 0 ? isText(part) && Object.hasOwn(COMPARISONS, part) : isNumber(part))),
  holds: (operand: Comparison, value) =>
    isNumber(value) &&
    operand.every((part, i) => i % 2 === 1 || COMPARISONS[part as string]!(value, operand[i + 1] as number)),
}

/** `*` stands for any number of characters, `\\*` and `\\\\` for themselves. Undefined where two stars stand together. */
function wildcardParts(pattern: string): string[] | undefined {
  const parts = [""]
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern[at]!
    if (sign === "*") {
      if (pattern[at + 1] === "*") return undefined
      parts.push("")
    } else {
      const isEscape = sign === "\\" && (pattern[at + 1] === "*" || pattern[at + 1] === "\\")
      parts.push(`${parts.pop()}${isEscape ? pattern[++at] : sign}`)
    }
  }
  return parts
}

/** Looks for the parts one behind the other: no pattern makes it go over the text again and again. */
function matchesWildcard(pattern: string, value: string): boolean {
  const parts = wildcardParts(pattern)!
  const [first = "", ...others] = parts
  const last = others.pop()
  if (last === undefined) return value === first
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false
  let from = first.length
  const until = value.length - last.length
  for (const part of others) {
    const found = value.indexOf(part, from)
    if (found < 0 || found + part.length > until) return false
    from = found + part.length
  }
  return true
}

const CIDR = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/

function blockOf(cidr: string): BlockList | undefined {
  const [, address = "", bits = ""] = CIDR.exec(cidr) ?? []
  const version = isIP(address)
  if (version === 0 || Number(bits) > (version === 4 ? 32 : 128)) return undefined
  const block = new BlockList()
  block.addSubnet(address, Number(bits), version === 4 ? "ipv4" : "ipv6")
  return block
}

function isWithin(cidr: string, value: string): boolean {
  const version = isIP(value)
  return version !== 0 && blockOf(cidr)!.check(value, version === 4 ? "ipv4" : "ipv6")
}

/** What `anything-but` may hold beside values: the same operators, of one text or of several. */
const EXCLUDED: Readonly<Record<string, (operand: string, value: string) => boolean>> = {
  prefix: (operand, value) => value.startsWith(operand),
  suffix: (operand, value) => value.endsWith(operand),
  wildcard: (operand, value) => matchesWildcard(operand, value),
  "equals-ignore-case": (operand, value) => equalsIgnoringCase(operand, value),
}

const anythingBut: Operator = {
  takes(operand) {
    if (Array.isArray(operand)) return operand.length > 0 && operand.every((one) => isText(one) || isNumber(one))
    if (!isObject(operand)) return isText(operand) || isNumber(operand)
    const [name = "", value] = Object.entries(operand)[0] ?? []
    const list = [value].flat()
    const isTaken = (one: unknown) => isText(one) && (name !== "wildcard" || wildcardParts(one) !== undefined)
    return Object.keys(operand).length === 1 && Object.hasOwn(EXCLUDED, name) && list.length > 0 && list.every(isTaken)
  },
  holds(operand: unknown, value) {
    if (!isObject(operand)) return ![operand].flat().includes(value)
    const [name = "", texts] = Object.entries(operand)[0]!
    return isText(value) && ![texts].flat().some((text) => EXCLUDED[name]!(text as string, value))
  },
}

/** Beside them there is `exists`, which is about what is not there, too. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  prefix: affix((value, part) => value.startsWith(part)),
  suffix: affix((value, part) => value.endsWith(part)),
  "equals-ignore-case": {
    takes: isText,
    holds: (operand: string, value) => isText(value) && equalsIgnoringCase(operand, value),
  },
  wildcard: {
    takes: (operand) => isText(operand) && wildcardParts(operand) !== undefined,
    holds: (operand: string, value) => isText(value) && matchesWildcard(operand, value),
  },
  cidr: {
    takes: (operand) => isText(operand) && blockOf(operand) !== undefined,
    holds: (operand: string, value) => isText(value) && isWithin(operand, value),
  },
  numeric,
  "anything-but": anythingBut,
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
