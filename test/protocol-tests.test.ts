import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, test } from "node:test"
import { compileOperation } from "../src/wire/codec.ts"
import type { HttpRequest } from "../src/wire/http.ts"
import type { OperationCodec } from "../src/wire/operation-codec.ts"
import type { Protocol } from "../src/wire/options.ts"
import { membersOf, operationShape, type Shape, valueShape } from "../src/wire/schema.ts"

/** AWS's own cases for its protocols, from the client's side; here they are the server's. See `source` and `licence`. */
interface ProtocolTest {
  protocol: Protocol
  input?: string
  output?: string
  http?: [method: string, uri: string]
  xmlNamespace?: string
  shapes: Record<string, ShapeText>
  cases: { params: object; uri?: string; headers?: Record<string, string>; body: string }[]
}

type MemberText = string | [target: string, traits: object]

interface ShapeText {
  structure?: Record<string, MemberText>
  list?: MemberText
  map?: [MemberText, MemberText]
  traits?: object
  required?: number
}

const SIMPLE: Record<string, number> = {
  string: 0,
  number: 1,
  boolean: 2,
  timestamp: 4,
  "date-time": 5,
  "http-date": 6,
  blob: 21,
}

const { tests } = JSON.parse(
  readFileSync(new URL("./vectors/protocol-tests/vectors.json", import.meta.url), "utf8"),
) as { tests: ProtocolTest[] }

for (const { protocol, input, output, http: binding, xmlNamespace, shapes, cases } of tests) {
  describe(`${protocol} ${input ? "input" : "output"}: ${input ?? output}`, () => {
    const http = binding ?? ["POST", "/"]
    const operation = operationOf(shapes, http)
    const codec = compileOperation(protocol, operation, { ...(xmlNamespace && { xmlNamespace }) })
    for (const [i, { params, uri, headers, body }] of cases.entries()) {
      test(`case ${i + 1}`, () => {
        const expected = typed(params, input ? operation.input : operation.output)
        if (input) assert.deepEqual(plain(decode(codec, http[0], uri, headers, body)), expected)
        else assertEncodes(codec, protocol, expected, headers, body)
      })
    }
  })
}

/** The schema arrays that a client would carry. */
function operationOf(shapes: Record<string, ShapeText>, [method, uri]: [string, string]) {
  const built = new Map<string, unknown>()
  const member = (text: MemberText): unknown => {
    const [target, traits] = typeof text === "string" ? [text, undefined] : text
    const schema = SIMPLE[target] ?? (() => shape(target))
    return traits ? [schema, traits] : schema
  }
  const shape = (name: string): unknown => {
    const known = built.get(name)
    if (known) return known
    const { structure, list, map, traits = 0, required } = shapes[name]!
    const schema = structure
      ? [3, "test", name, traits, Object.keys(structure), Object.values(structure).map(member), required]
      : list
        ? [1, "test", name, traits, member(list)]
        : [2, "test", name, traits, member(map![0]), member(map![1])]
    built.set(name, schema)
    return schema
  }
  const side = (name: string): unknown => (shapes[name] ? shape(name) : "unit")
  class Command {
    schema = [9, "test", "OperationName", { http: [method, uri, 200] }, side("Input"), side("Output")]
  }
  return operationShape(Command)
}

/** The vectors write blobs as text and times as seconds. */
function typed(value: unknown, shape: Shape): unknown {
  if (shape.kind === "blob") return Buffer.from(String(value))
  if (shape.kind === "timestamp") return new Date(Number(value) * 1000)
  if (shape.kind === "list") return (value as unknown[]).map((each) => typed(each, valueShape(shape)))
  const entries = Object.entries(value === null || typeof value !== "object" ? {} : value)
  if (shape.kind === "map") return Object.fromEntries(entries.map(([k, v]) => [k, typed(v, valueShape(shape))]))
  if (shape.kind !== "structure") return value
  const members = new Map(membersOf(shape).map((member) => [member.memberName, member]))
  return Object.fromEntries(entries.map(([name, each]) => [name, typed(each, members.get(name)!)]))
}

/** Maps are decoded without a prototype, which deepEqual minds. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== "object" || value instanceof Date || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}

function decode(
  codec: OperationCodec,
  method: string,
  uri: string | undefined,
  headers: Record<string, string> | undefined,
  body: string,
) {
  const [path = "/", query = ""] = (uri ?? "/").split("?")
  const request: HttpRequest = {
    method,
    path,
    query,
    headers: headers ?? {},
    rawHeaders: [],
    body: Buffer.from(body),
    remoteAddress: "192.0.2.1",
    secure: false,
  }
  return codec.decode(request)
}

function assertEncodes(
  codec: OperationCodec,
  protocol: Protocol,
  output: unknown,
  headers: Record<string, string> | undefined,
  body: string,
) {
  const response = codec.encode(output as object, { requestId: "requestid" })
  assert.equal(response.status, 200)
  for (const [name, value] of Object.entries(headers ?? {})) assert.equal(response.headers[name], value)
  const text = response.body === undefined ? "" : Buffer.from(response.body as Uint8Array).toString()
  if (protocol === "awsJson1_1") assert.deepEqual(JSON.parse(text), JSON.parse(body))
  else assert.equal(text.replace(/^<\?xml[^>]*\?>\n/, ""), body)
}
