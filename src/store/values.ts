import { misuse } from "./errors.ts"
import type { Value } from "./store.ts"

// Not -2^63: node:sqlite gives that back as a number, and wrong (its check of the range takes the absolute value).
const LEAST = -(2n ** 63n - 1n)
const GREATEST = 2n ** 63n - 1n

/**
 * Both engines take what this returns and store the same thing. Integers become bigints, because node:sqlite binds a
 * number as a floating point value; a fraction, NaN or an integer that a number cannot hold exactly is a defect of the
 * caller on every engine.
 */
export function toBindable(value: Value): string | bigint | Uint8Array | null {
  switch (typeof value) {
    case "string":
      return value
    case "number":
      if (Number.isSafeInteger(value)) return BigInt(value)
      throw misuse("a number that is not a safe integer cannot be stored")
    case "bigint":
      if (value >= LEAST && value <= GREATEST) return value
      throw misuse("an integer beyond 64 bits cannot be stored")
    default:
      if (value === null || value instanceof Uint8Array) return value
      throw misuse(`a value of type ${typeof value} cannot be stored`)
  }
}

/** Integers come back as numbers, and as bigints only where a number cannot hold them. */
export function fromBigint(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

const READS = /^\s*(?:select|values|with)\b/i
const WRITES = /\b(?:insert|update|delete|replace\s+into)\b/i

/** Whether the statement only reads. A `WITH` that mentions a writing verb counts as writing. */
export const isReadingStatement = (sql: string): boolean =>
  READS.test(sql) && (/^\s*(?:select|values)\b/i.test(sql) || !WRITES.test(sql))

const PLACEHOLDERS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\$(\d+)/g

/** Writes every placeholder, `$1`, as `prefix` and its number. Also the highest number. */
export function replacePlaceholders(sql: string, prefix: string): { text: string; count: number } {
  let count = 0
  const text = sql.replace(PLACEHOLDERS, (token, number?: string) => {
    if (number === undefined) return token
    count = Math.max(count, Number(number))
    return prefix + number
  })
  return { text, count }
}

export function assertCount(values: Value[], count: number): void {
  if (values.length !== count) throw misuse(`${values.length} values for ${count} placeholders`)
}
