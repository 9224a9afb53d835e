import type { WireError } from "../../../wire/errors.ts"
import { invalid } from "../errors.ts"

/**
 * A decimal number of up to 38 digits: `0.digits * 10^exponent`, no zero at either end of `digits`, which is empty for
 * zero. Ranges and precision: DynamoDB Developer Guide, "Supported data types and naming rules".
 */
export interface Decimal {
  negative: boolean
  digits: string
  exponent: number
}

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/
const MAXIMUM_DIGITS = 38
/** 9.99...E+125 */
const MAXIMUM_EXPONENT = 126
/** 1E-130 */
const MINIMUM_EXPONENT = -129
const ZERO: Decimal = { negative: false, digits: "", exponent: 0 }

const overflow = (): WireError =>
  invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
const tooManyDigits = (): WireError => invalid("Attempting to store more than 38 significant digits in a Number")
const underflow = (): WireError =>
  invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")

export function parseDecimal(text: string): Decimal {
  const match = FORM.exec(text)
  const whole = match?.[2] ?? ""
  const fraction = match?.[3] ?? ""
  if (!match || whole.length + fraction.length === 0) {
    throw invalid(`The parameter cannot be converted to a numeric value${text === "" ? "" : `: ${text}`}`)
  }
  return decimalOf(match[1] === "-", whole + fraction, whole.length + Number(match[4] ?? 0), tooManyDigits)
}

/** `0.digits * 10^exponent`, zeros trimmed, and within what DynamoDB stores. */
function decimalOf(negative: boolean, digits: string, exponent: number, tooPrecise: () => WireError): Decimal {
  let start = 0
  while (start < digits.length && digits.charCodeAt(start) === 48) start++
  let end = digits.length
  while (end > start && digits.charCodeAt(end - 1) === 48) end--
  if (start === end) return ZERO
  const position = exponent - start
  if (position > MAXIMUM_EXPONENT) throw overflow()
  if (position < MINIMUM_EXPONENT) throw underflow()
  if (end - start > MAXIMUM_DIGITS) throw tooPrecise()
  return { negative, digits: digits.slice(start, end), exponent: position }
}

/** Plain digits, however large or small the number is. */
export function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === "") return "0"
  const sign = negative ? "-" : ""
  if (exponent <= 0) return `${sign}0.${"0".repeat(-exponent)}${digits}`
  if (digits.length <= exponent) return sign + digits.padEnd(exponent, "0")
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`
}

/** A short integer, as most numbers are, is already in the form that DynamoDB prints. */
const PLAIN = /^(?:0|-?[1-9]\d{0,30})$/

export const normalizeNumber = (text: string): string => (PLAIN.test(text) ? text : formatDecimal(parseDecimal(text)))

export function compareDecimals(a: Decimal, b: Decimal): number {
  const signs = signOf(a) - signOf(b)
  if (signs !== 0 || a.digits === "") return Math.sign(signs)
  const magnitudes = a.exponent - b.exponent || (a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0)
  return Math.sign(a.negative ? 0 - magnitudes : magnitudes)
}

const signOf = ({ digits, negative }: Decimal): number => (digits === "" ? 0 : negative ? -1 : 1)

export const compareNumbers = (a: string, b: string): number => compareDecimals(parseDecimal(a), parseDecimal(b))

export const addNumbers = (a: string, b: string): string => formatDecimal(add(parseDecimal(a), parseDecimal(b)))

export const subtractNumbers = (a: string, b: string): string => {
  const subtrahend = parseDecimal(b)
  return formatDecimal(add(parseDecimal(a), { ...subtrahend, negative: !subtrahend.negative }))
}

/** A sum of more than 38 digits is refused as an overflow, and not rounded. */
function add(a: Decimal, b: Decimal): Decimal {
  if (a.digits === "") return b
  if (b.digits === "") return a
  const scale = Math.min(a.exponent - a.digits.length, b.exponent - b.digits.length)
  const sum = scaled(a, scale) + scaled(b, scale)
  const digits = String(sum < 0n ? -sum : sum)
  return decimalOf(sum < 0n, digits, digits.length + scale, overflow)
}

/** The number in units of `10^scale`. */
function scaled({ negative, digits, exponent }: Decimal, scale: number): bigint {
  const magnitude = BigInt(digits.padEnd(exponent - scale, "0"))
  return negative ? -magnitude : magnitude
}
