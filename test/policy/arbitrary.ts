/** Random policies and requests for the property tests, of words so few that they often meet. Tests alone import this. */
import fc from "fast-check"
import type { PolicyDocument, StatementDocument } from "../../src/policy/document.ts"
import type { ContextValue, Principal } from "../../src/policy/request.ts"
import type { ReferencePolicies, ReferenceRequest } from "./reference.ts"

const HOME = "111122223333"
const AWAY = "444455556666"

const action = fc.constantFrom("s3:GetObject", "s3:PutObject", "S3:getobject", "iam:GetUser", "iam:PassRole")
const actionPattern = fc.oneof(
  action,
  fc.constantFrom("*", "s3:*", "s3:Get*", "S3:*OBJECT", "iam:?etUser", "*:Get*", "s3:Get", "i*:PassRole", "s3:P*t"),
)
const resource = fc.constantFrom(
  "*",
  "arn:aws:s3:::b/alice/x",
  "arn:aws:s3:::b/bob/x",
  "arn:aws:s3:::b",
  "arn:aws:s3:::b/*",
  "arn:aws:iam::111122223333:user/alice",
  "arn:aws:lambda:us-east-1:111122223333:function:f:1",
)
const resourcePattern = fc.oneof(
  resource,
  fc.constantFrom(
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/${k:name}/*",
    "arn:aws:s3:::?/${k:name, 'bob'}/x",
    "arn:aws:s3:::*/${K:Name}/?",
    "arn:aws:s3:::b/${k:groups}/x",
    "arn:aws:s3:::b/${*}",
    "arn:aws:s3:::*",
    "arn:aws:${k:name}:::b",
    "arn:aws:s3",
    "arn:aws:s3*",
    "arn:aws:lambda:us-east-1",
    "arn:aws:*:*:*:*",
  ),
)

const principal: fc.Arbitrary<Principal> = fc.constantFrom<Principal>(
  ...[HOME, AWAY].flatMap((account): Principal[] => [
    { type: "root", arn: `arn:aws:iam::${account}:root`, account },
    { type: "user", arn: `arn:aws:iam::${account}:user/alice`, account, uniqueId: "AIDAALICE" },
    {
      type: "assumed-role",
      arn: `arn:aws:sts::${account}:assumed-role/r/s`,
      account,
      roleArn: `arn:aws:iam::${account}:role/p/r`,
      uniqueId: "AROAROLE",
    },
    {
      type: "federated-user",
      arn: `arn:aws:sts::${account}:federated-user/bob`,
      account,
      userArn: `arn:aws:iam::${account}:user/alice`,
      uniqueId: "AIDAALICE",
    },
  ]),
  {
    type: "assumed-role",
    arn: `arn:aws:sts::${HOME}:assumed-role/linked/s`,
    account: HOME,
    roleArn: `arn:aws:iam::${HOME}:role/aws-service-role/x.amazonaws.com/linked`,
  },
  { type: "federated", arn: "cognito-identity.amazonaws.com", account: null },
  { type: "service", arn: "lambda.amazonaws.com", account: null },
  { type: "anonymous", arn: null, account: "anonymous" },
)
const awsName = fc.constantFrom(
  "*",
  HOME,
  AWAY,
  `arn:aws:iam::${HOME}:root`,
  `arn:aws:iam::${HOME}:user/alice`,
  `arn:aws:iam::${HOME}:role/p/r`,
  `arn:aws:sts::${HOME}:assumed-role/r/s`,
  `arn:aws:sts::${HOME}:federated-user/bob`,
  `arn:aws:iam::${AWAY}:user/alice`,
  `arn:aws:iam::${AWAY}:role/p/r`,
  "AIDAALICE",
  "AROAROLE",
)
const principals = fc.oneof(
  fc.constant("*"),
  fc.record({ AWS: fc.array(awsName, { minLength: 1, maxLength: 4 }) }),
  fc.record({ Service: fc.constantFrom("lambda.amazonaws.com", "ec2.amazonaws.com") }),
  fc.record({ Federated: fc.constantFrom("cognito-identity.amazonaws.com", "accounts.google.com") }),
)

