import assert from "node:assert/strict"
import { test } from "node:test"
import { type Applicable, compile, contextOf, decide, formatRefusal, type Principal, type Request } from "./index.ts"

const HOME = "111122223333"
const alice: Principal = { type: "user", arn: `arn:aws:iam::${HOME}:user/alice`, account: HOME }
const request: Request = {
  principal: alice,
  action: "s3:GetObject",
  resource: "arn:aws:s3:::b/k",
  resourceAccount: HOME,
  context: contextOf({}),
}

const policy = (Effect: string, extra: object = {}, arn?: string) =>
  compile(
    { Version: "2012-10-17", Statement: { Effect, Action: "*", Resource: "*", ...extra } },
    arn === undefined ? {} : { arn },
  )
const allow = policy("Allow")
const silent = policy("Allow", { Action: "ec2:*" })
const MANAGED = `arn:aws:iam::${HOME}:policy/NoReading`
const deny = policy("Deny", {}, MANAGED)
const everyone = { Principal: "*" }
const account = { Principal: { AWS: HOME } }
const away = { resourceAccount: "444455556666" }

const CASES: readonly [string, Partial<Request>, Applicable, string][] = [
  ["nothing", {}, { identity: [] }, "because no identity-based policy allows the s3:GetObject action"],
  [
    "a boundary that is silent",
    {},
    { identity: [allow], boundary: silent },
    "because no permissions boundary allows the s3:GetObject action",
  ],
  [
    "a session policy that is silent",
    {},
    { identity: [allow], session: [silent] },
    "because no session policy allows the s3:GetObject action",
  ],
  [
    "an SCP that is silent",
    {},
    { identity: [allow], scp: [[allow], [silent]] },
    "because no service control policy allows the s3:GetObject action",
  ],
  [
    "a VPC endpoint that is silent",
    {},
    { identity: [allow], vpce: [silent] },
    "because no VPC endpoint policy allows the s3:GetObject action",
  ],
  [
    "a resource of another account without a policy",
    away,
    { identity: [allow] },
    "because no resource-based policy allows the s3:GetObject action",
  ],
  [
    "a resource policy that names the account",
    {},
    { identity: [], resource: policy("Allow", account) },
    "because no identity-based policy allows the s3:GetObject action",
  ],
  [
    "a trust policy that is silent",
    {},
    {
      identity: [allow],
      resource: policy("Allow", { Action: "sts:TagSession", ...everyone }),
      resourcePolicyType: "trust",
    },
    "because no role trust policy allows the s3:GetObject action",
  ],
  [
    "a deny of a managed policy",
    {},
    { identity: [allow, deny] },
    `with an explicit deny in an identity-based policy: ${MANAGED}`,
  ],
  [
    "a deny of an inline policy",
    {},
    { identity: [policy("Deny")] },
    "with an explicit deny in an identity-based policy",
  ],
  [
    "a deny of the resource",
    {},
    { identity: [], resource: policy("Deny", everyone) },
    "with an explicit deny in a resource-based policy",
  ],
  [
    "a deny of the role",
    {},
    { identity: [], resource: policy("Deny", everyone), resourcePolicyType: "trust" },
    "with an explicit deny in the role trust policy",
  ],
  [
    "a deny of the boundary",
    {},
    { identity: [], boundary: policy("Deny") },
    "with an explicit deny in a permissions boundary",
  ],
  [
    "a deny of the session",
    {},
    { identity: [], session: [policy("Deny")] },
    "with an explicit deny in a session policy",
  ],
  [
    "a deny of an SCP",
    {},
    { identity: [], scp: [[policy("Deny")]] },
    "with an explicit deny in a service control policy",
  ],
  [
    "a deny of an RCP",
    {},
    { identity: [], rcp: [[policy("Deny")]] },
    "with an explicit deny in a resource control policy",
  ],
  [
    "a deny of a VPC endpoint",
    {},
    { identity: [allow], vpce: [allow, policy("Deny", everyone)] },
    "with an explicit deny in a VPC endpoint policy",
  ],
  // Which reason is given where there are several.
  [
    "a VPC endpoint and the resource's policy that deny",
    {},
    { identity: [deny], vpce: [policy("Deny", everyone)], resource: policy("Deny", everyone) },
    "with an explicit deny in a VPC endpoint policy",
  ],
  [
    "a VPC endpoint and an identity policy that are silent",
    {},
    { identity: [silent], vpce: [silent] },
    "because no VPC endpoint policy allows the s3:GetObject action",
  ],
  [
    "an SCP and a VPC endpoint that are silent",
    {},
    { identity: [allow], scp: [[silent]], vpce: [silent] },
    "because no service control policy allows the s3:GetObject action",
  ],
  [
    "an SCP and an RCP that deny",
    {},
    { identity: [deny], scp: [[policy("Deny")]], rcp: [[policy("Deny")]] },
    "with an explicit deny in a service control policy",
  ],
  [
    "an RCP and the resource's policy that deny",
    {},
    { identity: [deny], rcp: [[policy("Deny")]], resource: policy("Deny", everyone) },
    "with an explicit deny in a resource control policy",
  ],
  [
    "the resource's and the caller's policy that deny",
    {},
    { identity: [deny], resource: policy("Deny", everyone) },
    "with an explicit deny in a resource-based policy",
  ],
  [
    "an identity policy and a boundary that deny",
    {},
    { identity: [policy("Deny")], boundary: policy("Deny"), session: [policy("Deny")] },
    "with an explicit deny in an identity-based policy",
  ],
  [
    "a boundary and a session policy that deny",
    {},
    { identity: [], boundary: policy("Deny"), session: [policy("Deny")] },
    "with an explicit deny in a permissions boundary",
  ],
  [
    "an explicit and an implicit deny",
    {},
    { identity: [], session: [policy("Deny")], scp: [[silent]] },
    "with an explicit deny in a session policy",
  ],
  [
    "everything that is silent",
    away,
    { identity: [], boundary: silent, session: [silent], scp: [[silent]] },
    "because no service control policy allows the s3:GetObject action",
  ],
  [
    "a silent resource of another account before a silent identity",
    away,
    { identity: [], boundary: silent },
    "because no resource-based policy allows the s3:GetObject action",
  ],
  [
    "a silent identity before a silent boundary",
    {},
    { identity: [], boundary: silent, session: [silent] },
    "because no identity-based policy allows the s3:GetObject action",
  ],
  [
    "a silent boundary before a silent session policy",
    {},
    { identity: [allow], boundary: silent, session: [silent] },
    "because no permissions boundary allows the s3:GetObject action",
  ],
]

