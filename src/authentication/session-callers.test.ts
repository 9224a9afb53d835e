import assert from "node:assert/strict"
import { test } from "node:test"
import { presignedRequest, type Signing, signedRequest } from "../../test/signed-requests.ts"
import {
  account,
  alice,
  type Codes,
  credentials,
  deps,
  families,
  INVALID_TOKEN,
  masterKey,
  NOW,
  PARTS,
  refusal,
  scopes,
  signing,
  UNKNOWN,
  WRONG,
} from "../../test/signing-world.ts"
import { authenticate } from "./authenticate.ts"
import { issueSessionCredentials, type NewSession } from "./session-token.ts"

const role: NewSession = {
  kind: "role-session",
  account,
  roleArn: `arn:aws:iam::${account}:role/path/r`,
  roleId: "AROAR",
  roleName: "r",
  sessionName: "s",
  context: { "cognito-identity.amazonaws.com:sub": "us-east-1:1" },
}

const asCredentials = (session: NewSession, seconds = 900, time = NOW) => {
  const issued = issueSessionCredentials(masterKey, session, seconds, { now: () => time })
  return { accessKeyId: issued.AccessKeyId, secretAccessKey: issued.SecretAccessKey, sessionToken: issued.SessionToken }
}

test("session credentials say who they are of, in header and query", async () => {
  const issuer = alice.principal
  const cases: [NewSession, string, string, string][] = [
    [role, "role-session", `arn:aws:sts::${account}:assumed-role/r/s`, "AROAR:s"],
    [
      { kind: "federated-user", account, name: "bob", issuer },
      "federated-user",
      `arn:aws:sts::${account}:federated-user/bob`,
      `${account}:bob`,
    ],
    [{ kind: "session-user", account, issuer }, "user", `arn:aws:iam::${account}:user/x/alice`, "AIDAALICE"],
    [{ kind: "session-user", account, issuer: { kind: "root" } }, "root", `arn:aws:iam::${account}:root`, account],
  ]
  for (const [session, kind, arn, userId] of cases) {
    const held = asCredentials(session)
    for (const family of families) {
      const over = signing(family, { credentials: held })
      for (const request of [await signedRequest(PARTS, over), await presignedRequest({ path: "/x" }, over)]) {
        const caller = await authenticate(request, scopes[family], deps)
        assert.ok(caller.kind !== "anonymous")
        assert.deepEqual([caller.kind, caller.arn, caller.userId, caller.account], [kind, arn, userId, account])
        assert.equal(caller.session?.accessKeyId, held.accessKeyId)
      }
    }
  }
})

const EXPIRED: Codes = {
  json: ["ExpiredTokenException", 400],
  query: ["ExpiredToken", 403],
  "rest-json": ["ExpiredTokenException", 403],
  s3: ["ExpiredToken", 400],
}

test("session credentials that are not to be taken", async () => {
  const held = asCredentials(role)
  const other = asCredentials(role)
  const cases: [string, Signing["credentials"], Codes][] = [
    ["expired", asCredentials(role, 900, NOW - 900_000), EXPIRED],
    ["without its token", { ...held, sessionToken: undefined }, UNKNOWN],
    ["the token of another session", { ...held, sessionToken: other.sessionToken }, INVALID_TOKEN],
    ["a long-term key with a token", { ...credentials, sessionToken: held.sessionToken }, INVALID_TOKEN],
    ["a token cut short", { ...held, sessionToken: held.sessionToken.slice(0, -4) }, INVALID_TOKEN],
    ["a wrong secret", { ...held, secretAccessKey: other.secretAccessKey }, WRONG],
  ]
  for (const [name, bad, codes] of cases) {
    for (const family of families) {
      const { code, status } = refusal(await signedRequest(PARTS, signing(family, { credentials: bad })), family)
      assert.deepEqual([code, status], codes[family], `${name}, ${family}`)
    }
  }
})

test("no refusal shows a secret, and none of it reaches the log", async () => {
  const held = asCredentials(role)
  for (const family of families) {
    const request = await signedRequest(PARTS, signing(family, { credentials: { ...held, secretAccessKey: "other" } }))
    const { message, members, because } = refusal(request, family)
    assert.ok(!JSON.stringify([message, members, because]).includes(held.secretAccessKey))
    assert.ok(!JSON.stringify([message, because]).includes(held.sessionToken))
  }
})
