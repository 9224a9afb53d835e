import { hash } from "node:crypto"
import { invalidArgument } from "../errors.ts"

/** A point of the hash space, 0 to 2^128 - 1, as 32 digits of hexadecimal: texts are ordered as the numbers are. */
export type HashKey = string

const DIGITS = 32
const SPACE = 2n ** 128n
export const LAST_HASH_KEY: HashKey = "f".repeat(DIGITS)
export const FIRST_HASH_KEY: HashKey = "0".repeat(DIGITS)

export const formatHashKey = (value: bigint): HashKey => value.toString(16).padStart(DIGITS, "0")

export const valueOfHashKey = (key: HashKey): bigint => BigInt(`0x${key}`)

/** As the wire has it. */
export const decimalOfHashKey = (key: HashKey): string => valueOfHashKey(key).toString()

/** Of a decimal number; undefined of one that is out of the space. */
export function parseHashKey(decimal: string): HashKey | undefined {
  const value = BigInt(decimal)
  return value < SPACE ? formatHashKey(value) : undefined
}

/** Where a partition key goes: the MD5 of its UTF-8, as a number (API Reference, PutRecord). */
export const hashKeyOf = (partitionKey: string): HashKey => hash("md5", partitionKey, "hex")

export function explicitHashKey(decimal: string): HashKey {
  const key = parseHashKey(decimal)
  if (key === undefined)
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${decimal}`,
    )
  return key
}

export interface HashRange {
  first: HashKey
  last: HashKey
}

/** The space in so many parts, each of one and the same size but the last, which has the rest. */
export function evenRanges(count: number): HashRange[] {
  const size = SPACE / BigInt(count)
  return Array.from({ length: count }, (_, index) => ({
    first: formatHashKey(size * BigInt(index)),
    last: index === count - 1 ? LAST_HASH_KEY : formatHashKey(size * BigInt(index + 1) - 1n),
  }))
}

export const before = (key: HashKey): HashKey => formatHashKey(valueOfHashKey(key) - 1n)
export const after = (key: HashKey): HashKey => formatHashKey(valueOfHashKey(key) + 1n)
