import assert from "node:assert/strict"
import { test } from "node:test"
import { type Finding, lint } from "./lint.ts"
import type { LintKind } from "./policy.ts"
import { RULES } from "./rules.ts"

interface Case {
  id: string
  /** A document in which the rule finds something. */
  bad: string
  /** What stands at the place of the finding. */
  at: string
  message: RegExp
  fix?: RegExp
  /** Documents like it in which it finds nothing. */
  good: string[]
  kind?: LintKind
  guest?: boolean
}

const document = (...statements: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements.length === 1 ? statements[0] : statements })
const allow = (Action: unknown, Resource: unknown = "*", Condition?: object): string =>
  document({ Effect: "Allow", Action, Resource, ...(Condition && { Condition }) })
const when = (Condition: object, Action: unknown = "s3:ListBucket"): string =>
  allow(Action, "arn:aws:s3:::books", Condition)

const POOL = "us-east-1:12345678-1234-1234-1234-123456789012"
const aud = (value: string) => ({ StringEquals: { "cognito-identity.amazonaws.com:aud": value } })
const amr = (value: string) => ({ "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": value } })
const trust = (Condition?: object, Federated = "cognito-identity.amazonaws.com"): string =>
  document({
    Effect: "Allow",
    Principal: { Federated },
    Action: "sts:AssumeRoleWithWebIdentity",
    ...(Condition && { Condition }),
  })
