import type { StatementDocument } from "../../src/policy/document.ts"
import { type ReferenceRequest, values } from "./reference.ts"
import { matchesPattern, type Sign, substituteAll, type Values } from "./reference-patterns.ts"

/** Every operator and every key of it has to hold. */
export function referenceConditionsHold(
  { Condition = {}, Effect }: StatementDocument,
  request: ReferenceRequest,
  variables: boolean,
): boolean {
  const unknown = Effect === "Deny"
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, written]) => {
      const value = values(request).byKey.get(key.toLowerCase())
      return holds(operator, [written].flat().map(String), value, { ...values(request), variables, unknown })
    }),
  )
}

function holds(
  operator: string,
  policyValues: readonly string[],
  value: string | readonly string[] | undefined,
  context: Values & { variables: boolean; unknown: boolean },
): boolean {
  const set = operator.includes(":") ? operator.split(":")[0] : undefined
  const withoutSet = operator.split(":").at(-1) as string
  const ifExists = withoutSet.endsWith("IfExists")
  const name = withoutSet.replace(/IfExists$/, "")
  const isAbsent = value === undefined || value.length === 0 ? value !== "" : false
  if (name === "Null")
    return policyValues.includes(String(isAbsent)) || (context.unknown && policyValues.some((text) => !isBoolean(text)))
  const negated = name.includes("Not")
  if (isAbsent)
    return set === "ForAnyValue" ? ifExists && context.unknown : ifExists || set === "ForAllValues" || negated
  const base = name.replace("Not", "")
  const one = (requestValue: string) => {
    if (!isValue(base, requestValue)) return context.unknown
    if (policyValues.some((policyValue) => compare(base, policyValue, requestValue, context, context.variables)))
      return !negated
    return policyValues.every((text) => isOperand(base, text, context.variables)) ? negated : context.unknown
  }
  if (typeof value === "string") return one(value)
  if (set === undefined) return negated && context.unknown
  return set === "ForAllValues" ? value!.every(one) : value!.some(one)
}

const isBoolean = (text: string): boolean => /^(true|false)$/i.test(text)

/** Whether the operator can read a value of the request. */
function isValue(base: string, text: string): boolean {
  if (base === "Bool") return isBoolean(text)
  if (base === "IpAddress") return /^\d+(\.\d+){3}$/.test(text) || text === "::1"
  if (base.startsWith("Numeric")) return !Number.isNaN(number(text))
  return !base.startsWith("Date") || !Number.isNaN(date(text))
}

/** Whether it can read a value of the policy. */
function isOperand(base: string, text: string, variables: boolean): boolean {
  if (base === "Bool") return isBoolean(text) || (variables && text.includes("${"))
  if (base.startsWith("Arn")) return text.split(":").length >= 6
  return isValue(base, text.replace(/\/\d+$/, ""))
}

function compare(base: string, written: string, value: string, context: Values, variables: boolean): boolean {
  const substituted = (wildcards: boolean) => substituteAll(written, context, { variables, wildcards })
  const texts = () => substituted(false).map((signs) => signs.join(""))
  if (base === "StringEquals") return texts().includes(value)
  if (base === "StringEqualsIgnoreCase") return texts().some((text) => text.toLowerCase() === value.toLowerCase())
  if (base === "StringLike") return substituted(true).some((pattern) => matchesPattern(pattern, value))
  if (base === "Bool")
    return /^(true|false)$/i.test(value) && texts().some((text) => text.toLowerCase() === value.toLowerCase())
  if (base === "BinaryEquals") return written === value
  if (base.startsWith("Arn")) return substituted(true).some((pattern) => arnMatches(pattern, value))
  if (base === "IpAddress") return ipMatches(written, value)
  const read = base.startsWith("Numeric") ? number : date
  const [a, b] = [read(value), read(written)]
  if (base.endsWith("LessThan")) return a < b
  if (base.endsWith("LessThanEquals")) return a <= b
  if (base.endsWith("GreaterThan")) return a > b
  if (base.endsWith("GreaterThanEquals")) return a >= b
  return a === b
}

/** NaN compares as false with everything. */
const number = (text: string): number => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN)
const date = (text: string): number => (/^\d{5,}$/.test(text) ? Number(text) * 1000 : Date.parse(text))

function arnMatches(pattern: readonly Sign[], arn: string): boolean {
  const parts: Sign[][] = [[]]
  for (const sign of pattern)
    if (sign === ":" && parts.length < 6) parts.push([])
    else parts.at(-1)?.push(sign)
  const asked = arn.split(":")
  if (parts.length < 6 || asked.length < 6) return false
  return parts.every((part, i) => matchesPattern(part, (i < 5 ? asked[i] : asked.slice(5).join(":")) as string))
}

/** IPv4 alone: the addresses of the tests that compare with this. */
function ipMatches(network: string, address: string): boolean {
  const [start, bits = "32"] = network.split("/") as [string, string?]
  const binary = (text: string) =>
    text
      .split(".")
      .map((octet) => Number(octet).toString(2).padStart(8, "0"))
      .join("")
  const isIpv4 = (text: string) => /^\d+(\.\d+){3}$/.test(text)
  return isIpv4(start) && isIpv4(address) && binary(address).startsWith(binary(start).slice(0, Number(bits)))
}
