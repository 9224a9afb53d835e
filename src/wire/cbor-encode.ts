import { CborWriter } from "./cbor-write.ts"
import { memoized } from "./recursion.ts"
import { membersOf, type Shape, valueShape } from "./schema.ts"

type Write = (writer: CborWriter, value: unknown) => void

/** What turns a value of the shape into CBOR. Nothing that the shape does not name gets out. */
export function cborEncoder(): (shape: Shape) => (value: unknown) => Uint8Array {
  const memo = memoized<Write>()
  const compile = (shape: Shape): Write => {
    switch (shape.kind) {
      case "string":
        return (writer, value) => writer.text(value as string)
      case "blob":
        return (writer, value) => writer.bytes(typeof value === "string" ? Buffer.from(value) : (value as Uint8Array))
      case "boolean":
        return (writer, value) => writer.boolean(value as boolean)
      case "number":
        return (writer, value) => writer.number(value as number)
      case "timestamp":
        return (writer, value) => writer.time(value as Date)
      case "list":
        return list(compile(valueShape(shape)))
      case "map":
        return map(compile(valueShape(shape)))
      case "structure":
        return memo(shape.identity, () =>
          structure(membersOf(shape).map((member) => ({ name: member.memberName, write: compile(member) }))),
        )
      default:
        throw new Error(`${shape.kind} has no form in CBOR`)
    }
  }
  return (shape) => {
    const write = compile(shape)
    return (value) => {
      const writer = new CborWriter()
      write(writer, value)
      return writer.written()
    }
  }
}

const list =
  (write: Write): Write =>
  (writer, value) => {
    const elements = value as unknown[]
    writer.begin("list", elements.length)
    for (const element of elements) write(writer, element)
  }

const map =
  (write: Write): Write =>
  (writer, value) => {
    const entries = Object.entries(value as object)
    writer.begin("map", entries.length)
    for (const [key, one] of entries) {
      writer.text(key)
      write(writer, one)
    }
  }

const structure =
  (members: readonly { name: string; write: Write }[]): Write =>
  (writer, value) => {
    const given = value as Record<string, unknown>
    const there = members.filter(({ name }) => given[name] !== undefined && given[name] !== null)
    writer.begin("map", there.length)
    for (const { name, write } of there) {
      writer.text(name)
      write(writer, given[name])
    }
  }