for (const [name, changed, applicable, reason] of CASES)
  test(`a refusal for ${name} says "${reason}"`, () => {
    const asked = { ...request, ...changed }
    const { action, resource } = asked
    const text = formatRefusal({ principalArn: alice.arn!, action, resource, decision: decide(asked, applicable) })
    assert.equal(
      text,
      `User: ${alice.arn} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k ${reason}`,
    )
  })

const decision = decide(request, { identity: [deny] })
const options = { principalArn: alice.arn!, action: "s3:GetObject", resource: "arn:aws:s3:::b/k", decision }

test("a service chooses how the resource is named", () => {
  assert.match(formatRefusal({ ...options, quoteResource: true }), / on resource: "arn:aws:s3:::b\/k" with /)
  assert.match(formatRefusal({ ...options, omitResource: true }), /perform: s3:GetObject with an explicit deny/)
})

test("the policy's ARN is left out for callers who may not know it", () =>
  assert.match(formatRefusal({ ...options, policyArnSuffix: false }), /in an identity-based policy$/))

test("the bearer of a token is told nothing but the action", () =>
  assert.equal(
    formatRefusal({ ...options, action: "sts:AssumeRoleWithWebIdentity", withoutCaller: true }),
    "Not authorized to perform sts:AssumeRoleWithWebIdentity",
  ))
