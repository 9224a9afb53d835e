import assert from "node:assert/strict"
import { test } from "node:test"
import { createLoginEndpoints } from "./login-endpoints.ts"

const elsewhere = {
  "accounts.google.com": "http://localhost:9000",
  "idp.example.com/tenant": "http://localhost:9001/here",
  "cognito-idp.us-east-1.amazonaws.com": "http://localhost:9002",
}

test("a provider is where its name says, or where the operator says", () => {
  const strict = createLoginEndpoints(elsewhere, false)
  const open = createLoginEndpoints(elsewhere, true)
  const cases: [string, string][] = [
    ["appleid.apple.com", "https://appleid.apple.com"],
    ["idp.example.com/", "https://idp.example.com"],
    ["idp.example.com/other/", "https://idp.example.com/other"],
    ["idp.example.com/tenant", "http://localhost:9001/here"],
    ["accounts.google.com", "http://localhost:9000"],
    ["cognito-idp.us-east-1.amazonaws.com/us-east-1_a", "http://localhost:9002/us-east-1_a"],
  ]
  for (const [name, url] of cases)
    for (const endpoints of [strict, open]) assert.equal(endpoints.urlOf(name), url, name)
  assert.equal(strict.urlOf("localhost:9000/realm"), "https://localhost:9000/realm")
  assert.equal(open.urlOf("localhost:9000/realm"), "http://localhost:9000/realm")
  assert.equal(open.isRedirected("cognito-idp.us-east-1.amazonaws.com/us-east-1_a"), true)
  assert.equal(open.isRedirected("idp.example.com"), false)
})

test("an issuer is https, but for this machine where that is allowed", () => {
  const cases: [issuer: string, name: string, strict: boolean, open: boolean][] = [
    ["https://idp.example.com", "idp.example.com", true, true],
    ["https://idp.example.com/", "idp.example.com", true, true],
    ["https://idp.example.com/tenant", "idp.example.com", false, false],
    ["http://idp.example.com", "idp.example.com", false, false],
    ["idp.example.com", "idp.example.com", false, false],
    ["https://idp.example.com.evil.test", "idp.example.com", false, false],
    ["http://127.0.0.1:9000", "127.0.0.1:9000", false, true],
    ["http://localhost:9000/realm", "localhost:9000/realm", false, true],
    ["http://[::1]:9000", "[::1]:9000", false, true],
    ["http://localhost.evil.test", "localhost.evil.test", false, false],
    ["http://127.0.0.1.evil.test", "127.0.0.1.evil.test", false, false],
    ["http://127.0.0.1:9000@evil.test", "127.0.0.1:9000@evil.test", false, false],
  ]
  for (const [issuer, name, strict, open] of cases) {
    assert.equal(createLoginEndpoints({}, false).isIssuer(issuer, name), strict, issuer)
    assert.equal(createLoginEndpoints({}, true).isIssuer(issuer, name), open, issuer)
  }
})
