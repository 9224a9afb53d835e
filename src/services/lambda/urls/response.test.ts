import assert from "node:assert/strict"
import { test } from "node:test"
import { urlResponse } from "./response.ts"

const answer = (value: unknown) => urlResponse(Buffer.from(JSON.stringify(value)))

test("without a status code the whole is the body", () => {
  const headers = { "Content-Type": "application/json" }
  assert.deepEqual(answer({ message: "hi" }), { status: 200, headers, body: '{"message":"hi"}' })
  assert.deepEqual(answer("hello"), { status: 200, headers, body: "hello" })
  assert.deepEqual(answer(null), { status: 200, headers, body: "null" })
  assert.deepEqual(answer([1]), { status: 200, headers, body: "[1]" })
})

test("with a status code the members apply", () => {
  assert.deepEqual(
    answer({
      statusCode: 201,
      headers: { "X-Own": 1, "Content-Length": "999" },
      cookies: ["a=1", "b=2"],
      body: "made",
    }),
    {
      status: 201,
      headers: { "x-own": "1", "content-type": "application/json", "set-cookie": ["a=1", "b=2"] },
      body: "made",
    },
  )
  assert.equal(answer({ statusCode: "404" })?.status, 404)
  assert.deepEqual(answer({ statusCode: 200, isBase64Encoded: true, body: "aGk=" })?.body, Buffer.from("hi"))
  assert.equal(answer({ statusCode: 204, body: null })?.body, "")
})

test("what makes no HTTP answer is none", () => {
  for (const value of [
    { statusCode: 99 },
    { statusCode: 600 },
    { statusCode: "x" },
    { statusCode: 200, body: { a: 1 } },
    { statusCode: 200, headers: { "bad name": "x" } },
    { statusCode: 200, headers: { ok: "a\r\nb: c" } },
    { statusCode: 200, cookies: ["a\nb"] },
    { statusCode: 200, headers: { a: { toString: null, valueOf: null } } },
    { statusCode: 200, cookies: [{ toString: 1, valueOf: 1 }] },
  ])
    assert.equal(answer(value), undefined, JSON.stringify(value))
  assert.equal(urlResponse(Buffer.from("not json")), undefined)
})
