import type { AttributeValue } from "./attribute-value.ts"
import { type Decimal, parseDecimal } from "./number.ts"

/**
 * Keys as bytes that sort as DynamoDB sorts the values: strings and binary bytewise, numbers by what they are worth. Keys
 * of several attributes are the attributes one after the other, all but the last with an end that sorts before
 * everything that could follow.
 */
export function encodeKey(values: readonly AttributeValue[], isWhole: boolean): Buffer {
  if (values.length === 0) return Buffer.alloc(0)
  const parts = values.map((value, i) => encodeComponent(value, isWhole && i === values.length - 1))
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

function encodeComponent(value: AttributeValue, isLast: boolean): Buffer {
  if ("N" in value) return encodeNumber(parseDecimal(value.N))
  const bytes = "S" in value ? Buffer.from(value.S) : Buffer.from((value as { B: string }).B, "base64")
  return isLast ? bytes : terminated(bytes)
}

/** The start that the bytes of a last component have in common with all that begin with `value`. */
export const encodePrefix = (
  before: readonly AttributeValue[],
  value: AttributeValue,
  isLastOfSchema: boolean,
): Buffer =>
  Buffer.concat([
    ...before.map((component) => encodeComponent(component, false)),
    isLastOfSchema ? encodeComponent(value, true) : escaped(encodeComponent(value, true)),
  ])

/** A zero byte becomes 00 FF, so that 00 01 is an end that no content can hold. */
function escaped(bytes: Buffer): Buffer {
  if (!bytes.includes(0)) return bytes
  const out: number[] = []
  for (const byte of bytes) byte === 0 ? out.push(0, 0xff) : out.push(byte)
  return Buffer.from(out)
}

const END = Buffer.from([0, 1])
const terminated = (bytes: Buffer): Buffer => Buffer.concat([escaped(bytes), END])

const NEGATIVE = 1
const ZERO = 2
const POSITIVE = 3
/** Makes the least exponent, -129, a zero; the greatest, 126, is then 255. */
const BIAS = 129

/** Sign, exponent, two digits in each byte (1 to 100) and an end of 0; all but the sign inverted for negative numbers. */
function encodeNumber({ negative, digits, exponent }: Decimal): Buffer {
  if (digits === "") return Buffer.of(ZERO)
  const pairs = Math.ceil(digits.length / 2)
  const bytes = Buffer.alloc(pairs + 3)
  bytes[1] = exponent + BIAS
  for (let i = 0; i < pairs; i++) {
    const high = digits.charCodeAt(2 * i) - 48
    const low = 2 * i + 1 < digits.length ? digits.charCodeAt(2 * i + 1) - 48 : 0
    bytes[2 + i] = high * 10 + low + 1
  }
  if (negative) for (let i = 1; i < bytes.length; i++) bytes[i] = 255 - bytes[i]!
  bytes[0] = negative ? NEGATIVE : POSITIVE
  return bytes
}

/**
 * A partition key as it is stored: a hash of 32 bits before its bytes, which spreads partitions over the key space. A
 * Scan goes through it in this order, and its segments are ranges of it.
 */
export function encodePartition(values: readonly AttributeValue[]): Buffer {
  const key = encodeKey(values, true)
  const bytes = Buffer.allocUnsafe(4 + key.length)
  bytes.writeUInt32BE(hash(key), 0)
  key.copy(bytes, 4)
  return bytes
}

/** FNV-1a, stirred as MurmurHash3 ends, so that the first bits depend on every byte. */
function hash(bytes: Buffer): number {
  let h = 0x811c9dc5
  for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The least bytes that are greater than everything that begins with `prefix`; undefined where there are none. */
export function afterPrefix(prefix: Buffer): Buffer | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    if (prefix[i] === 0xff) continue
    const bytes = Buffer.from(prefix.subarray(0, i + 1))
    bytes[i]!++
    return bytes
  }
  return undefined
}
