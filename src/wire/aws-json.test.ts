import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { crc32 } from "node:zlib"
import { AdminCreateUserCommand, DescribeUserPoolCommand } from "@aws-sdk/client-cognito-identity-provider"
import { CreateTableCommand, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { compileCodec } from "./codec.ts"
import { dialects } from "./dialects.ts"
import type { WireError } from "./errors.ts"
import type { HttpRequest } from "./http.ts"

const request = (body: string | Uint8Array): HttpRequest => ({
  method: "POST",
  path: "/",
  query: "",
  headers: {},
  rawHeaders: [],
  body: Buffer.from(body as string),
  remoteAddress: "192.0.2.1",
  secure: false,
})

const { protocol, options } = dialects.dynamodb
const getItem = compileCodec(protocol, GetItemCommand, options)
const putItem = compileCodec(protocol, PutItemCommand, options)
const createTable = compileCodec(protocol, CreateTableCommand, options)
const idp = dialects["cognito-idp"]
const adminCreateUser = compileCodec(idp.protocol, AdminCreateUserCommand, idp.options)

function refusal(decode: () => unknown): WireError {
  try {
    decode()
  } catch (error) {
    return error as WireError
  }
  throw new Error("it was not refused")
}

describe("a body that is no JSON object", () => {
  for (const body of ["", "{", "[]", "null", '"x"', "1", "{} {}", "\ufeff{}", new Uint8Array([0x7b, 0xff, 0x7d])]) {
    test(`${JSON.stringify(body)} is refused without a text`, () => {
      const { code, message, status } = refusal(() => getItem.decode(request(body)))
      assert.deepEqual([code, message, status], ["SerializationException", "", 400])
    })
  }
})

describe("DynamoDB's words for a member of the wrong type", () => {
  for (const [body, text] of [
    ['{"TableName":1}', "NUMBER_VALUE cannot be converted to String"],
    ['{"TableName":1.5}', "DECIMAL_VALUE cannot be converted to String"],
    ['{"TableName":true}', "TRUE_VALUE cannot be converted to String"],
    ['{"TableName":[]}', "Unrecognized collection type class java.lang.String"],
    ['{"TableName":{}}', "Start of structure or map found where not expected"],
    ['{"Key":"x"}', "Unexpected field type"],
    ['{"Key":{"a":"x"}}', "Unexpected value type in payload"],
    ['{"AttributesToGet":"x"}', "Unexpected field type"],
    ['{"ConsistentRead":"x"}', "STRING_VALUE cannot be converted to Boolean"],
    ['{"Key":{"a":{"B":1}}}', "only base-64-encoded strings are convertible to bytes"],
    ['{"Key":{"a":{"B":"abc"}}}', "Base64 encoded length is expected a multiple of 4 bytes but found: 3"],
    ['{"Key":{"a":{"B":"+/+="}}}', "Invalid last non-pad Base64 character dectected"],
  ] as const) {
    test(body, () => assert.equal(refusal(() => getItem.decode(request(body))).message, text))
  }
})

test("Cognito's words for a member of the wrong type", () => {
  const body = '{"UserPoolId":"p","Username":"u","UserAttributes":[{"Name":"age","Value":5}]}'
  assert.equal(
    refusal(() => adminCreateUser.decode(request(body))).message,
    "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String",
  )
})

describe("decoding", () => {
  test("leaves out members that are unknown or null, wherever they stand", () => {
    const input = getItem.decode(request('{"x":1,"TableName":"t","ConsistentRead":null,"Key":{"a":{"S":"1","Z":2}}}'))
    assert.equal(JSON.stringify(input), '{"TableName":"t","Key":{"a":{"S":"1"}}}')
  })

  test("takes the last of a repeated member", () => {
    assert.equal(getItem.decode(request('{"TableName":"a","TableName":"b"}')).TableName, "b")
  })

  test("makes numbers whole, and refuses those that no long holds", () => {
    const throughput = (text: string) =>
      createTable.decode(request(`{"ProvisionedThroughput":{"ReadCapacityUnits":${text}}}`)).ProvisionedThroughput
    assert.deepEqual(throughput("5.9"), { ReadCapacityUnits: 5 })
    for (const text of ["1e999", "1e19", '"NaN"', '"5"']) assert.throws(() => throughput(text), { status: 400 })
  })

  test("keeps an attribute value with several members for the handler to refuse", () => {
    const { Item } = putItem.decode(request('{"TableName":"t","Item":{"a":{"S":"1","N":"2"},"b":{}}}'))
    assert.equal(JSON.stringify(Item), '{"a":{"S":"1","N":"2"},"b":{}}')
  })
})

describe("encoding", () => {
  test("carries the request id, the content type and DynamoDB's checksum", () => {
    const { status, headers, body } = getItem.encode({ Item: { a: { S: "é" } } }, { requestId: "id" })
    assert.equal(status, 200)
    assert.deepEqual(headers, {
      "x-amzn-RequestId": "id",
      "Content-Type": "application/x-amz-json-1.0",
      Server: "Server",
      "x-amz-crc32": String(crc32(body as string)),
    })
  })

  test("lets nothing out that the model does not name", () => {
    const Item = { a: { M: { b: { S: "1", secret: "x" } } } }
    const { body } = getItem.encode({ Item, passwordHash: "x" }, { requestId: "id" })
    assert.equal(body, '{"Item":{"a":{"M":{"b":{"S":"1"}}}}}')
    assert.deepEqual(Item, { a: { M: { b: { S: "1", secret: "x" } } } }, "what it was given stays as it was")
  })

  test("writes times as seconds, bytes as base64 and an empty output as an object", () => {
    const describeUserPool = compileCodec(idp.protocol, DescribeUserPoolCommand, idp.options)
    const { body } = describeUserPool.encode({ UserPool: { CreationDate: new Date(1500) } }, { requestId: "id" })
    assert.equal(body, '{"UserPool":{"CreationDate":1.5}}')
    const deep = getItem.encode(
      { Item: { a: { L: [{ B: new Uint8Array([1, 2]) }, { S: "x" }] } } },
      { requestId: "id" },
    )
    assert.equal(deep.body, '{"Item":{"a":{"L":[{"B":"AQI="},{"S":"x"}]}}}')
    assert.equal(getItem.encode(undefined, { requestId: "id" }).body, "{}")
  })
})
