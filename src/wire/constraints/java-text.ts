/** The text of a value is cut here: a refusal need not repeat a megabyte. */
const MAXIMUM_LENGTH = 16_384
const MAXIMUM_DEPTH = 16

/** A value as Java's `toString` has it, which is how AWS's refusals show it: `[a, b]`, `{key=value}`. */
export function javaText(value: unknown, isDouble = false): string {
  return shortened(textOf(value, 0, isDouble))
}

/** Cut before it is put together with others, which would copy all of it. */
const shortened = (text: string): string => (text.length > MAXIMUM_LENGTH ? text.slice(0, MAXIMUM_LENGTH) : text)

/** A floating-point number. */
export const doubleText = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value))

function textOf(value: unknown, depth: number, isDouble: boolean): string {
  if (value === null || value === undefined) return "null"
  if (isDouble && typeof value === "number") return doubleText(value)
  if (typeof value !== "object") return shortened(String(value))
  if (depth > MAXIMUM_DEPTH) return "..."
  if (value instanceof Uint8Array) return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`
  if (value instanceof Date) return value.toISOString()
  const parts: string[] = []
  let length = 0
  const add = (part: string): boolean => {
    parts.push(part)
    length += part.length
    return length < MAXIMUM_LENGTH
  }
  if (Array.isArray(value)) {
    for (const element of value) if (!add(textOf(element, depth + 1, isDouble))) break
    return `[${parts.join(", ")}]`
  }
  // Structures print as the class that Coral makes of them, with a hash no client can rely on: UNVERIFIED as a map.
  for (const [key, held] of Object.entries(value))
    if (!add(`${shortened(key)}=${textOf(held, depth + 1, isDouble)}`)) break
  return `{${parts.join(", ")}}`
}

/** `hashCode` of a Java string, as an unsigned number. */
function javaHash(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0
  return hash >>> 0
}

/**
 * The order in which AWS lists an enum's values: that of a hash table of 32 buckets in which the last one put comes first.
 * Inferred from recorded and reported texts of API Gateway, Lambda, DynamoDB and Cognito, all of which (12, 21 and 56
 * values among them) it reproduces.
 */
export function javaSetOrder(values: readonly string[]): string[] {
  const buckets: string[][] = Array.from({ length: 32 }, () => [])
  for (const value of values) buckets[javaHash(value) & 31]!.unshift(value)
  return buckets.flat()
}
