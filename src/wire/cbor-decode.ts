import { type CborReader, MAJOR } from "./cbor-read.ts"
import { serializationError } from "./json-mismatch.ts"
import { LONG } from "./numbers.ts"
import { memoized } from "./recursion.ts"
import { membersOf, type Shape, valueShape } from "./schema.ts"

/** Reads the value that the reader has come to; `depth` is how many lists, maps and structures it is in. */
export type CborDecode = (reader: CborReader, depth: number) => unknown

/**
 * What turns CBOR into a member of the shape. Members that the shape does not know, and null ones, are left out; maps come
 * without a prototype. UNVERIFIED: that a value of another type than the model's is refused without a text.
 */
export function cborDecoder(): (shape: Shape) => CborDecode {
  const memo = memoized<CborDecode>()
  const compile = (shape: Shape): CborDecode => {
    switch (shape.kind) {
      case "string":
        return (reader) => (reader.next() === MAJOR.text ? reader.text() : mismatch())
      case "blob":
        return (reader) => (reader.next() === MAJOR.bytes ? reader.bytes() : mismatch())
      case "boolean":
        return (reader) => {
          reader.next()
          return reader.boolean() ?? mismatch()
        }
      case "number":
        return whole
      case "timestamp":
        return timestamp
      case "list":
        return list(compile(valueShape(shape)))
      case "map":
        return map(compile(valueShape(shape)))
      case "structure":
        return memo(shape.identity, () =>
          structure(new Map(membersOf(shape).map((member) => [member.memberName, compile(member)]))),
        )
      default:
        throw new Error(`${shape.kind} has no form in CBOR`)
    }
  }
  return compile
}

const mismatch = (): never => {
  throw serializationError()
}

function whole(reader: CborReader): number {
  reader.next()
  const { value } = reader.number() ?? mismatch()
  return Math.abs(value) <= LONG ? Math.trunc(value) : mismatch()
}

/**
 * A whole number is milliseconds since the epoch, as the SDK for Java sends them (AwsCborProtocolFactory), and any other
 * seconds (recorded 2025-09).
 */
function timestamp(reader: CborReader): Date {
  reader.next()
  const { value, isFloat } = reader.number() ?? mismatch()
  const date = new Date(isFloat ? Math.round(value * 1000) : value)
  return Number.isNaN(date.getTime()) ? mismatch() : date
}

const list =
  (decode: CborDecode): CborDecode =>
  (reader, depth) => {
    if (reader.next() !== MAJOR.list) mismatch()
    const elements: unknown[] = []
    reader.list(depth, () => {
      if (!reader.takeNull()) elements.push(decode(reader, depth + 1))
    })
    return elements
  }

const map =
  (decode: CborDecode): CborDecode =>
  (reader, depth) => {
    if (reader.next() !== MAJOR.map) mismatch()
    const entries: Record<string, unknown> = Object.create(null)
    reader.map(depth, (key) => {
      if (!reader.takeNull()) entries[key] = decode(reader, depth + 1)
    })
    return entries
  }

const structure =
  (members: ReadonlyMap<string, CborDecode>): CborDecode =>
  (reader, depth) => {
    if (reader.next() !== MAJOR.map) mismatch()
    const value: Record<string, unknown> = {}
    reader.map(depth, (key) => {
      const decode = members.get(key)
      if (!decode) reader.skip(depth + 1)
      else if (!reader.takeNull()) value[key] = decode(reader, depth + 1)
    })
    return value
  }
