/**
 * The runtime schemas of `@aws-sdk/client-*`, read at start. Their form is declared in @smithy/types
 * `schema/static-schemas.d.ts` and `schema/sentinels.d.ts`: arrays, functions that yield arrays (for recursion), and
 * numbers for simple shapes.
 */
export type Kind =
  | "string"
  | "number"
  | "boolean"
  | "timestamp"
  | "blob"
  | "document"
  | "bigInteger"
  | "bigDecimal"
  | "list"
  | "map"
  | "structure"
  | "union"
  | "unit"

export type TimestampFormat = "date-time" | "http-date" | "epoch-seconds"

export interface Traits {
  readonly httpLabel?: 1
  readonly httpPayload?: 1
  readonly httpResponseCode?: 1
  readonly httpQueryParams?: 1
  readonly idempotencyToken?: 1
  readonly sensitive?: 1
  readonly httpHeader?: string
  readonly httpPrefixHeaders?: string
  readonly httpQuery?: string
  readonly http?: readonly [method: string, uri: string, status: number]
  readonly jsonName?: string
  readonly xmlName?: string
  readonly xmlAttribute?: 1
  readonly xmlFlattened?: 1
  readonly xmlNamespace?: string | readonly [prefix: string, uri: string]
  readonly mediaType?: string
  readonly streaming?: 1
  readonly eventPayload?: 1
  readonly sparse?: 1
  readonly hostLabel?: 1
  readonly endpoint?: readonly [string]
  readonly awsQueryError?: readonly [code: string, status: number]
  readonly error?: "client" | "server"
  readonly httpError?: number
}

export interface Shape {
  readonly kind: Kind
  /** The shape's name in its model; empty for a simple shape. */
  readonly name: string
  /** What the shape itself says. */
  readonly own: Traits
  /** What the member that refers to the shape says. */
  readonly member: Traits
  /** Of a timestamp: undefined where the protocol and the place decide. */
  readonly format: TimestampFormat | undefined
  /** The schema itself: the same object for the same structure, so that recursion can be seen. */
  readonly identity: unknown
}

export interface Member extends Shape {
  readonly memberName: string
  readonly required: boolean
}

export interface OperationShape {
  readonly namespace: string
  readonly name: string
  readonly traits: Traits
  readonly input: Shape
  readonly output: Shape
}

const LIST = 64
const MAP = 128
const NO_TRAITS: Traits = Object.freeze({})
/** The bits of numeric traits, lowest first (@smithy/core `translateTraits`). */
const TRAIT_BITS = [
  "httpLabel",
  "idempotent",
  "idempotencyToken",
  "sensitive",
  "httpPayload",
  "httpResponseCode",
  "httpQueryParams",
] as const

const SIMPLE: Record<number, { kind: Kind; format?: TimestampFormat; streaming?: true }> = {
  0: { kind: "string" },
  1: { kind: "number" },
  2: { kind: "boolean" },
  4: { kind: "timestamp" },
  5: { kind: "timestamp", format: "date-time" },
  6: { kind: "timestamp", format: "http-date" },
  7: { kind: "timestamp", format: "epoch-seconds" },
  15: { kind: "document" },
  17: { kind: "bigInteger" },
  19: { kind: "bigDecimal" },
  21: { kind: "blob" },
  42: { kind: "blob", streaming: true },
}

const STATIC: Record<number, Kind> = { 1: "list", 2: "map", 3: "structure", [-3]: "structure", 4: "union" }

/** A command class of an AWS SDK client, as far as the wire needs it. */
export type CommandWithSchema = new (input: never) => object

export function operationShape(Command: CommandWithSchema): OperationShape {
  const { schema } = new Command({} as never) as { schema?: unknown }
  const array = resolve(schema)
  if (!Array.isArray(array) || array[0] !== 9) throw new Error(`${Command.name} carries no operation schema`)
  return {
    namespace: String(array[1]),
    name: String(array[2]),
    traits: readTraits(array[3]),
    input: readShape(array[4]),
    output: readShape(array[5]),
  }
}

export function readShape(reference: unknown, member: Traits = NO_TRAITS): Shape {
  const schema = resolve(reference)
  if (schema === "unit") return shape("unit", "", NO_TRAITS, member, undefined, schema)
  if (typeof schema === "number") {
    if (schema >= LIST) return shape(schema >= MAP ? "map" : "list", "", NO_TRAITS, member, undefined, schema)
    const simple = SIMPLE[schema]
    if (!simple) throw new Error(`unknown simple schema ${schema}`)
    return shape(simple.kind, "", simple.streaming ? { streaming: 1 } : NO_TRAITS, member, simple.format, schema)
  }
  if (!Array.isArray(schema)) throw new Error(`not a schema: ${String(schema)}`)
  if (schema.length === 2) return readShape(schema[0], { ...readTraits(schema[1]), ...member })
  const own = readTraits(schema[3])
  if (schema[0] === 0) {
    const target = readShape(schema[4], member)
    return { ...target, name: String(schema[2]), own: { ...target.own, ...own } }
  }
  const kind = STATIC[schema[0] as number]
  if (!kind) throw new Error(`unknown schema kind ${String(schema[0])}`)
  return shape(kind, String(schema[2]), own, member, undefined, schema)
}

/** The members of a structure or a union, in the model's order; the required ones come first. */
export function membersOf({ identity }: Shape): Member[] {
  if (!Array.isArray(identity)) return []
  const [, , , , names, schemas, requiredCount = 0] = identity as [0, 0, 0, 0, string[], unknown[], number?]
  return names.map((memberName, i) => ({ ...readShape(schemas[i]), memberName, required: i < requiredCount }))
}

/** What a list or a map holds. */
export function valueShape({ identity, kind }: Shape): Shape {
  if (typeof identity === "number") return readShape(identity & 63)
  return readShape((identity as unknown[])[kind === "map" ? 5 : 4])
}

export function keyShape({ identity }: Shape): Shape {
  return readShape(typeof identity === "number" ? 0 : ((identity as unknown[])[4] ?? 0))
}

function shape(
  kind: Kind,
  name: string,
  own: Traits,
  member: Traits,
  format: TimestampFormat | undefined,
  identity: unknown,
): Shape {
  return { kind, name, own, member, format, identity }
}

function resolve(reference: unknown): unknown {
  let schema = reference
  while (typeof schema === "function") schema = schema()
  return schema
}

function readTraits(traits: unknown): Traits {
  if (typeof traits !== "number") return (traits as Traits | undefined) ?? NO_TRAITS
  const names = TRAIT_BITS.filter((_, bit) => (traits >> bit) & 1)
  return Object.fromEntries(names.map((name) => [name, 1]))
}
