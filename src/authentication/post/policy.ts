import { WireError } from "../../wire/errors.ts"
import { accessDenied } from "../errors-s3.ts"

/**
 * The policy document of a form: what its signer lets the form be. Source: S3 API reference, "POST policy"; texts
 * recorded (2026-02-21), but where said otherwise.
 */
export interface PostPolicy {
  /** Milliseconds since the epoch. */
  expiresAt: number
  conditions: readonly Condition[]
}

interface Condition {
  operator: string
  operands: readonly unknown[]
}

/** `[least, most]` bytes of the file. */
export type LengthRange = readonly [least: number, most: number]

/** `encoded` is the base64 of the form's `policy`. */
export function parsePostPolicy(encoded: string): PostPolicy {
  const document = parseJson(encoded)
  const { expiration, conditions } = document
  // UNVERIFIED: the words for what is missing.
  if (typeof expiration !== "string") throw invalidPolicy("Policy missing expiration.")
  const expiresAt = ISO_DATE.test(expiration) ? Date.parse(expiration) : Number.NaN
  if (Number.isNaN(expiresAt)) throw invalidPolicy(`Invalid 'expiration' value: '${expiration}'`)
  if (!Array.isArray(conditions)) throw invalidPolicy("Policy missing conditions.")
  return { expiresAt, conditions: conditions.map(parseCondition) }
}

const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/

/** UNVERIFIED: the words. */
function parseJson(encoded: string): Record<string, unknown> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(encoded, "base64"))
    const document: unknown = JSON.parse(text)
    if (typeof document === "object" && document !== null && !Array.isArray(document)) return { ...document }
  } catch {}
  throw invalidPolicy("Invalid JSON.")
}

function parseCondition(condition: unknown): Condition {
  if (Array.isArray(condition)) return { operator: asText(condition[0] ?? ""), operands: condition.slice(1) }
  const pairs = typeof condition === "object" && condition !== null ? Object.entries(condition) : []
  const [only] = pairs
  if (pairs.length !== 1 || !only)
    throw invalidPolicy("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
  return { operator: "eq", operands: [`$${only[0]}`, only[1]] }
}

const invalidPolicy = (problem: string) => new WireError("InvalidPolicyDocument", `Invalid Policy: ${problem}`)

/** Fields that need no condition. */
const FREE = new Set(["policy", "signature", "awsaccesskeyid", "x-amz-signature", "file"])

/**
 * Holds a form against its policy: every condition must be met, and every field must be named by one. `fields` has the
 * bucket as a field of its own and the key as it will be. Returns the length that the file must have.
 */
export function assertMeetsPolicy(
  { expiresAt, conditions }: PostPolicy,
  fields: ReadonlyMap<string, string>,
  now: number,
): LengthRange | undefined {
  if (expiresAt <= now) throw denied("Policy expired.")
  const named = new Set<string>()
  let range: LengthRange | undefined
  for (const condition of conditions) {
    if (condition.operator.toLowerCase() === "content-length-range") {
      const parsed = parseRange(condition)
      range = range ? [Math.max(range[0], parsed[0]), Math.min(range[1], parsed[1])] : parsed
      continue
    }
    const name = fieldOf(condition)
    if (name === undefined || !isMet(condition, name, fields.get(name))) throw failed(condition)
    named.add(name)
  }
  for (const name of fields.keys())
    if (!named.has(name) && !FREE.has(name) && !name.startsWith("x-ignore-"))
      throw denied(`Extra input fields: ${name}`)
  return range
}

const fieldOf = ({ operands: [field] }: Condition): string | undefined =>
  typeof field === "string" && field.startsWith("$") ? field.slice(1).toLowerCase() : undefined

/** A field that is not there meets nothing, not even the empty beginning (seen in issues of form libraries). */
function isMet({ operator, operands }: Condition, name: string, value: string | undefined): boolean {
  const wanted = operands[1]
  if (value === undefined || typeof wanted !== "string" || operands.length !== 2) return false
  switch (operator.toLowerCase()) {
    case "eq":
      return value === wanted
    case "starts-with":
      // A list of types must be of such types throughout.
      return name === "content-type"
        ? value.split(",").every((type) => type.trim().startsWith(wanted))
        : value.startsWith(wanted)
    default:
      return false
  }
}

function parseRange(condition: Condition): LengthRange {
  const { operands } = condition
  if (operands.length !== 2 || operands.some((bound) => /^-\d+$/.test(asText(bound))))
    throw invalidPolicy(`Invalid content-length-range: ${JSON.stringify(operands)}.`)
  const [least, most] = operands.map((bound) => (/^\d{1,15}$/.test(asText(bound)) ? Number(asText(bound)) : undefined))
  if (least === undefined || most === undefined) throw failed(condition)
  return [least, most]
}

const denied = (problem: string) => accessDenied(`Invalid according to Policy: ${problem}`)

const failed = ({ operator, operands }: Condition) =>
  denied(`Policy Condition failed: [${[operator, ...operands].map((part) => JSON.stringify(asText(part))).join(", ")}]`)

const asText = (part: unknown): string => (typeof part === "string" ? part : JSON.stringify(part))
