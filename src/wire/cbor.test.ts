import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { GetRecordsCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis"
import { cbor } from "@smithy/core/cbor"
import fc from "fast-check"
import { plainCbor } from "./aws-cbor.ts"
import { cborDecoder } from "./cbor-decode.ts"
import { cborEncoder } from "./cbor-encode.ts"
import { CborReader } from "./cbor-read.ts"
import { compileCodec } from "./codec.ts"
import { dialects } from "./dialects.ts"
import { WireError } from "./errors.ts"
import { operationShape } from "./schema.ts"

const { input } = operationShape(PutRecordsCommand)
const decode = cborDecoder()(input)
const read = (bytes: Uint8Array, parts = 1000) => {
  const reader = new CborReader(bytes, parts)
  const value = decode(reader, 0)
  reader.assertEnd()
  return value
}
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex")
const refusal = (bytes: Uint8Array, parts?: number): string => {
  try {
    read(bytes, parts)
  } catch (error) {
    assert.ok(error instanceof WireError)
    assert.equal(error.code, "SerializationException")
    return error.message
  }
  return assert.fail("it was taken")
}

/** StreamName: */
const NAME = `6a${Buffer.from("StreamName").toString("hex")}`
const UNKNOWN = "6161"

describe("what is read", () => {
  const cases: [what: string, bytes: string, expected: object][] = [
    ["an empty map", "a0", {}],
    ["an open map", "bf ff", {}],
    ["a text", `a1 ${NAME} 6161`, { StreamName: "a" }],
    ["a text with a long head", `a1 ${NAME} 7b00000000000000 0161`, { StreamName: "a" }],
    ["a text in chunks", `a1 ${NAME} 7f 6161 60 6162 ff`, { StreamName: "ab" }],
    ["null and undefined", `a2 ${NAME} f6 ${UNKNOWN} f7`, {}],
    ["a tagged text", `a1 ${NAME} d9d9f7 c1 6161`, { StreamName: "a" }],
    ["what comes twice", `a2 ${NAME} 6161 ${NAME} 6162`, { StreamName: "b" }],
    [
      "what nobody knows",
      `a2 ${UNKNOWN} 9f 01 20 fb0000000000000000 f97e00 fa00000000 5f4101ff a10102 ff ${NAME} 6161`,
      { StreamName: "a" },
    ],
  ]
  for (const [what, bytes, expected] of cases)
    test(what, () => assert.deepEqual({ ...(read(hex(bytes)) as object) }, expected))
})

describe("what is refused", () => {
  const cases: [what: string, bytes: string][] = [
    ["nothing", ""],
    ["no map", "80"],
    ["a number", "01"],
    ["more than one value", "a0 a0"],
    ["a map without its end", "bf"],
    ["a map that is longer than it is", `a2 ${NAME} 6161`],
    ["a key that is no text", "a1 01 02"],
    ["a text that is longer than the body", `a1 ${NAME} 7b7fffffffffffffff 61`],
    ["a text that is no UTF-8", `a1 ${NAME} 61ff`],
    ["chunks of another type", `a1 ${NAME} 7f 4161 ff`],
    ["chunks in chunks", `a1 ${NAME} 7f 7f 6161 ff ff`],
    ["a reserved length", `a1 ${NAME} 7c`],
    ["a break for a value", `a1 ${UNKNOWN} ff`],
    ["an unknown simple value", `a1 ${UNKNOWN} e0`],
    ["bytes for a text", `a1 ${NAME} 4161`],
    ["a tag without a value", `a1 ${NAME} c1`],
    ["a list of so many that there cannot be", `a1 ${UNKNOWN} 9b00000000ffffffff`],
  ]
  for (const [what, bytes] of cases) test(what, () => assert.equal(refusal(hex(bytes)), ""))

  test("what is too deep, known or not", () => {
    assert.match(refusal(hex(`a1 ${UNKNOWN} ${"81".repeat(10_000)} 00`)), /too deep/)
    assert.match(refusal(hex(`a1 ${UNKNOWN} ${"a160".repeat(10_000)} 00`)), /too deep/)
  })

  test("too many values", () => {
    const record = { PartitionKey: "a", Data: Buffer.from("b") }
    const body = cbor.serialize({ Records: Array.from({ length: 100 }, () => record) })
    assert.match(refusal(body, 100), /too many values/)
    assert.equal((read(body, 1000) as { Records: object[] }).Records.length, 100)
    assert.match(refusal(hex(`a1 ${UNKNOWN} 9f ${"00".repeat(5000)} ff`)), /too many values/)
    assert.match(refusal(hex(`a1 ${NAME} 7f ${"6161".repeat(5000)} ff`)), /too many values/)
  })
})

test("whatever comes is read or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isBegun) => {
      try {
        read(isBegun ? Buffer.concat([hex(`bf ${NAME}`), bytes]) : bytes)
      } catch (error) {
        assert.ok(error instanceof WireError, String(error))
      }
    }),
    { numRuns: 5000 },
  )
})

test("what another codec writes is read, and what is written it reads", () => {
  const record = fc.record({ Data: fc.uint8Array({ maxLength: 300 }), PartitionKey: fc.string({ unit: "grapheme" }) })
  const encode = cborEncoder()(input)
  fc.assert(
    fc.property(fc.record({ Records: fc.array(record), StreamName: fc.string() }), (value) => {
      const plain = (given: unknown) =>
        JSON.parse(JSON.stringify(given, (_, one) => (one instanceof Uint8Array ? [...one] : one)))
      const bytesOf = (given: { Records: { Data: Uint8Array }[] }) => ({
        ...given,
        Records: given.Records.map((one) => ({ ...one, Data: Uint8Array.from(one.Data) })),
      })
      assert.deepEqual(plain(bytesOf(read(cbor.serialize(value), 1e6) as typeof value)), plain(value))
      assert.deepEqual(plain(bytesOf(cbor.deserialize(encode(value)))), plain(value))
    }),
  )
})

test("plain values are written as another codec reads them", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false } as never)), (value) => {
      const back = cbor.deserialize(plainCbor(value))
      const whole = (given: unknown) =>
        JSON.parse(JSON.stringify(given, (_, one) => (typeof one === "bigint" ? Number(one) : one)))
      assert.deepEqual(whole(back), whole(value))
    }),
  )
})

test("whole numbers are milliseconds, others seconds", () => {
  const { protocol, options } = dialects.kinesis
  const codec = compileCodec(protocol, GetRecordsCommand, options)
  const at = new Date(1_700_000_000_123)
  const output = { Records: [{ ApproximateArrivalTimestamp: at }] }
  const { body } = codec.encode(output, { requestId: "r", requestedType: "application/x-amz-cbor-1.1" })
  const bytes = Buffer.from(body as Uint8Array)
  assert.equal(bytes.subarray(-10).toString("hex"), `c11b${at.getTime().toString(16).padStart(16, "0")}`)
})
