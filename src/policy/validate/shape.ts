import { OPERATORS, parseOperatorName } from "../conditions/operators.ts"

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Undefined where the text is not JSON; the value may be of any type. */
export function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** A string, or a list of strings; undefined for anything else. */
export function findStrings(value: unknown): readonly string[] | undefined {
  if (typeof value === "string") return [value]
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined
}

/** The strings of an element that was checked, or none. */
export const stringsOf = (value: unknown): readonly string[] => findStrings(value) ?? []

/** Statement is a list, or a single object. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

export const isVersion = (value: unknown): boolean => value === "2012-10-17" || value === "2008-10-17"

/** Whether no Sid is given twice. */
export function areSidsUnique(statements: readonly JsonObject[]): boolean {
  const sids = statements.map(({ Sid }) => Sid).filter((sid) => sid !== undefined && sid !== "")
  return new Set(sids).size === sids.length
}

const isScalar = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"

/** The first operator that does not exist; undefined where all do. */
export const findUnknownOperator = (conditions: unknown): string | undefined =>
  isObject(conditions) ? Object.keys(conditions).find((name) => parseOperatorName(name) === undefined) : undefined

/** Whether a Condition element has the shape of one, its operators aside. Unknown keys are legal. */
export function areConditionsShaped(conditions: unknown): boolean {
  if (conditions === undefined) return true
  if (!isObject(conditions)) return false
  return Object.values(conditions).every(
    (keys) =>
      isObject(keys) &&
      Object.values(keys).every((values) => (Array.isArray(values) ? values.every(isScalar) : isScalar(values))),
  )
}

/**
 * Whether every value is of its operator's type: dates are dates, networks are networks. An ARN of fewer than six parts
 * is legal, and is of no ARN.
 */
export function areValuesReadable(conditions: unknown, variables: boolean): boolean {
  if (!isObject(conditions)) return true
  return Object.entries(conditions).every(([name, keys]) => {
    const base = parseOperatorName(name)?.base ?? ""
    const operator = OPERATORS.get(base)
    if (base.startsWith("Arn") || !isObject(keys)) return true
    const values = Object.values(keys).flatMap(listOf).map(String)
    if (base === "Null") return values.every((text) => /^(?:true|false)$/i.test(text))
    return values.every((text) => operator?.comparison.parseOperand(text, variables) !== undefined)
  })
}

export const hasVariables = ({ Version }: JsonObject): boolean => Version === "2012-10-17"

export const areConditionsValid = (conditions: unknown): boolean =>
  areConditionsShaped(conditions) && findUnknownOperator(conditions) === undefined

/** Characters that count against the quotas of IAM: all but whitespace ("IAM and AWS STS quotas"). */
export const sizeWithoutWhitespace = (document: string): number => document.replace(/\s/g, "").length
