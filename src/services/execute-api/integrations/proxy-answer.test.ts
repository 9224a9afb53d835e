import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { proxyAnswer } from "./proxy-answer.ts"

const json = "application/json"
const answer = (value: unknown, decodes = false) => proxyAnswer(Buffer.from(JSON.stringify(value)), () => decodes)

/** Recorded from AWS, 2025. */
const MALFORMED: readonly unknown[] = [
  null,
  "text",
  [],
  { wrong: "member" },
  { statusCode: 200, wrong: 1 },
  { statusCode: "2xx" },
  { statusCode: {} },
  { body: {} },
  { body: 1 },
  { multiValueHeaders: { a: "b" } },
  { headers: { a: { b: 1 } } },
  { headers: { "a b": "c" } },
  { headers: { a: "b\r\nx: y" } },
  { multiValueHeaders: { a: [{ toString: null }] } },
]

const GOOD: readonly [unknown, object][] = [
  [{}, { status: 200, headers: { "Content-Type": json }, body: "" }],
  [
    { statusCode: "201", body: null },
    { status: 201, headers: { "Content-Type": json }, body: "" },
  ],
  [
    { headers: { a: true, n: 1, x: null } },
    { status: 200, headers: { a: "true", n: "1", "Content-Type": json }, body: "" },
  ],
  [
    { headers: { A: "one" }, multiValueHeaders: { a: ["two", "three"] } },
    { status: 200, headers: { a: ["two", "three", "one"], "Content-Type": json }, body: "" },
  ],
  [
    { headers: { "content-type": "text/html", Date: "then", "Transfer-Encoding": "chunked" }, body: "x" },
    { status: 200, headers: { "content-type": "text/html", "x-amzn-Remapped-Date": "then" }, body: "x" },
  ],
  [
    { body: "aGk=", isBase64Encoded: true },
    { status: 200, headers: { "Content-Type": json }, body: "aGk=" },
  ],
]

describe("what a function answers to a proxy's call", () => {
  for (const value of MALFORMED)
    it(`is no answer: ${JSON.stringify(value)}`, () => assert.equal(answer(value), undefined))
  it("is no answer where it is no JSON", () =>
    assert.equal(
      proxyAnswer(Buffer.from("{"), () => false),
      undefined,
    ))
  for (const [value, expected] of GOOD)
    it(`is one: ${JSON.stringify(value)}`, () => assert.deepEqual(answer(value), expected))
  it("is bytes where the API takes the type for them", () =>
    assert.deepEqual(answer({ body: "aGk=", isBase64Encoded: true }, true)?.body, Buffer.from("hi")))
})