const text = fc.constantFrom(
  "alice",
  "bob",
  "Alice",
  "",
  "a*",
  "*",
  "?ob",
  "${k:name}",
  "${k:none, 'bob'}",
  "${k:groups}",
)
const arn = fc.constantFrom(
  "arn:aws:iam::1:user/alice",
  "arn:aws:iam::*:user/*",
  "arn:*",
  "arn:aws:iam::1:user/${k:name}",
)
const number = fc.constantFrom("1", "2", "10", "2.0", "-1", "two")
const date = fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-01", "1767225600", "2025-12-31T23:00:00-01:00", "soon")
const address = fc.constantFrom("10.0.0.1", "10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "nowhere")
const bool = fc.constantFrom("true", "FALSE", "maybe", "${k:name}")

const KINDS: readonly [string, readonly string[], fc.Arbitrary<string>][] = [
  ["k:name", ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"], text],
  ["k:name", ["StringNotEqualsIgnoreCase", "BinaryEquals"], text],
  ["K:Arn", ["ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals"], arn],
  ["k:number", ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals"], number],
  ["k:number", ["NumericLessThanEquals", "NumericGreaterThan"], number],
  ["k:date", ["DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals"], date],
  ["k:date", ["DateLessThanEquals", "DateGreaterThan"], date],
  ["k:address", ["IpAddress", "NotIpAddress"], address],
  ["k:bool", ["Bool"], bool],
  ["k:groups", ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"], text],
]

const condition = fc.oneof(
  ...KINDS.map(([key, operators, value]) =>
    fc
      .record({
        set: fc.constantFrom("", "", "ForAllValues:", "ForAnyValue:"),
        operator: fc.constantFrom(...operators),
        ifExists: fc.constantFrom("", "", "IfExists"),
        values: fc.array(value, { minLength: 1, maxLength: 3 }),
      })
      .map(({ set, operator, ifExists, values }) => ({ [`${set}${operator}${ifExists}`]: { [key]: values } })),
  ),
  fc
    .record({ key: fc.constantFrom("k:name", "k:groups", "k:none"), value: fc.constantFrom("true", "false") })
    .map(({ key, value }) => ({ Null: { [key]: value } })),
)

const oneOrMany = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }))
const often = <Value>(value: fc.Arbitrary<Value>, percent: number) =>
  fc.oneof({ weight: percent, arbitrary: value }, { weight: 100 - percent, arbitrary: fc.constant(undefined) })

/** Undefined members are left out, as they are in JSON. */
const written = (statement: object): StatementDocument => JSON.parse(JSON.stringify(statement))

const actions = fc.oneof(
  { weight: 4, arbitrary: fc.record({ Action: oneOrMany(actionPattern) }) },
  { weight: 1, arbitrary: fc.record({ NotAction: oneOrMany(actionPattern) }) },
)
const resources = fc.oneof(
  { weight: 5, arbitrary: fc.record({ Resource: oneOrMany(resourcePattern) }) },
  { weight: 1, arbitrary: fc.record({ NotResource: oneOrMany(resourcePattern) }) },
)
const effect = fc.constantFrom("Allow", "Allow", "Allow", "Deny")

export const callerStatement: fc.Arbitrary<StatementDocument> = fc
  .record({ effect, actions, resources, condition: often(condition, 60) })
  .map(({ effect, actions, resources, condition }) =>
    written({ Effect: effect, ...actions, ...resources, Condition: condition }),
  )

export const resourceStatement: fc.Arbitrary<StatementDocument> = fc
  .record({ statement: callerStatement, who: principals, isNot: fc.constantFrom(false, false, false, true) })
  .map(({ statement, who, isNot }) => ({ ...statement, [isNot ? "NotPrincipal" : "Principal"]: who }))

const trustStatement = resourceStatement.map(({ Resource, NotResource, ...statement }) => statement)

const documentOf = (statement: fc.Arbitrary<StatementDocument>, maxLength = 4): fc.Arbitrary<PolicyDocument> =>
  fc.record({
    Version: fc.constantFrom("2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17"),
    Statement: fc.array(statement, { minLength: 1, maxLength }),
  })

const callerDocument = documentOf(callerStatement)
/** Large enough for every index. */
const largeDocument = documentOf(callerStatement, 40)
const levels = fc.array(fc.array(callerDocument, { minLength: 1, maxLength: 2 }), { maxLength: 3 })

export const policies: fc.Arbitrary<ReferencePolicies> = fc
  .record({
    identity: fc.array(fc.oneof({ weight: 6, arbitrary: callerDocument }, { weight: 1, arbitrary: largeDocument }), {
      maxLength: 3,
    }),
    resource: often(documentOf(resourceStatement), 50),
    trust: often(documentOf(trustStatement), 15),
    key: often(
      fc.record({
        resource: documentOf(resourceStatement),
        grants: fc.array(documentOf(resourceStatement).map(onlyAllows), { maxLength: 3 }),
      }),
      20,
    ),
    boundary: often(callerDocument, 20),
    session: often(fc.array(callerDocument, { maxLength: 2 }), 25),
    scp: often(levels, 20),
    rcp: often(
      levels.map((all) => all.map((level) => level.map(onlyDenies))),
      15,
    ),
    vpce: often(fc.array(fc.oneof(documentOf(resourceStatement), callerDocument), { maxLength: 2 }), 20),
  })
  .map(({ trust, key, ...rest }) => {
    if (trust) return { ...rest, resource: trust, resourcePolicyType: "trust" }
    return key ? { ...rest, ...key, resourcePolicyType: "key" } : rest
  })

function onlyAllows(document: PolicyDocument): PolicyDocument {
  return {
    ...document,
    Statement: [document.Statement].flat().map((statement) => ({ ...statement, Effect: "Allow" })),
  }
}

const onlyDenies = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  Statement: [document.Statement].flat().map((statement) => ({ ...statement, Effect: "Deny", Principal: "*" })),
})

const contextValues: Record<string, fc.Arbitrary<ContextValue>> = {
  "k:name": fc.constantFrom("alice", "bob", "", "*", "true"),
  "k:groups": fc.array(fc.constantFrom("alice", "bob", "a*"), { maxLength: 3 }),
  "k:arn": fc.constantFrom("arn:aws:iam::1:user/alice", "arn:aws:iam::2:user/bob:x", "no arn"),
  "K:Number": fc.constantFrom("1", "2", "10", "x"),
  "k:date": fc.constantFrom("2026-01-01T00:00:00Z", "1767225601", "2025-01-01", "now"),
  "k:address": fc.constantFrom("10.0.0.1", "10.1.2.3", "192.0.2.1", "::1"),
  "k:bool": fc.constantFrom("true", "false", "True", "no"),
}

export const request: fc.Arbitrary<ReferenceRequest> = fc
  .record({
    principal,
    action,
    resource,
    resourceAccount: fc.constantFrom(HOME, HOME, AWAY),
    context: fc.record(contextValues, { requiredKeys: [] }) as fc.Arbitrary<Record<string, ContextValue>>,
    isExpanding: fc.boolean(),
  })
  .map(({ isExpanding, ...rest }) => (isExpanding ? { ...rest, expandable: new Set(["k:groups"]) } : rest))
