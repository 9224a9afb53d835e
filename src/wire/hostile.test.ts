import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { InitiateAuthCommand, SignUpCommand } from "@aws-sdk/client-cognito-identity-provider"
import { BatchWriteItemCommand, PutItemCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb"
import { CreateRoleCommand, SimulateCustomPolicyCommand } from "@aws-sdk/client-iam"
import {
  DeleteObjectsCommand,
  PutBucketAclCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3"
import fc from "fast-check"
import { compileCodec } from "./codec.ts"
import { dialects } from "./dialects.ts"
import { WireError } from "./errors.ts"
import type { HttpRequest } from "./http.ts"

const codecs = [
  ...[PutItemCommand, BatchWriteItemCommand, UpdateTableCommand].map((Command) => of("dynamodb", Command)),
  ...[SignUpCommand, InitiateAuthCommand].map((Command) => of("cognito-idp", Command)),
  ...[CreateRoleCommand, SimulateCustomPolicyCommand].map((Command) => of("iam", Command)),
  ...[
    DeleteObjectsCommand,
    PutBucketAclCommand,
    PutBucketLifecycleConfigurationCommand,
    PutObjectCommand,
    UploadPartCommand,
  ].map((Command) => of("s3", Command)),
]

function of(service: keyof typeof dialects, Command: new (input: never) => object) {
  const { protocol, options } = dialects[service]
  return compileCodec(protocol, Command, options)
}

const request = (body: Uint8Array, query = "", headers: Record<string, string> = {}): HttpRequest => ({
  method: "POST",
  path: "/bucket/key",
  query,
  headers,
  rawHeaders: [],
  body,
  remoteAddress: "192.0.2.1",
  secure: false,
})

/** Decodes, or refuses in AWS's form; anything else that is thrown is a fault of ours. */
function decodes(made: HttpRequest): void {
  for (const codec of codecs) {
    try {
      codec.decode(made)
    } catch (error) {
      if (!(error instanceof WireError)) throw new Error(`${codec.name} faulted`, { cause: error })
      assert.equal(error.status, 400)
    }
  }
}

describe("hostile requests", () => {
  test("of any bytes are decoded or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (body, query) => decodes(request(body, query))),
    )
  })

  test("of any JSON are decoded or refused", () => {
    fc.assert(fc.property(fc.json({ maxDepth: 6 }), (json) => decodes(request(Buffer.from(json)))))
  })

  test("of JSON with the right names and wrong values are decoded or refused", () => {
    const names = [
      "TableName",
      "Item",
      "M",
      "L",
      "S",
      "B",
      "NULL",
      "RequestItems",
      "__proto__",
      "constructor",
      "Username",
    ]
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, true, 1e308, -0.5, "", "AQ==", "=", "NaN"),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 4 }),
      ),
    }))
    fc.assert(fc.property(value, (json) => decodes(request(Buffer.from(JSON.stringify(json))))))
  })

  test("of forms with strange names are decoded or refused", () => {
    const step = fc.constantFrom(
      "Tags",
      "member",
      "entry",
      "1",
      "2",
      "-1",
      "",
      "Key",
      "__proto__",
      "constructor",
      "key",
    )
    const pair = fc.tuple(fc.array(step, { minLength: 1, maxLength: 70 }), fc.string())
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 8 }), (pairs) => {
        const form = pairs.map(([steps, value]) => `${steps.join(".")}=${encodeURIComponent(value)}`).join("&")
        decodes(request(Buffer.from(form)))
      }),
    )
  })

  test("of near-XML are decoded or refused", () => {
    const piece = fc.constantFrom(
      "<Delete>",
      "</Delete>",
      "<Object/>",
      "<Object>",
      "</Object>",
      "<Key>",
      "</Key>",
      "&lt;",
      "&#0;",
      "&bomb;",
      "<!DOCTYPE x [<!ENTITY a 'b'>]>",
      "<![CDATA[",
      "]]>",
      "<!--",
      "-->",
      "<?xml",
      "?>",
      ' a="1"',
      "text",
      "\u0000",
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => decodes(request(Buffer.from(pieces.join(""))))),
      { numRuns: 500 },
    )
  })

  test("of deep nesting are refused", () => {
    for (const [open, close] of [
      ['{"Item":{"a":{"L":[', "]}}}"],
      ['{"M":{"a":', "}}"],
      ["[", "]"],
      ["<a>", "</a>"],
    ] as const) {
      decodes(request(Buffer.from(open.repeat(100_000) + close.repeat(100_000))))
    }
    const deep = `${'{"M":{"a":'.repeat(5_000)}{"S":""}${"}}".repeat(5_000)}`
    const put = codecs.find(({ name }) => name === "PutItem")!
    assert.throws(() => put.decode(request(Buffer.from(`{"TableName":"t","Item":{"a":${deep}}}`))), {
      code: "SerializationException",
    })
  })

  test("with any headers are decoded or refused", () => {
    const names = [
      "expires",
      "if-match",
      "x-amz-object-lock-retain-until-date",
      "content-length",
      "x-amz-meta-__proto__",
    ]
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), (headers) => {
        decodes(request(Buffer.from(""), "partNumber=abc", headers))
      }),
    )
  })
})

describe("names of prototypes", () => {
  test("are keys like any other in a JSON map", () => {
    const { Item } = codecs[0]!.decode(
      request(Buffer.from('{"TableName":"t","Item":{"__proto__":{"S":"x"},"a":{"S":"y"}}}')),
    ) as { Item: Record<string, unknown> }
    assert.deepEqual(Object.keys(Item), ["__proto__", "a"])
    assert.equal(Object.getPrototypeOf(Item), null)
    assert.equal((Item as { constructor?: unknown }).constructor, undefined)
  })

  test("are not members of a structure", () => {
    const input = codecs[0]!.decode(request(Buffer.from('{"TableName":"t","__proto__":{"x":1},"toString":1}')))
    assert.deepEqual(Object.keys(input), ["TableName"])
    assert.equal(Object.getPrototypeOf(input), Object.prototype)
  })

  test("are metadata like any other", () => {
    const put = codecs.find(({ name }) => name === "PutObject")!
    const { Metadata } = put.decode(request(Buffer.from(""), "", { "x-amz-meta-__proto__": "x" }))
    assert.deepEqual(Object.entries(Metadata as object), [["__proto__", "x"]])
  })
})
