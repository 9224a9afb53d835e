import assert from "node:assert/strict"
import { test } from "node:test"
import { assertRelyingPartyId, isOriginOf } from "./relying-party.ts"

test("a relying party is a domain name", () => {
  for (const name of ["localhost", "example.com", "auth.example.co.uk", "xn--bcher-kva.example", "a.b"])
    assert.doesNotThrow(() => assertRelyingPartyId(name), name)
  for (const name of [
    "com",
    "127.0.0.1",
    "[::1]",
    "Example.com",
    "https://example.com",
    "example.com.",
    "a..b",
    "-a.example",
    "a_b.example",
    "ex ample.com",
    "",
  ])
    assert.throws(() => assertRelyingPartyId(name), /is not a domain name/, name)
})

test("pages of the name and below it may use its passkeys, where they came safely", () => {
  for (const [relyingParty, origin, expected] of [
    ["example.com", "https://example.com", true],
    ["example.com", "https://app.example.com:8443", true],
    ["example.com", "http://example.com", false],
    ["example.com", "https://badexample.com", false],
    ["example.com", "https://example.com.evil.org", false],
    ["app.example.com", "https://example.com", false],
    ["localhost", "http://localhost:5173", true],
    ["localhost", "http://app.localhost", true],
    ["localhost", "http://127.0.0.1:5173", false],
    ["shop.auth.us-east-1.localhost", "http://shop.auth.us-east-1.localhost:4566", true],
    ["shop.auth.us-east-1.localhost", "http://localhost:4566", false],
    ["example.com", "https://example.com/path", false],
    ["example.com", "https://user@example.com", false],
    ["example.com", "null", false],
    ["example.com", "android:apk-key-hash:Ab0", true],
  ] as const)
    assert.equal(isOriginOf(relyingParty, origin), expected, `${relyingParty} ${origin}`)
})
