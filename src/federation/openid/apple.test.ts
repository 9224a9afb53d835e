import assert from "node:assert/strict"
import { generateKeyPairSync } from "node:crypto"
import { test } from "node:test"
import { parseAppleKey, parseAppleUser } from "./apple.ts"

test("a key is one of P-256, with the lines around it or without", () => {
  const pem = (namedCurve: string) =>
    generateKeyPairSync("ec", { namedCurve }).privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  const right = pem("prime256v1")
  for (const text of [right, right.replace(/-----[^-]+-----/g, ""), right.replaceAll("\n", "\r\n")])
    assert.equal(parseAppleKey(text)?.asymmetricKeyDetails?.namedCurve, "prime256v1")
  for (const text of [pem("secp384r1"), "", "x", right.slice(0, 100)]) assert.equal(parseAppleKey(text), undefined)
})

test("of what a browser brings about a person names alone are taken", () => {
  for (const [text, claims] of [
    [
      '{"name":{"firstName":"Ann","lastName":"Lee"},"email":"x@y"}',
      { firstName: "Ann", lastName: "Lee", name: "Ann Lee" },
    ],
    ['{"name":{"firstName":"Ann"}}', { firstName: "Ann", name: "Ann" }],
    ['{"name":{"firstName":{"x":1}}}', {}],
    ['{"name":null}', {}],
    ["null", {}],
    ["{", {}],
    [null, {}],
  ] as const)
    assert.deepEqual(parseAppleUser(text), claims, String(text))
})
