import assert from "node:assert/strict"
import { test } from "node:test"
import { assertCustomDomain, assertPrefix } from "./names.ts"

test("a prefix is one label without AWS's own words", () => {
  for (const name of ["a", "my-app-1", "x".repeat(63)]) assertPrefix(name)
  for (const name of ["-a", "a-", "A", "a.b", "a_b", "x".repeat(64), ""])
    assert.throws(() => assertPrefix(name), /invalid character/)
  for (const word of ["aws", "amazon", "cognito"])
    assert.throws(() => assertPrefix(`my${word}app`), { message: `Domain cannot contain reserved word: ${word}` })
})

test("a domain of one's own has labels and dots", () => {
  for (const name of ["auth.example.com", "a.bc", "auth.id.example.com", "myamazonaws.com"])
    assertCustomDomain(name, ["localhost", "id.example.com"])
  for (const name of ["example", ".example.com", "a..com", "auth.example.com.", "A.example.com", "a.1"])
    assert.throws(() => assertCustomDomain(name, []), /Invalid domain name/)
  // Those of AWS and of the server are everybody's.
  for (const name of [
    "cognito-idp.us-east-1.amazonaws.com",
    "x.auth.us-east-1.amazoncognito.com",
    "f.lambda-url.us-east-1.on.aws",
    "id.example.com",
  ])
    assert.throws(() => assertCustomDomain(name, ["localhost", "id.example.com"]), /Invalid domain name/)
})
