import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { test } from "node:test"
import { inspect } from "node:util"
import { HmacKey } from "./hmac.ts"

const SECRETS = [0, 1, 32, 63, 64, 65, 200].map((length) => Buffer.alloc(length, "a key "))
const TEXTS = [
  "",
  "a",
  "b".repeat(55),
  "c".repeat(64),
  "d".repeat(4_096),
  "e".repeat(4_097),
  "é€😀".repeat(1_500),
  "\ud800",
]

test("signs as node's own HMAC does, whatever the lengths of key and text", () => {
  for (const secret of SECRETS) {
    const key = new HmacKey(secret)
    // The same key again, after a longer text.
    for (const text of [...TEXTS, ...TEXTS.toReversed()])
      for (const encoding of ["hex", "base64"] as const)
        assert.equal(key.sign(text, encoding), createHmac("sha256", secret).update(text).digest(encoding))
  }
})

test("keys do not mix", () => {
  const [one, other] = [new HmacKey(Buffer.from("one")), new HmacKey(Buffer.from("other"))]
  const signed = one.sign("text", "hex")
  assert.notEqual(other.sign("text", "hex"), signed)
  assert.equal(one.sign("text", "hex"), signed)
})

test("shows nothing of its key", () => {
  assert.equal(inspect(new HmacKey(Buffer.from("a secret")), { showHidden: true }), "HmacKey {}")
})
