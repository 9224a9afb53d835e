import { formatBase64 } from "./base64.ts"
import { memoized } from "./recursion.ts"
import { membersOf, type Shape, valueShape } from "./schema.ts"
import { formatTimestamp } from "./timestamps.ts"

export type JsonEncode = (value: unknown) => unknown

const same: JsonEncode = (value) => value

/**
 * What turns a member of the shape into what `JSON.stringify` writes. Nothing is copied where nothing is to be converted,
 * and nothing that the shape does not name gets out: a handler that hands over its whole record leaks no more than the
 * model allows.
 */
export function jsonEncoder(jsonNames: boolean): (shape: Shape) => JsonEncode {
  const memo = memoized<JsonEncode>()
  const compile = (shape: Shape): JsonEncode => {
    switch (shape.kind) {
      case "number":
        return (value) => (Number.isFinite(value) ? value : String(value))
      case "bigInteger":
      case "bigDecimal":
        return (value) => (typeof value === "bigint" ? rawNumber(String(value)) : value)
      case "timestamp":
        return timestamp(shape)
      case "blob":
        return formatBase64
      case "list": {
        const encode = compile(valueShape(shape))
        return encode === same ? same : list(encode)
      }
      case "map": {
        const encode = compile(valueShape(shape))
        return encode === same ? same : map(encode)
      }
      case "structure":
      case "union":
        return memo(shape.identity, () => {
          const members = new Map<string, { name: string; encode: JsonEncode }>()
          for (const member of membersOf(shape)) {
            const name = (jsonNames && member.member.jsonName) || member.memberName
            members.set(member.memberName, { name, encode: compile(member) })
          }
          return structure(members)
        })
      default:
        return same
    }
  }
  return compile
}

/** A number that no double holds, written digit by digit (`JSON.rawJSON` of ES2026, in Node 24). */
export const rawNumber = (digits: string): unknown =>
  (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits)

function timestamp({ format = "epoch-seconds" }: Shape): JsonEncode {
  if (format === "epoch-seconds") return (value) => (value as Date).getTime() / 1000
  return (value) => formatTimestamp(value as Date, format)
}

const list =
  (encode: JsonEncode): JsonEncode =>
  (value) =>
    (value as unknown[]).map((element) => (element === null ? null : encode(element)))

const map =
  (encode: JsonEncode): JsonEncode =>
  (value) => {
    const given = value as Record<string, unknown>
    let copy: Record<string, unknown> | undefined
    for (const key of Object.keys(given)) {
      const element = given[key]
      const encoded = element === null || element === undefined ? element : encode(element)
      if (copy === undefined && encoded !== element) copy = before(given, key, Object.create(null))
      if (copy !== undefined) copy[key] = encoded
    }
    return copy ?? given
  }

function structure(members: ReadonlyMap<string, { name: string; encode: JsonEncode }>): JsonEncode {
  return (value) => {
    const given = value as Record<string, unknown>
    let copy: Record<string, unknown> | undefined
    for (const key of Object.keys(given)) {
      const element = given[key]
      if (element === undefined) continue
      const member = members.get(key)
      if (member === undefined || element === null) {
        copy ??= before(given, key, {})
        continue
      }
      const encoded = member.encode(element)
      if (copy === undefined && (encoded !== element || member.name !== key)) copy = before(given, key, {})
      if (copy !== undefined) copy[member.name] = encoded
    }
    return copy ?? given
  }
}

/** The entries that come before `end`, which all stay as they are. */
function before(given: Record<string, unknown>, end: string, copy: Record<string, unknown>): Record<string, unknown> {
  for (const key of Object.keys(given)) {
    if (key === end) break
    copy[key] = given[key]
  }
  return copy
}
