import { type AttributeValue, contentOf, type Item, typeOf } from "./attribute-value.ts"
import { compareNumbers } from "./number.ts"

/** Whether two values are the same: sets in whatever order, numbers by what they are worth. */
export function areEqual(a: AttributeValue, b: AttributeValue): boolean {
  const type = typeOf(a)
  if (type !== typeOf(b)) return false
  if ("L" in a && "L" in b) return a.L.length === b.L.length && a.L.every((element, i) => areEqual(element, b.L[i]!))
  if ("M" in a && "M" in b) return areEqualMaps(a.M, b.M)
  const [left, right] = [contentOf(a), contentOf(b)]
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right
  if (left.length !== right.length) return false
  const members = new Set(right)
  return left.every((member) => members.has(member))
}

function areEqualMaps(a: Item, b: Item): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => Object.hasOwn(b, name) && areEqual(a[name]!, b[name]!))
}

/** Negative, zero or positive; undefined where the two have no order: other types, or two different ones. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ("S" in a && "S" in b) return compareText(a.S, b.S)
  if ("N" in a && "N" in b) return compareNumbers(a.N, b.N)
  if ("B" in a && "B" in b) return Buffer.compare(Buffer.from(a.B, "base64"), Buffer.from(b.B, "base64"))
  return undefined
}

/** In the order of the UTF-8 bytes, which for characters beyond the basic plane is not that of UTF-16. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Moves the surrogates behind the rest of the basic plane. */
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)
