import assert from "node:assert/strict"
import { test } from "node:test"
import { MasterKey } from "../../../base/master-key.ts"
import type { UserPool } from "../user-pools/record.ts"
import { assertPassword, createTemporaryPassword, judgePassword, sealPassword } from "./passwords.ts"

const poolWith = (PasswordPolicy: object) =>
  ({ id: "us-east-1_abc", poolName: "abc", settings: { Policies: { PasswordPolicy } } }) as unknown as UserPool

const STRICT = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
}

test("policies refuse with the first thing that is wrong", () => {
  for (const [password, violation] of [
    ["Ab1!", "Password not long enough"],
    ["abcdefg1!", "Password must have uppercase characters"],
    ["ABCDEFG1!", "Password must have lowercase characters"],
    ["Abcdefgh!", "Password must have numeric characters"],
    ["Abcdefg12", "Password must have symbol characters"],
    ["Abcdefg1é", "Password must have symbol characters"],
    [" Abcdefg1 ", "Password must have symbol characters"],
    ["Abcdefg1!", undefined],
    ["Abcd efg1", undefined],
    ["Abcdefg1-", undefined],
  ] as const) {
    const check = () => assertPassword(poolWith(STRICT), password)
    if (violation === undefined) check()
    else assert.throws(check, { message: `Password did not conform with policy: ${violation}` }, password)
  }
})

test("made-up passwords conform to every policy", () => {
  for (const MinimumLength of [6, 12, 40, 99])
    for (let i = 0; i < 50; i++) {
      const pool = poolWith({ ...STRICT, MinimumLength })
      assertPassword(pool, createTemporaryPassword(pool))
    }
})

test("a sealed password is the user's, under this master key, and shows nothing", () => {
  const masterKey = new MasterKey(Buffer.alloc(32, 1))
  const pool = poolWith(STRICT)
  const ann = { username: "ann", password: undefined }
  const password = sealPassword(masterKey, pool, ann, "Abcdefg1!")
  assert.ok(!password.toString("latin1").includes("Abcdefg1!"))
  const isRight = (user: Parameters<typeof judgePassword>[2], text: string) =>
    judgePassword(masterKey, pool, user, text).isRight
  // The second time it is remembered.
  for (const _ of [1, 2]) {
    assert.ok(isRight({ username: "ann", password }, "Abcdefg1!"))
    assert.ok(!isRight({ username: "ann", password }, "Abcdefg1?"))
    assert.ok(!isRight({ username: "bob", password }, "Abcdefg1!"))
    assert.ok(!isRight(ann, "Abcdefg1!"))
    assert.ok(!isRight(undefined, ""))
  }
  const changed = sealPassword(masterKey, pool, { username: "ann", password }, "Gfedcba1!")
  assert.ok(!isRight({ username: "ann", password: changed }, "Abcdefg1!"))
})
