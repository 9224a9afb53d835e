const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?$/
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
])
/** What a Java long holds. */
export const LONG = 2 ** 63

/**
 * A number as text protocols write it; undefined where it is none. Without `fractional` it is made whole, and neither
 * NaN nor an infinity is one.
 */
export function parseNumber(text: string, fractional: boolean): number | undefined {
  const special = fractional ? SPECIAL.get(text) : undefined
  if (special !== undefined) return special
  if (!NUMBER.test(text)) return undefined
  const number = Number(text)
  if (!(Math.abs(number) <= LONG)) return undefined
  return fractional ? number : Math.trunc(number)
}

/** NaN and the infinities that a float or a double of JSON is sent as. */
export const parseSpecialNumber = (text: string): number | undefined => SPECIAL.get(text)
