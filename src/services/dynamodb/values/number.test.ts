import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { addNumbers, compareNumbers, normalizeNumber, subtractNumbers } from "./number.ts"

const FORMS: [given: string, printed: string][] = [
  ["0", "0"],
  ["-0", "0"],
  ["0.000", "0"],
  ["0e99", "0"],
  ["1", "1"],
  ["+1", "1"],
  ["-1", "-1"],
  ["007", "7"],
  ["1.", "1"],
  [".5", "0.5"],
  ["1.50", "1.5"],
  ["100", "100"],
  ["1e2", "100"],
  ["1E+2", "100"],
  ["12.34e1", "123.4"],
  ["1e-2", "0.01"],
  ["-1.20e-3", "-0.0012"],
  ["123456789012345678901234567890", "123456789012345678901234567890"],
  [`${"1".repeat(38)}000`, `${"1".repeat(38)}000`],
  [`0.${"0".repeat(129)}1`, `0.${"0".repeat(129)}1`],
  ["1e-130", `0.${"0".repeat(129)}1`],
  ["1e125", `1${"0".repeat(125)}`],
  ["9.9999999999999999999999999999999999999E+125", `${"9".repeat(38)}${"0".repeat(88)}`],
]

for (const [given, printed] of FORMS) {
  test(`${given.slice(0, 30)} is printed plainly`, () => assert.equal(normalizeNumber(given), printed))
}

const OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
const UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
const PRECISION = "Attempting to store more than 38 significant digits in a Number"
const NOT_NUMERIC = "The parameter cannot be converted to a numeric value"

const REFUSED: [given: string, message: string][] = [
  ["", NOT_NUMERIC],
  ["b", `${NOT_NUMERIC}: b`],
  [".", `${NOT_NUMERIC}: .`],
  ["e5", `${NOT_NUMERIC}: e5`],
  ["1e", `${NOT_NUMERIC}: 1e`],
  [" 1", `${NOT_NUMERIC}:  1`],
  ["1 ", `${NOT_NUMERIC}: 1 `],
  ["1\n", `${NOT_NUMERIC}: 1\n`],
  ["0x10", `${NOT_NUMERIC}: 0x10`],
  ["NaN", `${NOT_NUMERIC}: NaN`],
  ["Infinity", `${NOT_NUMERIC}: Infinity`],
  ["--1", `${NOT_NUMERIC}: --1`],
  ["1e126", OVERFLOW],
  ["-1e126", OVERFLOW],
  [`1e${"9".repeat(400)}`, OVERFLOW],
  ["1e-131", UNDERFLOW],
  [`1e-${"9".repeat(400)}`, UNDERFLOW],
  ["1".repeat(39), PRECISION],
  [`1.${"0".repeat(37)}1`, PRECISION],
]

for (const [given, message] of REFUSED) {
  test(`${JSON.stringify(given.slice(0, 20))} is refused`, () => {
    assert.throws(() => normalizeNumber(given), { code: "ValidationException", message })
  })
}

/** Integers in units of 10^-20 and their decimal text. */
const scaled = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n })
const SCALE = 20
function textOf(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, "0")
  return `${units < 0n ? "-" : ""}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`
}

test("adding and subtracting are exact", () => {
  fc.assert(
    fc.property(scaled, scaled, (a, b) => {
      assert.equal(addNumbers(textOf(a), textOf(b)), normalizeNumber(textOf(a + b)))
      assert.equal(subtractNumbers(textOf(a), textOf(b)), normalizeNumber(textOf(a - b)))
    }),
  )
})

test("numbers compare as what they are worth", () => {
  fc.assert(
    fc.property(scaled, scaled, (a, b) => {
      assert.equal(compareNumbers(textOf(a), textOf(b)), a < b ? -1 : a > b ? 1 : 0)
    }),
  )
})

test("a printed number is its own form", () => {
  fc.assert(
    fc.property(scaled, fc.integer({ min: -60, max: 60 }), (units, exponent) => {
      const printed = normalizeNumber(`${textOf(units)}e${exponent}`)
      assert.equal(normalizeNumber(printed), printed)
    }),
  )
})

test("a sum that needs more digits than there are is refused", () => {
  assert.throws(() => addNumbers("1e50", "1"), { message: OVERFLOW })
  assert.throws(() => addNumbers("1", "1e-50"), { message: OVERFLOW })
  assert.throws(() => addNumbers(`${"9".repeat(38)}e88`, `1e88`), { message: OVERFLOW })
})
