import assert from "node:assert/strict"
import { test } from "node:test"
import { type Applicable, compile, contextOf, decide, formatRefusal, type Principal, type Request } from "./index.ts"

/**
 * KMS's evaluation: Developer Guide, "Key policies in AWS KMS", "Troubleshooting AWS KMS permissions", "Grants in AWS KMS".
 */
const HOME = "111122223333"
const AWAY = "444455556666"
const KEY = `arn:aws:kms:us-east-1:${HOME}:key/k`

const alice: Principal = { type: "user", arn: `arn:aws:iam::${HOME}:user/alice`, account: HOME }
const root: Principal = { type: "root", arn: `arn:aws:iam::${HOME}:root`, account: HOME }
const session: Principal = {
  type: "assumed-role",
  arn: `arn:aws:sts::${HOME}:assumed-role/app/s`,
  account: HOME,
  roleArn: `arn:aws:iam::${HOME}:role/app`,
}
const stranger: Principal = { type: "user", arn: `arn:aws:iam::${AWAY}:user/bob`, account: AWAY }
const service: Principal = { type: "service", arn: "cognito-idp.amazonaws.com", account: null }

const policy = (statement: object) =>
  compile({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "kms:*", Resource: "*", ...statement } })
const forWho = (AWS: string, more = {}) => policy({ Principal: { AWS }, ...more })
const delegating = forWho(`arn:aws:iam::${HOME}:root`)
const forNobody = forWho(`arn:aws:iam::${HOME}:user/nobody`)
const mayDecrypt = policy({ Action: "kms:Decrypt" })
const denies = policy({ Effect: "Deny" })
const silent = policy({ Action: "ec2:*" })
const inPool = { Condition: { StringEquals: { "kms:EncryptionContext:pool": "p" } } }

const RULES: readonly [string, Principal, Partial<Applicable>, string][] = [
  ["a policy of IAM alone", alice, { identity: [mayDecrypt], resource: forNobody }, "no key"],
  [
    "a policy of IAM that the key's policy lets count",
    alice,
    { identity: [mayDecrypt], resource: delegating },
    "allow",
  ],
  [
    "a key's policy that lets policies of IAM count, of which there is none",
    alice,
    { resource: delegating },
    "no identity",
  ],
  ["the key's policy alone", alice, { resource: forWho(alice.arn!) }, "allow"],
  [
    "the key's policy against a Deny of IAM",
    alice,
    { resource: forWho(alice.arn!), identity: [denies] },
    "deny identity",
  ],
  [
    "a Deny of the key's policy",
    alice,
    { resource: forWho(alice.arn!, { Effect: "Deny" }), grants: [forWho(alice.arn!)] },
    "deny key",
  ],
  ["the root user that the key's policy names not", root, { resource: forNobody }, "no key"],
  ["the root user by its account", root, { resource: delegating }, "allow"],
  ["everyone", alice, { resource: forWho("*") }, "allow"],
  ["a stranger among everyone, without a policy of its own", stranger, { resource: forWho("*") }, "no identity"],
  ["a stranger among everyone, with one", stranger, { resource: forWho("*"), identity: [mayDecrypt] }, "allow"],
  ["a stranger whom the key's policy names not", stranger, { resource: delegating, identity: [mayDecrypt] }, "no key"],
  ["a grant alone", alice, { resource: forNobody, grants: [forWho(alice.arn!)] }, "allow"],
  ["a grant to somebody else", alice, { resource: forNobody, grants: [forWho(stranger.arn!)] }, "no key"],
  [
    "a grant for something else",
    alice,
    { resource: forNobody, grants: [forWho(alice.arn!, { Action: "kms:Encrypt" })] },
    "no key",
  ],
  [
    "a grant against a Deny of IAM",
    alice,
    { resource: forNobody, grants: [forWho(alice.arn!)], identity: [denies] },
    "deny identity",
  ],
  ["a grant and a silent SCP", alice, { resource: forNobody, grants: [forWho(alice.arn!)], scp: [[silent]] }, "no scp"],
  [
    "a grant to the account, whose policies are silent",
    alice,
    { resource: forNobody, grants: [forWho(HOME)] },
    "no identity",
  ],
  [
    "a grant to the account, whose policies allow",
    alice,
    { resource: forNobody, grants: [forWho(HOME)], identity: [mayDecrypt] },
    "allow",
  ],
  ["a grant to a role", session, { resource: forNobody, grants: [forWho(session.roleArn!)] }, "allow"],
  [
    "a grant to a role, limited by its session",
    session,
    { resource: forNobody, grants: [forWho(session.roleArn!)], session: [silent] },
    "no session",
  ],
  ["a grant to a stranger", stranger, { resource: forNobody, grants: [forWho(stranger.arn!)] }, "allow"],
  [
    "a grant to a stranger beside a key's policy that names it",
    stranger,
    { resource: forWho(stranger.arn!), grants: [forWho(stranger.arn!)] },
    "allow",
  ],
  [
    "a grant to a service",
    service,
    { resource: forNobody, grants: [policy({ Principal: { Service: service.arn } })] },
    "allow",
  ],
  ["a service without a grant", service, { resource: delegating }, "no key"],
  ["a grant whose constraint holds", alice, { resource: forNobody, grants: [forWho(alice.arn!, inPool)] }, "allow"],
  [
    "a grant whose constraint does not hold",
    stranger,
    {
      resource: forNobody,
      grants: [forWho(stranger.arn!, { Condition: { StringEquals: { "kms:EncryptionContext:pool": "q" } } })],
    },
    "no key",
  ],
]

const asked = (principal: Principal): Request => ({
  principal,
  action: "kms:Decrypt",
  resource: KEY,
  resourceAccount: HOME,
  context: contextOf({ "kms:EncryptionContext:pool": "p" }),
})

for (const [what, principal, applicable, expected] of RULES)
  test(`${what}: ${expected}`, () => {
    const { because } = decide(asked(principal), { identity: [], resourcePolicyType: "key", ...applicable })
    const found =
      because.reason === "no allow"
        ? `no ${because.policyType}`
        : because.reason === "explicit deny"
          ? `deny ${because.policyType}`
          : "allow"
    assert.equal(found, expected)
  })

test("refusals call a key's policy resource-based", () => {
  const words = (applicable: Partial<Applicable>) =>
    formatRefusal({
      principalArn: alice.arn!,
      action: "kms:Decrypt",
      resource: KEY,
      decision: decide(asked(alice), { identity: [mayDecrypt], resourcePolicyType: "key", ...applicable }),
    })
  const beginning = `User: ${alice.arn} is not authorized to perform: kms:Decrypt on resource: ${KEY}`
  assert.equal(
    words({ resource: forNobody }),
    `${beginning} because no resource-based policy allows the kms:Decrypt action`,
  )
  assert.equal(
    words({ resource: forWho("*", { Effect: "Deny" }) }),
    `${beginning} with an explicit deny in a resource-based policy`,
  )
})
