import { comparison } from "./comparison.ts"

/** A decimal number: exact, for keys may hold more digits than a double does. */
type Decimal = number | { digits: bigint; decimals: number }

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/

function parseDecimal(text: string): Decimal | undefined {
  const [matched, sign, whole = "", fraction = ""] = DECIMAL.exec(text) ?? []
  if (matched === undefined || whole + fraction === "") return undefined
  // A double holds any fifteen digits.
  if (whole.length + fraction.length <= 15) return Number(text)
  if (text.length > LONGEST) return undefined
  return { digits: BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n), decimals: fraction.length }
}

/** More digits are no number that any key holds, and turning them into one takes more than linear time. */
const LONGEST = 1000

function exact(value: Decimal): { digits: bigint; decimals: number } {
  if (typeof value !== "number") return value
  const [whole, fraction = ""] = value.toFixed(15).split(".") as [string, string?]
  return { digits: BigInt(whole + fraction), decimals: fraction.length }
}

function compareDecimals(a: Decimal, b: Decimal): number {
  if (typeof a === "number" && typeof b === "number") return a - b
  const left = exact(a)
  const right = exact(b)
  const decimals = Math.max(left.decimals, right.decimals)
  const difference =
    left.digits * 10n ** BigInt(decimals - left.decimals) - right.digits * 10n ** BigInt(decimals - right.decimals)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** `accepts` the sign of request's value minus policy's value. */
const compared = (accepts: (order: number) => boolean) =>
  comparison<Decimal, Decimal>({
    parseOperand: parseDecimal,
    parseValue: parseDecimal,
    holds: (operand, value) => accepts(compareDecimals(value, operand)),
  })

export const NUMBER_EQUALS = compared((order) => order === 0)
export const NUMBER_BELOW = compared((order) => order < 0)
export const NUMBER_NOT_ABOVE = compared((order) => order <= 0)
export const NUMBER_ABOVE = compared((order) => order > 0)
export const NUMBER_NOT_BELOW = compared((order) => order >= 0)
