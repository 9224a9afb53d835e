import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { MasterKey } from "../base/master-key.ts"
import { findAccountOfAccessKeyId, newAccessKeyId } from "./access-key-id.ts"
import { issueSessionCredentials, type NewSession, openSessionToken } from "./session-token.ts"

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const clock = { now: () => NOW }
const account = "001234567890"
const key = new MasterKey(Buffer.alloc(32, 1))
const sameKey = () => new MasterKey(Buffer.alloc(32, 1))

const small: NewSession = {
  kind: "role-session",
  account,
  roleArn: `arn:aws:iam::${account}:role/r`,
  roleId: "AROAR",
  roleName: "r",
  sessionName: "s",
}

const large: NewSession = {
  ...small,
  policies: [
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] }),
  ],
  policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
  tags: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`tag-${i}`, `value ${i} ünïcode`])),
  transitiveTagKeys: ["tag-1"],
  sourceIdentity: "alice",
  context: { "cognito-identity.amazonaws.com:amr": ["authenticated", "x"], __proto__: "own" },
  cognitoGroups: ["admins"],
  multiFactorAuthenticatedAt: 1,
}

test("credentials as STS answers them", () => {
  const issued = issueSessionCredentials(key, small, 900, clock)
  assert.match(issued.AccessKeyId, /^ASIA[A-Z2-7]{16}$/)
  assert.match(issued.SecretAccessKey, /^[A-Za-z0-9+/]{40}$/)
  assert.match(issued.SessionToken, /^[A-Za-z0-9_-]+$/)
  assert.equal(issued.Expiration.toISOString(), "2026-01-02T03:19:05.000Z")
})

test("any node with the same master key opens the token, and gets the same secret", () => {
  for (const session of [small, large]) {
    const issued = issueSessionCredentials(key, session, 900, clock)
    const opened = openSessionToken(sameKey(), issued.SessionToken)
    const issuedAt = Math.floor(NOW / 1000)
    assert.deepEqual(opened, {
      record: JSON.parse(
        JSON.stringify({ ...session, accessKeyId: issued.AccessKeyId, issuedAt, expiresAt: issuedAt + 900 }),
      ),
      secretAccessKey: issued.SecretAccessKey,
    })
  }
})

test("a large session still fits into a header", () => {
  const { SessionToken } = issueSessionCredentials(key, large, 900, clock)
  assert.ok(SessionToken.length < 2048, String(SessionToken.length))
})

test("an opened token is remembered as it was", () => {
  const { SessionToken } = issueSessionCredentials(key, small, 900, clock)
  assert.equal(openSessionToken(key, SessionToken), openSessionToken(key, SessionToken))
})

test("no two sessions have a key, a secret or a token in common", () => {
  const [a, b] = [issueSessionCredentials(key, small, 900, clock), issueSessionCredentials(key, small, 900, clock)]
  for (const member of ["AccessKeyId", "SecretAccessKey", "SessionToken"] as const)
    assert.notEqual(a[member], b[member])
})

test("a token of another server, altered anywhere, cut anywhere or spelled otherwise does not open", () => {
  const { SessionToken: token } = issueSessionCredentials(key, small, 900, clock)
  assert.equal(openSessionToken(new MasterKey(Buffer.alloc(32, 2)), token), undefined)
  for (let at = 0; at < token.length; at++) {
    const altered = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1)
    assert.equal(openSessionToken(key, altered), undefined, String(at))
    assert.equal(openSessionToken(key, token.slice(0, at)), undefined, String(at))
  }
  for (const other of [`${token}=`, ` ${token}`, `${token}\n`, `${token.slice(0, 9)}!${token.slice(9)}`]) {
    assert.equal(openSessionToken(key, other), undefined, other)
  }
})

test("whatever text is given as a token, nothing is thrown", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.equal(openSessionToken(key, text), undefined)
    }),
  )
  for (const text of ["", "__proto__", "A".repeat(1_000_000), "AQ", "IQoJb3JpZ2luX2VjEA"]) {
    assert.equal(openSessionToken(key, text), undefined)
  }
})

test("an access key id tells its account", () => {
  for (const id of ["000000000000", "123456789012", "999999999999"]) {
    for (const prefix of ["AKIA", "ASIA"] as const) {
      const made = newAccessKeyId(prefix, id)
      assert.match(made, new RegExp(`^${prefix}[A-Z2-7]{16}$`))
      assert.equal(findAccountOfAccessKeyId(made), id)
    }
  }
  assert.equal(findAccountOfAccessKeyId("ASIAQNZGKIQY56JQ7WML"), "029608264753")
  for (const none of ["", "AKIA", "test", "AKIAIOSFODNN7EXAMPLE", "AROAQNZGKIQY56JQ7WML", "ASIAQNZGKIQY56JQ7WM1"]) {
    assert.equal(findAccountOfAccessKeyId(none), undefined, none)
  }
})