const bucket = (Principal: unknown, Condition?: object): string =>
  document({
    Effect: "Allow",
    Principal,
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::books/*",
    ...(Condition && { Condition }),
  })

const CASES: readonly Case[] = [
  {
    id: "HP003",
    bad: '{\n "Version": "2012-10-17",\n "Statement": [\n  {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},\n  {"Effect": "Allow", "Action": "s3:*", "Resource": "books"}]}',
    at: '"books"',
    message: /^AWS refuses this policy: "Resource books must be in ARN format or "\*"\."$/,
    good: [allow("s3:*", "arn:aws:s3:::books")],
  },
  {
    id: "HP003",
    bad: '{\n "Version": "2012-10-17",\n "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*",\n  "Condition": {"StringSame": {"a": "b"}}}}',
    at: '"StringSame"',
    message: /^AWS refuses this policy: "Syntax errors in policy\."$/,
    fix: /Statement\[0\]\.Condition\.StringSame: is no condition operator/,
    good: [when({ StringEquals: { "s3:prefix": "b" } })],
  },
  {
    id: "HP003",
    kind: "bucket",
    bad: bucket({ AWS: "arn:aws:iam::1:role/x" }),
    at: '"Principal"',
    message: /^AWS refuses this bucket policy: "Invalid principal in policy"$/,
    good: [bucket({ AWS: "arn:aws:iam::111122223333:role/x" })],
  },
  {
    id: "HP101",
    bad: allow("dynamodbb:GetItem"),
    at: '"dynamodbb:GetItem"',
    message: /^AWS has no service "dynamodbb"/,
    fix: /^Write dynamodb: /,
    good: [allow("dynamodb:GetItem"), allow("DynamoDB:GetItem"), allow("*:Get*")],
  },
  {
    id: "HP102",
    bad: allow("s3:ListObjectsV2"),
    at: '"s3:ListObjectsV2"',
    message: /^s3 has no action called ListObjectsV2 \(as of \d{4}-\d\d-\d\d\)/,
    fix: /^Write s3:ListBucket /,
    good: [allow("s3:ListBucket"), allow("S3:listbucket"), allow("s3:List*")],
  },
  {
    id: "HP102",
    bad: document({ Effect: "Deny", NotAction: "s3:Gett*", Resource: "*" }),
    at: '"s3:Gett*"',
    message: /^s3 has no action that matches Gett\*/,
    good: [document({ Effect: "Deny", NotAction: "s3:Get*", Resource: "*" })],
  },
  {
    id: "HP103",
    bad: allow(["s3:ListBucket", "s3:GetObject"], "arn:aws:s3:::books"),
    at: '"s3:GetObject"',
    message: /^s3:GetObject is about /,
    fix: /^Add arn:aws:s3:::books\/\* to Resource\.$/,
    good: [
      allow(["s3:ListBucket", "s3:GetObject"], ["arn:aws:s3:::books", "arn:aws:s3:::books/*"]),
      allow(["s3:ListBucket", "s3:GetObject"], "arn:aws:s3:::books*"),
      allow(["s3:ListBucket", "s3:GetObject"], "*"),
      allow("s3:*", "arn:aws:s3:::books"),
      allow("s3:GetObject", "arn:aws:s3:::books/${aws:username}"),
      allow("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:111122223333:function:f:live"),
    ],
  },
  {
    id: "HP103",
    bad: allow("dynamodb:ListTables", "arn:aws:dynamodb:*:*:table/Books"),
    at: '"dynamodb:ListTables"',
    message: /^dynamodb:ListTables has no resource type, so it is about "\*" alone/,
    fix: /statement of its own with "Resource": "\*"/,
    good: [allow("dynamodb:ListTables", "*"), allow("s3:ListAllMyBuckets", "arn:aws:s3:::*")],
  },
  {
    id: "HP104",
    bad: allow("dynamodb:GetItem", ["arn:aws:dynamodb:*:*:table/Books", "arn:aws:dynamodb:*:*:table/Books/index/*"]),
    at: '"arn:aws:dynamodb:*:*:table/Books/index/*"',
    message: /^No action of the statement is about arn:aws:dynamodb:\*:\*:table\/Books\/index\/\*\.$/,
    good: [
      allow(
        ["dynamodb:GetItem", "dynamodb:Query"],
        ["arn:aws:dynamodb:*:*:table/B", "arn:aws:dynamodb:*:*:table/B/index/*"],
      ),
      // None is about it: that is HP103's to say.
      allow("dynamodb:GetItem", "arn:aws:s3:::books"),
    ],
  },
  {
    id: "HP105",
    bad: when({ StringEquals: { "s3:prefx": "a" } }),
    at: '"s3:prefx"',
    message: /^No request has the condition key s3:prefx/,
    fix: /^Write s3:prefix /,
    good: [
      when({ StringEquals: { "S3:Prefix": "a" } }),
      when({ StringEquals: { "aws:PrincipalTag/anything": "a" } }),
      when({ StringEquals: { "s3:ExistingObjectTag/anything": "a" } }, "s3:GetObject"),
      when({ StringEquals: { "login.example.com/path:sub": "a" } }),
      when({ "ForAnyValue:StringEquals": { "cognito:groups": "a" } }),
    ],
  },
  {
    id: "HP106",
    bad: when({ StringEquals: { "s3:prefix": "a" } }, ["s3:ListBucket", "s3:GetObject"]),
    at: '"s3:prefix"',
    message: /^Requests for s3:GetObject never have s3:prefix, so the statement never applies to it\.$/,
    good: [
      when({ StringEquals: { "s3:prefix": "a" } }, "s3:ListBucket"),
      when({ StringEquals: { "s3:prefix": "a" } }, "s3:*"),
      when({ StringNotEquals: { "s3:prefix": "a" } }, "s3:GetObject"),
      when({ StringEqualsIfExists: { "s3:prefix": "a" } }, "s3:GetObject"),
      when({ Null: { "s3:prefix": "true" } }, "s3:GetObject"),
      when({ StringEquals: { "cognito-identity.amazonaws.com:sub": "a" } }, "s3:GetObject"),
    ],
  },
  {
    id: "HP107",
    bad: when({ StringEquals: { "aws:SourceIp": "192.0.2.1" } }),
    at: '"aws:SourceIp"',
    message: /^aws:SourceIp is of the type IPAddress, which StringEquals does not compare as such\.$/,
    fix: /^Use IpAddress\.$/,
    good: [
      when({ IpAddress: { "aws:SourceIp": "192.0.2.1" } }),
      when({ NotIpAddress: { "aws:SourceIp": "192.0.2.1" } }),
      when({ StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/a" } }),
      when({ NumericLessThan: { "aws:PrincipalTag/level": "3" } }),
      when({ NumericLessThan: { "aws:EpochTime": "3" } }),
      when({ Null: { "aws:SourceIp": "true" } }),
    ],
  },
  {
    id: "HP108",
    bad: allow("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/B", { StringEquals: { "dynamodb:LeadingKeys": "a" } }),
    at: '"dynamodb:LeadingKeys"',
    message: /^dynamodb:LeadingKeys has several values, and StringEquals alone does not match a list\.$/,
    fix: /ForAnyValue:StringEquals/,
    good: [
      allow("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/B", {
        "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "a" },
      }),
      allow("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/B", { Null: { "dynamodb:LeadingKeys": "false" } }),
      when({ StringEquals: { "s3:prefix": "a" } }),
    ],
  },
  {
    id: "HP108",
    kind: "trust",
    bad: trust({ StringEquals: { ...aud(POOL).StringEquals, "cognito-identity.amazonaws.com:amr": "authenticated" } }),
    at: '"cognito-identity.amazonaws.com:amr"',
    message: /^cognito-identity\.amazonaws\.com:amr has several values/,
    good: [trust({ ...aud(POOL), ...amr("authenticated") })],
  },
  {
    id: "HP109",
    bad: when({ "ForAllValues:StringEquals": { "s3:prefix": "a" } }),
    at: '"s3:prefix"',
    message: /^s3:prefix has one value, so ForAllValues adds nothing but that it holds where the key is absent\.$/,
    fix: /^Write StringEquals\.$/,
    good: [when({ StringEquals: { "s3:prefix": "a" } }), when({ "ForAnyValue:StringEquals": { "aws:TagKeys": "a" } })],
  },
  {
    id: "HP110",
    bad: when({ NumericLessThan: { "s3:max-keys": "ten" } }),
    at: '"ten"',
    message: /^"ten" is no value that NumericLessThan can compare with, so it never matches\.$/,
    fix: /a decimal number/,
    good: [when({ NumericLessThan: { "s3:max-keys": 10 } }), when({ NumericLessThan: { "s3:max-keys": "10" } })],
  },
  {
    id: "HP110",
    bad: document({
      Effect: "Deny",
      Action: "s3:*",
      Resource: "*",
      Condition: { Bool: { "aws:SecureTransport": "no" } },
    }),
    at: '"no"',
    message: /^"no" is no value that Bool can compare with, so the Deny applies whatever the key holds\.$/,
    good: [],
  },
  ...(
    [
      ["IpAddress", "aws:SourceIp", "10.0.0.0/33", "10.0.0.0/32"],
      ["DateLessThan", "aws:CurrentTime", "tomorrow", "2026-01-31T00:00:00Z"],
      ["Bool", "aws:SecureTransport", "yes", "True"],
      ["ArnLike", "aws:PrincipalArn", "role/a", "arn:aws:iam::*:role/${aws:PrincipalTag/a}"],
      ["Null", "aws:SourceIp", "1", "false"],
    ] as const
  ).map(
    ([operator, key, bad, good]): Case => ({
      id: "HP110",
      bad: when({ [operator]: { [key]: bad } }),
      at: JSON.stringify(bad),
      message: /is no value that/,
      good: [when({ [operator]: { [key]: good } })],
    }),
  ),
  {
    id: "HP111",
    bad: when({ StringEquals: { "s3:prefix": "home/*" } }),
    at: '"home/*"',
    message: /^StringEquals takes the \* in "home\/\*" for that character\.$/,
    fix: /^Use StringLike /,
    good: [
      when({ StringLike: { "s3:prefix": "home/*" } }),
      when({ StringEquals: { "s3:prefix": "home/${*}" } }),
      when({ ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::*:role/a" } }),
    ],
  },
  {
    id: "HP112",
    bad: allow("s3:GetObject", "arn:aws:s3:::books/${aws:usernme}/*"),
    at: '"arn:aws:s3:::books/${aws:usernme}/*"',
    message:
      /^Requests for these actions have no aws:usernme, so "arn:aws:s3:::books\/\$\{aws:usernme\}\/\*" matches nothing\.$/,
    good: [
      allow("s3:GetObject", "arn:aws:s3:::books/${aws:username}/*"),
      allow("s3:GetObject", "arn:aws:s3:::books/${aws:usernme, 'none'}/*"),
      allow("s3:GetObject", "arn:aws:s3:::books/${cognito-identity.amazonaws.com:sub}/*"),
      allow("s3:GetObject", "arn:aws:s3:::books/${*}/*"),
      allow("s3:GetObject", "arn:aws:s3:::books/${cognito:groups}/*"),
    ],
  },
  {
    id: "HP112",
    bad: allow("s3:GetObject", "arn:aws:s3:::books/${s3:prefix}/*"),
    at: '"arn:aws:s3:::books/${s3:prefix}/*"',
    message: /have no s3:prefix/,
    good: [allow("s3:ListBucket", "arn:aws:s3:::${s3:prefix}")],
  },
  {
    id: "HP113",
    bad: allow("s3:GetObject", "arn:aws:s3:::books/${aws:TagKeys}/*"),
    at: '"arn:aws:s3:::books/${aws:TagKeys}/*"',
    message: /^aws:tagkeys has several values, and such a key cannot be a variable/,
    good: [allow("s3:GetObject", "arn:aws:s3:::books/${aws:PrincipalTag/team}/*")],
  },
  {
    id: "HP114",
    bad: JSON.stringify({
      Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/${aws:username}" },
    }),
    at: '"arn:aws:s3:::b/${aws:username}"',
    message: /is taken as it stands: only documents of version 2012-10-17 have variables\.$/,
    fix: /2012-10-17/,
    good: [allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}"), allow("s3:GetObject", "arn:aws:s3:::b/$")],
  },
  {
    id: "HP114",
    bad: allow("s3:GetObject", "arn:aws:s3:::b/${aws:username"),
    at: '"arn:aws:s3:::b/${aws:username"',
    message: /: the brace is not closed\.$/,
    good: [allow("s3:GetObject", "arn:aws:s3:::b/${$}{")],
  },
  {
    id: "HP114",
    bad: when({ NumericLessThan: { "s3:max-keys": "${aws:EpochTime}" } }),
    at: '"${aws:EpochTime}"',
    message: /: variables stand in the last part of an ARN, and in values of String and Arn operators\.$/,
    good: [when({ StringLike: { "s3:prefix": "${aws:userid}" } })],
  },
  {
    id: "HP115",
    bad: document(
      { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" },
      { Sid: "NoS3", Effect: "Deny", Action: "S3:*", Resource: "*" },
    ),
    at: '{"Effect":"Allow","Action":"s3:GetObject"',
    message: /^Statement "NoS3" denies all that this statement allows\.$/,
    good: [
      document(
        { Effect: "Allow", Action: ["s3:GetObject", "sqs:*"], Resource: "*" },
        { Effect: "Deny", Action: "s3:*", Resource: "*" },
      ),
      document(
        { Effect: "Allow", Action: "s3:*", Resource: "*" },
        { Effect: "Deny", Action: "s3:*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      ),
      document(
        { Effect: "Allow", Action: "s3:*", Resource: "*" },
        { Effect: "Deny", Action: "s3:Get?", Resource: "*" },
      ),
      document(
        { Effect: "Allow", Action: "s3:*", Resource: "*" },
        { Effect: "Deny", NotAction: "iam:*", Resource: "*" },
      ),
    ],
  },
  {
    id: "HP116",
    bad: document(
      { Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::b/*" },
      { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/a/*" },
    ),
    at: '{"Effect":"Allow","Action":"s3:GetObject"',
    message: /^Statement 1 \(line 1\) says all of this already\.$/,
    good: [
      document(
        { Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::b/*" },
        { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::c/a/*" },
      ),
      document(
        { Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::b/?" },
        { Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::b/a*" },
      ),
    ],
  },
  {
    id: "HP116",
    // Of two that are the same, the later one.
    bad: document({ Effect: "Deny", Action: "s3:*", Resource: "*" }, { Effect: "Deny", Action: "s3:*", Resource: "*" }),
    at: '{"Effect":"Deny","Action":"s3:*","Resource":"*"}]',
    message: /^Statement 1 /,
    good: [document({ Effect: "Deny", Action: "s3:*", Resource: "*" })],
  },
  {
    id: "HP201",
    bad: allow("*"),
    at: '"*","Resource"',
    message: /^The statement allows every action on every resource/,
    good: [
      allow("*", "*", { Bool: { "aws:MultiFactorAuthPresent": "true" } }),
      allow("*", "arn:aws:s3:::b"),
      document({ Effect: "Deny", Action: "*", Resource: "*" }),
    ],
  },
  {
    id: "HP202",
    bad: allow("s3:*"),
    at: '"s3:*"',
    message: /^s3:\* on every resource takes in s3:\w+, .* more, which give permissions away\.$/,
    good: [allow("s3:Get*"), allow("s3:*", "arn:aws:s3:::b"), allow("*")],
  },
  {
    id: "HP203",
    bad: allow(["iam:PassRole"], ["arn:aws:iam::111122223333:role/*"]),
    at: '"iam:PassRole"',
    message: /^iam:PassRole on arn:aws:iam::111122223333:role\/\* hands any role/,
    good: [
      allow("iam:PassRole", "arn:aws:iam::111122223333:role/app-*"),
      document({ Effect: "Deny", Action: "iam:PassRole", Resource: "*" }),
      allow("iam:GetRole"),
    ],
  },
  {
    id: "HP204",
    bad: allow("iam:PutUserPolicy"),
    at: '"iam:PutUserPolicy"',
    message: /^iam:PutUserPolicy on every resource lets the caller take permissions/,
    good: [allow("iam:PutUserPolicy", "arn:aws:iam::111122223333:user/a"), allow("iam:GetUserPolicy")],
  },
  {
    id: "HP205",
    bad: document({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }),
    at: '"iam:*"',
    message: /^Allow with NotAction allows every other action/,
    good: [document({ Effect: "Deny", NotAction: "iam:*", Resource: "*" })],
  },
  {
    id: "HP206",
    bad: document({ Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::b/*" }),
    at: '"arn:aws:s3:::b/*"',
    message: /^Allow with NotResource allows the actions on every other resource/,
    good: [document({ Effect: "Deny", Action: "s3:GetObject", NotResource: "arn:aws:s3:::b/*" })],
  },
  {
    id: "HP207",
    bad: bucket({ AWS: "*" }),
    at: '"*"},"Action"',
    message: /^The statement allows this to everyone, without credentials too\.$/,
    good: [
      bucket({ AWS: "111122223333" }),
      bucket("*", { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }),
      allow("s3:GetObject"),
    ],
  },
  {
    id: "HP208",
    bad: allow("ec2:CreateTags", "*", { "ForAllValues:StringEquals": { "aws:TagKeys": "team" } }),
    at: '"aws:TagKeys"',
    message: /^ForAllValues:StringEquals holds for a request without aws:TagKeys, and the statement allows it then\.$/,
    fix: /"Null": \{"aws:TagKeys": "false"\}/,
    good: [
      allow("ec2:CreateTags", "*", {
        "ForAllValues:StringEquals": { "aws:TagKeys": "team" },
        Null: { "aws:TagKeys": "false" },
      }),
      allow("ec2:CreateTags", "*", { "ForAnyValue:StringEquals": { "aws:TagKeys": "team" } }),
      document({
        Effect: "Deny",
        Action: "ec2:CreateTags",
        Resource: "*",
        Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": "team" } },
      }),
    ],
  },
  {
    id: "HP301",
    bad: trust(),
    at: '{"Effect":"Allow"',
    message: /^The role trusts cognito-identity\.amazonaws\.com without asking for its aud/,
    good: [trust({ ...aud(POOL), ...amr("authenticated") }), trust(undefined, "graph.facebook.com")],
  },
  {
    id: "HP302",
    bad: trust(aud(POOL)),
    at: '{"Effect":"Allow"',
    message: /^The role trusts guests and members of the pool alike/,
    good: [
      trust({ ...aud(POOL), ...amr("unauthenticated") }),
      trust({ StringEquals: { ...aud(POOL).StringEquals, "cognito-identity.amazonaws.com:sub": POOL } }),
      trust({ StringEquals: { "graph.facebook.com:app_id": "1" } }, "graph.facebook.com"),
    ],
  },
  {
    id: "HP303",
    guest: true,
    bad: allow("iam:ListRoles"),
    at: '"iam:ListRoles"',
    message: /^Guests never get iam:ListRoles: /,
    good: [
      allow("s3:GetObject"),
      allow("rum:PutRumEvents"),
      document({ Effect: "Deny", Action: "iam:*", Resource: "*" }),
    ],
  },
  {
    id: "HP303",
    guest: true,
    bad: allow("sagemaker:Invoke*"),
    at: '"sagemaker:Invoke*"',
    message: /^Of sagemaker:Invoke\*, guests never get /,
    good: [allow("sagemaker:InvokeEndpoint")],
  },
  {
    id: "HP304",
    bad: allow("s3:GetObject", "arn:aws:s3:::b/${cognito:groups}/*"),
    at: '"arn:aws:s3:::b/${cognito:groups}/*"',
    message: /^AWS will not do this: /,
    fix: /hallpass export --aws/,
    good: [
      allow("s3:GetObject", "arn:aws:s3:::b/${aws:PrincipalTag/groups}/*"),
      allow("s3:GetObject", "arn:aws:s3:::b/cognito:groups"),
    ],
  },
  {
    id: "HP304",
    bad: when({ "ForAnyValue:StringEquals": { "Cognito:Groups": "a" } }),
    at: '"Cognito:Groups"',
    message: /^AWS will not do this: /,
    good: [when({ "ForAnyValue:StringEquals": { "aws:TagKeys": "a" } })],
  },
  {
    id: "HP305",
    bad: trust({ ...aud("us-east-1_AbCdEfGhI"), ...amr("authenticated") }),
    at: '"us-east-1_AbCdEfGhI"',
    message: /^"us-east-1_AbCdEfGhI" is not the id of an identity pool but of a user pool, so nobody gets in\.$/,
    good: [
      trust({ ...aud(POOL), ...amr("authenticated") }),
      trust({ StringLike: { "cognito-identity.amazonaws.com:aud": "us-east-1:*" } }),
    ],
  },
  {
    id: "HP306",
    bad: trust({ ...aud(POOL), ...amr("authorized") }),
    at: '"authorized"',
    message: /^No identity has the amr "authorized"\.$/,
    good: [
      trust({ ...aud(POOL), ...amr("unauthenticated") }),
      trust({ ...aud(POOL), ...amr("graph.facebook.com") }),
      trust({ ...aud(POOL), ...amr("*") }),
    ],
  },
]

const template = { account: "111122223333", region: "us-east-1", given: new Map<string, string>() }
const findingsOf = (text: string, { kind, guest }: Case): Finding[] =>
  lint("policy.json", text, { template, kind, forGuests: guest })

for (const one of CASES) {
  test(`${one.id} is found: ${one.message.source.slice(0, 60)}`, () => {
    const found = findingsOf(one.bad, one).filter(({ id }) => id === one.id)
    assert.equal(found.length, 1)
    const { line, column } = found[0]!
    const there = one.bad.split("\n")[line - 1]!.slice(column - 1)
    assert.ok(there.startsWith(one.at), there)
    assert.match(found[0]!.message, one.message)
    assert.match(found[0]!.fix, one.fix ?? /^[A-Z].*\.$/)
    assert.equal(found[0]!.severity, RULES.find(({ id }) => id === one.id)!.severity)
  })
  for (const text of one.good)
    test(`${one.id} is not found in ${text.slice(0, 150)}`, () =>
      assert.deepEqual(
        findingsOf(text, one).filter(({ id }) => id === one.id),
        [],
      ))
}

test("every rule has a case, and an id of its own", () => {
  const ids = RULES.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual([...new Set(CASES.map(({ id }) => id))].sort(), ids.sort())
})
