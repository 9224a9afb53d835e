import assert from "node:assert/strict"
import { test } from "node:test"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import { addCrossOrigin, preflightAnswer } from "./cross-origin.ts"

const from = (headers: HttpRequest["headers"]) => ({ headers }) as HttpRequest
const CORS = {
  AllowOrigins: ["https://app.example"],
  AllowMethods: ["POST"],
  AllowHeaders: ["X-Token"],
  ExposeHeaders: ["X-Own"],
  AllowCredentials: true,
  MaxAge: 60,
}

test("a preflight is told what is configured", () => {
  const asked = from({
    origin: "https://app.example",
    "access-control-request-method": "POST",
    "access-control-request-headers": "x-token",
  })
  assert.deepEqual(preflightAnswer(CORS, asked), {
    status: 200,
    headers: {
      vary: "Origin",
      "access-control-allow-origin": "https://app.example",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "x-token",
      "access-control-allow-credentials": "true",
      "access-control-max-age": 60,
    },
    body: undefined,
  })
})

test("what is not allowed is not told", () => {
  assert.deepEqual(preflightAnswer(CORS, from({ origin: "https://other.example" })).headers, { vary: "Origin" })
  const { headers } = preflightAnswer(
    CORS,
    from({
      origin: "https://app.example",
      "access-control-request-method": "DELETE",
      "access-control-request-headers": "x-token,x-other",
    }),
  )
  assert.ok(!("access-control-allow-methods" in headers))
  assert.ok(!("access-control-allow-headers" in headers))
})

test("an answer gets what is configured, beside what the function has of it", () => {
  const response: HttpResponse = { status: 200, headers: { "access-control-allow-origin": "*" }, body: "" }
  addCrossOrigin(CORS, response, from({ origin: "https://app.example" }))
  assert.deepEqual(response.headers, {
    "access-control-allow-origin": ["https://app.example", "*"],
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "X-Own",
    vary: "Origin",
  })
  const odd: HttpResponse = { status: 200, headers: {}, body: "" }
  addCrossOrigin(
    { ...CORS, ExposeHeaders: ["X-Own", "\u4e2d", "a b", "*"] },
    odd,
    from({ origin: "https://app.example" }),
  )
  assert.equal(odd.headers["access-control-expose-headers"], "X-Own,*")
  const open: HttpResponse = { status: 200, headers: {}, body: "" }
  addCrossOrigin({ AllowOrigins: ["*"] }, open, from({ origin: "https://a.example" }))
  assert.deepEqual(open.headers, { "access-control-allow-origin": "*" })
})
