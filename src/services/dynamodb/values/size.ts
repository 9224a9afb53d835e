import type { AttributeValue, Item } from "./attribute-value.ts"

/** DynamoDB Developer Guide, "DynamoDB item sizes and formats". */
export const MAXIMUM_ITEM_BYTES = 400 * 1024

const COLLECTION_BYTES = 3
const ELEMENT_BYTES = 1

export function sizeOfItem(item: Item): number {
  let bytes = 0
  for (const name of Object.keys(item)) bytes += sizeOfText(name) + sizeOfValue(item[name]!)
  return bytes
}

export function sizeOfValue(value: AttributeValue): number {
  if ("S" in value) return sizeOfText(value.S)
  if ("N" in value) return sizeOfNumber(value.N)
  if ("B" in value) return sizeOfBinary(value.B)
  if ("SS" in value) return sum(value.SS, sizeOfText)
  if ("NS" in value) return sum(value.NS, sizeOfNumber)
  if ("BS" in value) return sum(value.BS, sizeOfBinary)
  if ("L" in value) return COLLECTION_BYTES + sum(value.L, (element) => ELEMENT_BYTES + sizeOfValue(element))
  if ("M" in value) return COLLECTION_BYTES + Object.keys(value.M).length * ELEMENT_BYTES + sizeOfItem(value.M)
  return 1
}

export const sizeOfText = (text: string): number => Buffer.byteLength(text)

/** Of base64 text. */
export const sizeOfBinary = (base64: string): number => Buffer.byteLength(base64, "base64")

/** One byte for each two significant digits and one more; one more for a sign. */
function sizeOfNumber(text: string): number {
  const digits = text.replace(/[-.]/g, "").replace(/^0+|0+$/g, "")
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0)
}

function sum<T>(elements: readonly T[], size: (element: T) => number): number {
  let bytes = 0
  for (const element of elements) bytes += size(element)
  return bytes
}
