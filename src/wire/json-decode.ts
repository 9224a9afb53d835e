import { Base64Bytes, parseBase64 } from "./base64.ts"
import { type Mismatch, mismatchOf, serializationError } from "./json-mismatch.ts"
import { MAXIMUM_DEPTH, tooDeep } from "./json-scan.ts"
import { LONG, parseSpecialNumber } from "./numbers.ts"
import type { WireOptions } from "./options.ts"
import { memoized } from "./recursion.ts"
import { keyShape, membersOf, type Shape, valueShape } from "./schema.ts"
import { fromSeconds, parseTimestamp } from "./timestamps.ts"

/** `depth` is how many lists, maps and structures the value is in. */
export type JsonDecode = (value: unknown, depth: number) => unknown

/**
 * What turns a parsed JSON value into a member of the shape. It owns the value: a structure in which every member is known
 * and needs no conversion is returned as it is. Maps come without a prototype, so that a key such as `constructor` is
 * found only if it was sent. Members that the shape does not know, and null ones, are left out.
 */
export function jsonDecoder(options: WireOptions, jsonNames: boolean): (shape: Shape) => JsonDecode {
  const mismatch = mismatchOf(options.mismatchTexts)
  const memo = memoized<JsonDecode>()
  const fractional = new Set(options.fractionalMembers)

  const compile = (shape: Shape, memberName = ""): JsonDecode => {
    switch (shape.kind) {
      case "string":
        return (value) => {
          if (typeof value !== "string") throw mismatch(value, "String", "")
          return value
        }
      case "boolean":
        return (value) => {
          if (typeof value !== "boolean") throw mismatch(value, "Boolean", "")
          return value
        }
      case "number":
        return fractional.has(memberName) ? fraction(mismatch) : whole(mismatch)
      case "bigInteger":
      case "bigDecimal":
        return (value) => {
          if (typeof value !== "number") throw mismatch(value, "Number", "")
          return value
        }
      case "timestamp":
        return timestamp(mismatch, shape)
      case "blob":
        return (value) => {
          if (typeof value !== "string" && !(value instanceof Base64Bytes)) throw mismatch(value, "Blob", "")
          const bytes = parseBase64(value)
          if (typeof bytes === "string") throw serializationError(bytes)
          return bytes
        }
      case "document":
        return document
      case "list":
        return list(shape, compile(valueShape(shape), memberName), mismatch)
      case "map":
        return map(shape, compile(keyShape(shape)), compile(valueShape(shape), memberName), mismatch)
      case "structure":
      case "union":
        return memo(shape.identity, () => {
          const members = new Map<string, { name: string; decode: JsonDecode }>()
          for (const member of membersOf(shape)) {
            const name = (jsonNames && member.member.jsonName) || member.memberName
            members.set(name, { name: member.memberName, decode: compile(member, member.memberName) })
          }
          const decode = structure(shape, members, mismatch)
          return shape.kind === "union" && !options.looseUnions ? exactlyOne(decode) : decode
        })
      case "unit":
        return () => ({})
    }
  }
  return compile
}

const whole =
  (mismatch: Mismatch): JsonDecode =>
  (value) => {
    if (typeof value !== "number" || Math.abs(value) > LONG) throw mismatch(value, "Number", "")
    return Math.trunc(value)
  }

const fraction =
  (mismatch: Mismatch): JsonDecode =>
  (value) => {
    if (typeof value === "number" && Number.isFinite(value)) return value
    const special = typeof value === "string" ? parseSpecialNumber(value) : undefined
    if (special === undefined) throw mismatch(value, "Number", "")
    return special
  }

function timestamp(mismatch: Mismatch, { format = "epoch-seconds" }: Shape): JsonDecode {
  return (value) => {
    if (typeof value === "object" || typeof value === "boolean") throw mismatch(value, "Timestamp", "")
    const date =
      typeof value === "number" && format === "epoch-seconds"
        ? fromSeconds(value)
        : parseTimestamp(String(value), format)
    if (!date) throw mismatch(value, "Timestamp", "")
    return date
  }
}

function list(shape: Shape, decode: JsonDecode, mismatch: Mismatch): JsonDecode {
  const sparse = shape.own.sparse === 1
  return (value, depth) => {
    if (!Array.isArray(value)) throw mismatch(value, "List", "")
    if (depth > MAXIMUM_DEPTH) throw tooDeep()
    let kept = 0
    for (const element of value) {
      if (element === null) {
        if (sparse) value[kept++] = null
      } else value[kept++] = decode(element, depth + 1)
    }
    value.length = kept
    return value
  }
}

function map(shape: Shape, decodeKey: JsonDecode, decode: JsonDecode, mismatch: Mismatch): JsonDecode {
  const sparse = shape.own.sparse === 1
  return (value, depth) => {
    if (typeof value !== "object" || Array.isArray(value)) throw mismatch(value, "Map", "")
    if (depth > MAXIMUM_DEPTH) throw tooDeep()
    const decoded: Record<string, unknown> = Object.create(null)
    for (const key of Object.keys(value as object)) {
      const element = (value as Record<string, unknown>)[key]
      decodeKey(key, depth)
      if (element !== null) decoded[key] = decode(element, depth + 1)
      else if (sparse) decoded[key] = null
    }
    return decoded
  }
}

function structure(
  shape: Shape,
  members: ReadonlyMap<string, { name: string; decode: JsonDecode }>,
  mismatch: Mismatch,
): JsonDecode {
  return (value, depth) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw mismatch(value, "Structure", shape.name)
    if (depth > MAXIMUM_DEPTH) throw tooDeep()
    const sent = value as Record<string, unknown>
    for (const key in sent) {
      const member = members.get(key)
      const element = sent[key]
      if (member === undefined || element === null || member.name !== key) return picked(sent, members, depth, key)
      const decoded = member.decode(element, depth + 1)
      if (decoded !== element) sent[key] = decoded
    }
    return sent
  }
}

/** The members that are known and not null. Those before `from` are decoded already. */
function picked(
  sent: Record<string, unknown>,
  members: ReadonlyMap<string, { name: string; decode: JsonDecode }>,
  depth: number,
  from: string,
): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  let decoded = true
  for (const key in sent) {
    if (key === from) decoded = false
    const member = members.get(key)
    const element = sent[key]
    if (member === undefined || element === null) continue
    kept[member.name] = decoded ? element : member.decode(element, depth + 1)
  }
  return kept
}

const exactlyOne =
  (decode: JsonDecode): JsonDecode =>
  (value, depth) => {
    const union = decode(value, depth) as object
    if (Object.keys(union).length !== 1) throw serializationError("Union must have exactly one member set")
    return union
  }

/** Any JSON. Its objects lose their prototype, as maps do. */
const document: JsonDecode = (value, depth) => {
  if (typeof value !== "object" || value === null) return value
  if (depth > MAXIMUM_DEPTH) throw tooDeep()
  if (Array.isArray(value)) return value.map((element) => document(element, depth + 1))
  const copy: Record<string, unknown> = Object.create(null)
  for (const key of Object.keys(value)) copy[key] = document((value as Record<string, unknown>)[key], depth + 1)
  return copy
}
