import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import type { FindOptions } from "./find-policies.ts"
import { FILE_FINDINGS, lint } from "./lint.ts"
import { RULES } from "./rules.ts"

const template = { account: "111122223333", region: "eu-west-1", given: new Map<string, string>() }
const idsIn = (text: string, options: Partial<FindOptions> = {}) =>
  lint("file", text, { template, ...options }).map(({ id, policy }) => `${id}${policy ? ` ${policy}` : ""}`)

test("docs/lint.md lists every finding as it is", () => {
  const text = readFileSync(new URL("../../../docs/lint.md", import.meta.url), "utf8")
  const listed = [...text.matchAll(/^\| (HP\d+) *\| (\w+) *\| (.*?) *\|$/gm)].map(([, id, severity, title]) => [
    id,
    severity,
    title,
  ])
  const all = [...RULES, ...Object.values(FILE_FINDINGS)].map(({ id, severity, title }) => [id, severity, title])
  assert.deepEqual(listed, all.sort())
})

const statement = (text: string) => `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", ${text}}]}`
const wrong = statement('"Action": "s3:Gett", "Resource": "*"')

const FILES: readonly [what: string, text: string, ids: string[], options?: Partial<FindOptions>][] = [
  ["no YAML", "a: [", ["HP001"]],
  ["no policy", "a: 1", ["HP002"]],
  ["an empty file", "", ["HP002"]],
  ["a policy without findings", statement('"Action": "s3:GetObject", "Resource": "*"'), []],
  ["an answer of get-role-policy", `{"RoleName": "r", "PolicyDocument": ${wrong}}`, ["HP102 PolicyDocument"]],
  ["an answer of get-bucket-policy", JSON.stringify({ Policy: wrong }), ["HP102 Policy"]],
  ["a list of documents", `[${wrong}, ${wrong}]`, ["HP102 0", "HP102 1"]],
  [
    "a trust policy by its key",
    `{"Role": {"AssumeRolePolicyDocument": ${statement('"Action": "s3:Get*"')}}}`,
    ["HP003 Role.AssumeRolePolicyDocument"],
  ],
  [
    "another kind where it is said",
    statement('"Action": "s3:GetObject", "Resource": "*"'),
    ["HP003"],
    { kind: "trust" },
  ],
  [
    "a managed policy of 2008",
    '{"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}',
    ["HP003"],
    { kind: "managed" },
  ],
]

for (const [what, text, ids, options] of FILES)
  test(`finds in ${what}: ${ids.join(", ") || "nothing"}`, () => assert.deepEqual(idsIn(text, options), ids))

const TEMPLATE = `
Parameters: { Env: { Type: String } }
Resources:
  Pool: { Type: AWS::Cognito::IdentityPool, Properties: { AllowUnauthenticatedIdentities: true } }
  Table: { Type: AWS::DynamoDB::Table, Properties: { TableName: books } }
  Guest:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          Effect: Allow
          Principal: { Federated: cognito-identity.amazonaws.com }
          Action: sts:AssumeRoleWithWebIdentity
          Condition:
            StringEquals: { cognito-identity.amazonaws.com:aud: !Ref Pool }
            ForAnyValue:StringLike: { cognito-identity.amazonaws.com:amr: unauthenticated }
      Policies:
        - PolicyName: access
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - { Effect: Allow, Action: [dynamodb:GetItem, iam:GetUser], Resource: !GetAtt Table.Arn }
  Extra:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref Guest]
      PolicyDocument:
        Version: 2012-10-17
        Statement: { Effect: Allow, Action: ec2:DescribeInstances, Resource: "*" }
  Other:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement: { Effect: Allow, Action: ec2:DescribeInstances, Resource: !Sub "arn:aws:ec2:*:*:instance/\${Env}" }
`

test("a template's functions are resolved, and its guests are known by their trust", () => {
  assert.deepEqual(idsIn(TEMPLATE), [
    "HP103 Guest.Policies.0.PolicyDocument",
    "HP303 Guest.Policies.0.PolicyDocument",
    "HP303 Extra.PolicyDocument",
    "HP004 Other.PolicyDocument",
  ])
  const given = new Map([["Env", "test"]])
  assert.deepEqual(idsIn(TEMPLATE, { template: { ...template, given } }).at(-1), "HP103 Other.PolicyDocument")
})

test("a policy variable in Fn::Sub that is not escaped is told of", () => {
  const text = TEMPLATE.replace("${Env}", "${aws:username}")
  const found = lint("file", text, { template }).at(-1)!
  assert.equal(found.id, "HP001")
  assert.match(found.message, /In Fn::Sub, the policy variable \$\{aws:username\} is written \$\{!aws:username\}/)
  assert.deepEqual(idsIn(TEMPLATE.replace("${Env}", "${!aws:username}")).at(-1), "HP103 Other.PolicyDocument")
})
