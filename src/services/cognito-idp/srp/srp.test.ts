import assert from "node:assert/strict"
import { hash } from "node:crypto"
import { describe, test } from "node:test"
import { startSrpClient } from "../../../../test/wire/srp-client.ts"
import { modularPower, PRIME, plainPower } from "./modular-power.ts"
import {
  createEphemeral,
  createSalt,
  createVerifier,
  isClaim,
  isPassword,
  pad,
  parsePublicKey,
  sessionKey,
  signClaim,
} from "./srp.ts"

describe("modularPower", () => {
  test("is square and multiply, whatever the numbers", () => {
    const numbers = [0n, 1n, 2n, 3n, 255n, 256n, PRIME - 2n, PRIME - 1n, PRIME, PRIME + 5n, (1n << 3071n) + 1n]
    const exponents = [0n, 1n, 2n, 0x80n, 0xffn, (1n << 256n) - 1n, 1n << 255n]
    for (const base of numbers)
      for (const exponent of exponents)
        assert.equal(modularPower(base, exponent), plainPower(base, exponent), `${base} ** ${exponent}`)
  })

  test("has the prime that AWS's clients have", () => {
    const hex = PRIME.toString(16).toUpperCase()
    assert.equal(hex.length, 768)
    assert.ok(hex.startsWith("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD1"))
    assert.ok(hex.endsWith("43DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"))
  })
})

test("numbers are padded as Java's BigInteger.toByteArray() is", () => {
  for (const [value, hex] of [
    [0n, "00"],
    [1n, "01"],
    [0x7fn, "7f"],
    [0x80n, "0080"],
    [0xfffn, "0fff"],
    [0xabcdn, "00abcd"],
  ] as const)
    assert.equal(pad(value).toString("hex"), hex)
})

test("salts are the same with and without padding", () => {
  for (const first of [0, 0x0f, 0x10, 0x7f, 0x80, 0xff]) {
    const salt = createSalt(Buffer.concat([Buffer.of(first), Buffer.alloc(15, 1)]))
    assert.match(salt, /^[1-7][0-9a-f]{31}$/)
    assert.equal(pad(BigInt(`0x${salt}`)).toString("hex"), salt)
  }
})

test("a password is what its verifier was made from, for its user and pool", () => {
  const identity = { poolName: "pool", userId: "ann" }
  const verifier = createVerifier(identity, "secret")
  assert.ok(isPassword(identity, "secret", verifier))
  for (const [other, password] of [
    [identity, "Secret"],
    [identity, ""],
    [{ ...identity, userId: "bob" }, "secret"],
    [{ ...identity, poolName: "other" }, "secret"],
  ] as const)
    assert.ok(!isPassword(other, password, verifier))
})

test("public keys that make the session key known are refused", () => {
  for (const hex of ["0", "00", PRIME.toString(16), (3n * PRIME).toString(16), "", "-1", "0x1", "g", "1".repeat(1025)])
    assert.equal(parsePublicKey(hex), undefined, hex)
  assert.equal(parsePublicKey("ff"), 255n)
})

test("both sides agree, over numbers with all kinds of beginnings", () => {
  const identity = { poolName: "AbCdEf", userId: "ann" }
  const stored = createVerifier(identity, "secret")
  const verifier = BigInt(`0x${stored.verifier}`)
  const block = Buffer.from("any bytes")
  for (let i = 1; i <= 300; i++) {
    const client = startSrpClient("us-east-1_AbCdEf", BigInt(`0x${hash("sha256", `a${i}`)}`))
    const ephemeral = createEphemeral(verifier)
    const { PASSWORD_CLAIM_SIGNATURE, TIMESTAMP } = client.answer(
      { SALT: stored.salt, SRP_B: ephemeral.B, SECRET_BLOCK: block.toString("base64"), USER_ID_FOR_SRP: "ann" },
      "secret",
    )
    const key = sessionKey(parsePublicKey(client.SRP_A)!, ephemeral, verifier)!
    assert.ok(isClaim(signClaim(key, identity, block, TIMESTAMP!), PASSWORD_CLAIM_SIGNATURE!), `run ${i}`)
  }
})
