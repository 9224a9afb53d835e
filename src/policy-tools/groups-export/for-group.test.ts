import assert from "node:assert/strict"
import { test } from "node:test"
import { compile, contextOf, decide, type PolicyDocument, type StatementDocument } from "../../policy/index.ts"
import { ExportError, policyForGroup, usesGroups } from "./for-group.ts"

const policy = (statement: Partial<StatementDocument>, Version = "2012-10-17"): PolicyDocument => ({
  Version,
  Statement: { Effect: "Allow", Action: "s3:GetObject", ...statement },
})
const B = "arn:aws:s3:::b"

const USES: readonly [boolean, PolicyDocument][] = [
  [true, policy({ Resource: `${B}/\${cognito:groups}/*` })],
  [true, policy({ Resource: `${B}/\${ Cognito:Groups , 'none' }/*` })],
  [true, policy({ Resource: "*", Condition: { StringEquals: { "COGNITO:groups": "a" } } })],
  [false, policy({ Resource: `${B}/\${aws:username}/cognito:groups` })],
  [false, policy({ Resource: "*", Condition: { StringEquals: { "aws:username": "cognito:groups" } } })],
]

for (const [expected, document] of USES)
  test(`${JSON.stringify(document.Statement)} ${expected ? "uses" : "does not use"} the groups`, () =>
    assert.equal(usesGroups(document), expected))

/** What is written, and what is left of it for someone in `Red`, and for someone in no group. */
const LEFT: readonly [what: string, Partial<StatementDocument>, red: object | undefined, none: object | undefined][] = [
  ["a resource", { Resource: `${B}/\${cognito:groups}/*` }, { Resource: [`${B}/Red/*`] }, undefined],
  [
    "one of two resources",
    { Resource: [`${B}/\${cognito:groups}/*`, `${B}/x`] },
    { Resource: [`${B}/Red/*`, `${B}/x`] },
    { Resource: [`${B}/x`] },
  ],
  [
    "a fallback",
    { Resource: `${B}/\${cognito:groups, 'none*'}/*` },
    { Resource: [`${B}/Red/*`] },
    { Resource: [`${B}/none\${*}/*`] },
  ],
  [
    "another variable beside it",
    { Resource: `${B}/\${aws:username}/\${cognito:groups}` },
    { Resource: [`${B}/\${aws:username}/Red`] },
    undefined,
  ],
  ["NotResource", { NotResource: `${B}/\${cognito:groups}/*` }, { NotResource: [`${B}/Red/*`] }, { Resource: "*" }],
  [
    "a condition's value",
    { Resource: B, Condition: { StringLike: { "s3:prefix": "${cognito:groups}/*" } } },
    { Resource: [B], Condition: { StringLike: { "s3:prefix": ["Red/*"] } } },
    undefined,
  ],
  [
    "a negated condition's value",
    { Resource: B, Condition: { StringNotLike: { "s3:prefix": "${cognito:groups}/*" } } },
    { Resource: [B], Condition: { StringNotLike: { "s3:prefix": ["Red/*"] } } },
    { Resource: [B] },
  ],
  [
    "a condition on the groups that holds",
    {
      Resource: B,
      Condition: {
        "ForAnyValue:StringLike": { "cognito:groups": ["R*", "x"] },
        Bool: { "aws:SecureTransport": "true" },
      },
    },
    { Resource: [B], Condition: { Bool: { "aws:SecureTransport": ["true"] } } },
    undefined,
  ],
  [
    "a condition on the groups that does not",
    { Resource: B, Condition: { "ForAnyValue:StringEquals": { "cognito:groups": "Blue" } } },
    undefined,
    undefined,
  ],
  [
    "being in no group",
    { Resource: B, Condition: { Null: { "cognito:groups": "true" } } },
    undefined,
    { Resource: [B] },
  ],
]

for (const [what, statement, red, none] of LEFT)
  test(`${what} is written out`, () => {
    for (const [group, left] of [
      ["Red", red],
      [undefined, none],
    ] as const)
      assert.deepEqual(
        policyForGroup(policy(statement), group),
        left && { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:GetObject", ...left }] },
      )
  })

test("in documents of 2008 the variable is text", () => {
  const document = policy({ Resource: [`${B}/\${cognito:groups}/*`] }, "2008-10-17")
  assert.deepEqual(policyForGroup(document, "Red"), { ...document, Statement: [document.Statement] })
})

test("groups compared with another variable are refused", () => {
  const Condition = { "ForAnyValue:StringEquals": { "cognito:groups": "${aws:PrincipalTag/team}" } }
  assert.throws(() => policyForGroup(policy({ Resource: B, Condition }), "Red"), ExportError)
})

test("for every group, what is left decides as the policy with the groups does", () => {
  const document: PolicyDocument = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: [`${B}/\${cognito:groups}/*`, `${B}/\${cognito:groups, 'd'}?`],
      },
      { Effect: "Deny", Action: "s3:GetObject", NotResource: [`${B}/\${cognito:groups}/a*`, `${B}/z*`] },
      {
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: `${B}/z*`,
        Condition: { "ForAllValues:StringLike": { "cognito:groups": "r*" } },
      },
    ],
  }
  const groups = ["red", "*", "?", "$", "a/b", "${aws:username}", "z", undefined]
  const resources = [
    "red/a",
    "red/b",
    "*/a",
    "x/a",
    "?/a",
    "$/a",
    "a/b/a",
    "${aws:username}/a",
    "z/a",
    "z",
    "zz",
    "d1",
    "d",
    "redd",
    "/a",
  ]
  for (const group of groups)
    for (const resource of resources) {
      const decisionOf = (one: PolicyDocument | undefined, context: object, expandable?: ReadonlySet<string>) =>
        decide(
          {
            principal: { type: "user", arn: "arn:aws:iam::1:user/a", account: "1" },
            action: "s3:GetObject",
            resource: `${B}/${resource}`,
            resourceAccount: "1",
            context: contextOf({ "aws:username": "ann", ...context }),
            ...(expandable && { expandable }),
          },
          { identity: one ? [compile(one)] : [] },
        ).decision
      const here = decisionOf(
        document,
        { "cognito:groups": group === undefined ? [] : [group] },
        new Set(["cognito:groups"]),
      )
      const there = decisionOf(policyForGroup(document, group), {})
      assert.equal(there, here, `${group} ${resource}`)
    }
})
