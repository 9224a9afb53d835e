import { doubleText, javaSetOrder } from "./java-text.ts"
import type { Constraint } from "./model.ts"
import { compilePattern } from "./pattern.ts"

export const PATTERN_RANK = 3

/** One thing that is asked of a value, and AWS's words for it. */
export interface Requirement {
  /** The place among what is asked of each element of a list, where lengths come before the pattern. */
  readonly rank: number
  /** Numbers have a value, everything else a length: the words depend on what was sent. */
  text(value: unknown): string
  isMet(value: unknown): boolean
}

/**
 * In the order in which AWS tells of them. Pattern before length: DynamoDB's `tableName` and Cognito's `userCode` and
 * `confirmationCode`, as clients of theirs quote them.
 */
export function requirementsOf(constraint: Constraint): Requirement[] {
  const { min, max, pattern } = constraint
  const requirements: Requirement[] = []
  if (constraint.enum) requirements.push(isOneOf(constraint.enum, constraint))
  const matches = pattern === undefined ? undefined : compilePattern(pattern, max)
  if (matches) {
    const text = `Member must satisfy regular expression pattern: ${pattern}`
    requirements.push({
      rank: PATTERN_RANK,
      text: () => text,
      isMet: (value) => typeof value !== "string" || matches(value),
    })
  }
  // Written so that NaN meets neither.
  const told = (bound: number): string => (constraint.isDouble ? doubleText(bound) : String(bound))
  if (max !== undefined) requirements.push(bounded("less than or equal to", told(max), 1, (size) => size <= max))
  if (min !== undefined) requirements.push(bounded("greater than or equal to", told(min), 2, (size) => size >= min))
  return requirements
}

const NOT_NULL: Requirement = { rank: 9, text: () => "Member must not be null", isMet: (value) => value !== null }

/** Of each element of a list or a map. */
export const elementRequirementsOf = (constraint: Constraint): Requirement[] =>
  constraint.required ? [...requirementsOf(constraint), NOT_NULL] : requirementsOf(constraint)

function isOneOf(values: readonly string[], { sensitive, isOrdered }: Constraint): Requirement {
  const known = new Set(values)
  // Recorded from IAM (06-03-2025): where the value is kept out of the text, so is the set.
  const set = sensitive ? "" : `: [${(isOrdered ? values : javaSetOrder(values)).join(", ")}]`
  const text = `Member must satisfy enum value set${set}`
  const isKnown = (value: unknown): boolean => known.has(value as string)
  // Of a list that has the set itself, every element (Lambda's compatibleRuntimes, recorded 2026-01).
  return { rank: 0, text: () => text, isMet: (value) => (Array.isArray(value) ? value.every(isKnown) : isKnown(value)) }
}

function bounded(words: string, bound: string, rank: number, isWithin: (size: number) => boolean): Requirement {
  return {
    rank,
    text: (value) => `Member must have ${typeof value === "number" ? "value" : "length"} ${words} ${bound}`,
    isMet: (value) => {
      if (typeof value !== "string") return isWithin(sizeOf(value))
      // Characters beyond the first 65,536 are two units long and count once.
      return isWithin(value.length) || (SURROGATE.test(value) && isWithin(codePoints(value)))
    },
  }
}

const SURROGATE = /[\ud800-\udbff]/

function sizeOf(value: unknown): number {
  if (typeof value === "number") return value
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length
  return Object.keys(value as object).length
}

function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
