import assert from "node:assert/strict"
import { test } from "node:test"
import { MasterKey } from "../../../base/master-key.ts"
import { issueSyncSession, verifySyncSession } from "./session.ts"

const masterKey = new MasterKey(Buffer.alloc(32, 1))
const key = { identityId: "us-east-1:1", name: "settings" }
const ISSUED_AT = 1_790_000_000_000
const HOUR = 3_600_000

test("a session is of one dataset, for an hour", () => {
  const token = issueSyncSession(masterKey, key, ISSUED_AT)
  verifySyncSession(masterKey, key, token, ISSUED_AT)
  verifySyncSession(masterKey, key, token, ISSUED_AT + HOUR)
  const refused: [typeof key, string, number][] = [
    [key, token, ISSUED_AT + HOUR + 1],
    [{ ...key, name: "other" }, token, ISSUED_AT],
    [{ ...key, identityId: "us-east-1:2" }, token, ISSUED_AT],
    [key, "", ISSUED_AT],
    [key, `A${token.slice(1)}`, ISSUED_AT],
    [key, issueSyncSession(new MasterKey(Buffer.alloc(32, 2)), key, ISSUED_AT), ISSUED_AT],
  ]
  for (const [of, given, now] of refused)
    assert.throws(() => verifySyncSession(masterKey, of, given, now), {
      code: "InvalidParameterException",
      status: 400,
    })
})
