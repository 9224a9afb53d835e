import assert from "node:assert/strict"
import { test } from "node:test"
import type { CorsRule } from "../buckets/record.ts"
import { corsHeadersOf, findCorsRule, matchesOne } from "./match.ts"

const RULES: CorsRule[] = [
  {
    ID: "one",
    AllowedOrigins: ["https://a.example"],
    AllowedMethods: ["GET"],
    ExposeHeaders: ["ETag", "x-amz-meta-a"],
  },
  {
    ID: "sub",
    AllowedOrigins: ["https://*.b.example"],
    AllowedMethods: ["PUT", "GET"],
    AllowedHeaders: ["x-amz-*", "Authorization"],
    MaxAgeSeconds: 60,
  },
  { ID: "any", AllowedOrigins: ["*"], AllowedMethods: ["HEAD"], AllowedHeaders: ["*"] },
]

const CASES: [origin: string, method: string, headers: string[], expected: string | undefined][] = [
  ["https://a.example", "GET", [], "one"],
  ["https://a.example", "GET", ["authorization"], undefined],
  ["https://a.example", "PUT", [], undefined],
  ["https://A.example", "GET", [], undefined],
  ["https://x.b.example", "PUT", ["authorization", "x-amz-date"], "sub"],
  ["https://x.b.example", "PUT", ["content-type"], undefined],
  ["https://b.example", "PUT", [], undefined],
  ["https://x.b.example.evil", "PUT", [], undefined],
  ["https://else.example", "HEAD", ["anything"], "any"],
  ["null", "HEAD", [], "any"],
  ["https://else.example", "DELETE", [], undefined],
]

for (const [origin, method, headers, expected] of CASES)
  test(`${method} of ${origin} with [${headers}]`, () =>
    assert.equal(findCorsRule(RULES, { origin, method, headers })?.ID, expected))

test("an origin that is named is answered by name and may send credentials", () => {
  const request = { origin: "https://x.b.example", method: "PUT", headers: ["authorization"] }
  assert.deepEqual(corsHeadersOf(RULES[1]!, request), {
    "access-control-allow-origin": "https://x.b.example",
    "access-control-allow-methods": "PUT, GET",
    "access-control-allow-headers": "authorization",
    "access-control-max-age": "60",
    "access-control-allow-credentials": "true",
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  })
})

test("an open rule names no origin and lets no credentials through", () => {
  const headers = corsHeadersOf(RULES[2]!, { origin: "https://c.example", method: "HEAD", headers: [] })
  assert.equal(headers["access-control-allow-origin"], "*")
  assert.equal(headers["access-control-allow-credentials"], undefined)
})

test("what a wildcard stands for does not overlap", () => {
  assert.equal(matchesOne("ab*ba", "aba"), false)
  assert.equal(matchesOne("ab*ba", "abba"), true)
})
