import assert from "node:assert/strict"
import { test } from "node:test"
import {
  type Applicable,
  compile,
  contextOf,
  decide,
  explain,
  type PolicyDocument,
  PolicySyntaxError,
  type Principal,
  type Request,
} from "./index.ts"

const HOME = "111122223333"
const AWAY = "444455556666"
const user: Principal = { type: "user", arn: `arn:aws:iam::${HOME}:user/alice`, account: HOME, uniqueId: "AIDAALICE" }
const session: Principal = {
  type: "assumed-role",
  arn: `arn:aws:sts::${HOME}:assumed-role/r/s`,
  account: HOME,
  roleArn: `arn:aws:iam::${HOME}:role/path/r`,
  uniqueId: "AROAROLE",
}

const asked = (changes: Partial<Request> = {}): Request => ({
  principal: user,
  action: "s3:GetObject",
  resource: "arn:aws:s3:::b/k",
  resourceAccount: HOME,
  context: contextOf({}),
  ...changes,
})
const policy = (statement: object) =>
  compile({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*", ...statement } })
const allow = policy({})
const silent = policy({ Action: "ec2:*" })

const PRINCIPALS: readonly [string, Principal, object, Partial<Applicable>, boolean][] = [
  ["a user by its id", user, { AWS: "AIDAALICE" }, {}, true],
  ["a user created again", { ...user, uniqueId: "AIDANEW" }, { AWS: "AIDAALICE" }, {}, false],
  ["a session by its role's id", session, { AWS: "AROAROLE" }, {}, true],
  ["a session by its role's id, limited", session, { AWS: "AROAROLE" }, { session: [silent] }, false],
  ["a session by its role's ARN with the path", session, { AWS: session.roleArn }, {}, true],
  ["a session by its role's ARN without the path", session, { AWS: `arn:aws:iam::${HOME}:role/r` }, {}, false],
  ["a session by a pattern", session, { AWS: `arn:aws:iam::${HOME}:role/*` }, {}, false],
  ["a session by another session", session, { AWS: `arn:aws:sts::${HOME}:assumed-role/r/other` }, {}, false],
  ["a session by itself, limited", session, { AWS: session.arn }, { session: [silent], boundary: silent }, true],
  [
    "a service by an ARN",
    { type: "service", arn: "s3.amazonaws.com", account: null },
    { AWS: "s3.amazonaws.com" },
    {},
    false,
  ],
  ["a user as a service", user, { Service: user.arn }, {}, false],
  ["a user as a provider", user, { Federated: user.arn }, {}, false],
]

for (const [name, principal, named, more, expected] of PRINCIPALS)
  test(`a resource policy ${expected ? "grants to" : "does not grant to"} ${name}`, () => {
    const applicable = { identity: [], resource: policy({ Principal: named }), ...more }
    assert.equal(decide(asked({ principal }), applicable).allowed, expected)
  })

const excepting = (...names: string[]): Applicable => ({
  identity: [allow],
  resource: policy({ Effect: "Deny", NotPrincipal: { AWS: names } }),
})
const root = `arn:aws:iam::${HOME}:root`
const EXCEPTIONS: readonly [string, Principal, Applicable, boolean][] = [
  ["a user and its account", user, excepting(user.arn!, root), true],
  ["a user by id and its account's id", user, excepting("AIDAALICE", HOME), true],
  ["a user alone", user, excepting(user.arn!), false],
  ["an account alone", user, excepting(root), false],
  ["a session, its role and its account", session, excepting(session.arn!, session.roleArn!, root), true],
  ["a role and its account", session, excepting(session.roleArn!, root), false],
  ["everyone", user, excepting("*"), true],
  ["a user with a boundary", user, { ...excepting(user.arn!, root), boundary: allow }, false],
]

for (const [name, principal, applicable, expected] of EXCEPTIONS)
  test(`a Deny that excepts ${name} ${expected ? "spares it" : "still denies"}`, () =>
    assert.equal(decide(asked({ principal }), applicable).allowed, expected))

test("Allow with NotPrincipal grants nothing", () => {
  const resource = policy({ NotPrincipal: { AWS: "arn:aws:iam::444455556666:root" } })
  assert.equal(decide(asked(), { identity: [], resource }).allowed, false)
})

test("a statement of a resource policy without Principal is about no one", () =>
  assert.equal(decide(asked(), { identity: [], resource: allow }).allowed, false))

for (const [pattern, caller, ofResource] of [
  ["arn:aws:s3", true, false],
  ["arn:aws:s3*", true, true],
  ["arn:aws:s3:::b", false, false],
  ["arn:aws", true, false],
  ["arn:aws:dynamodb", false, false],
] as const)
  test(`the short ARN ${pattern} is read by the side that it stands on`, () => {
    const identity = [policy({ Resource: pattern })]
    const resource = policy({ Resource: pattern, Principal: "*" })
    assert.equal(decide(asked(), { identity }).allowed, caller)
    assert.equal(decide(asked(), { identity: [], resource }).allowed, ofResource)
  })

test("a request about * is covered by * alone, but for the list of all buckets", () => {
  const buckets = [policy({ Resource: "arn:aws:s3:::*" })]
  assert.equal(decide(asked({ action: "dynamodb:ListTables", resource: "*" }), { identity: buckets }).allowed, false)
  assert.equal(decide(asked({ action: "s3:ListAllMyBuckets", resource: "*" }), { identity: buckets }).allowed, true)
  assert.equal(
    decide(asked({ action: "s3:ListAllMyBuckets", resource: "*" }), {
      identity: [policy({ Resource: undefined, NotResource: "arn:aws:s3:::*" })],
    }).allowed,
    false,
  )
})

test("the list of all buckets is found by its other name in a large policy too", () => {
  const Statement = Array.from({ length: 20 }, (_, i) => ({
    Effect: "Allow",
    Action: "s3:ListAllMyBuckets",
    Resource: i === 7 ? "arn:aws:s3:::*" : `arn:aws:s3:::b${i}`,
  }))
  const identity = [compile({ Version: "2012-10-17", Statement })]
  assert.equal(decide(asked({ action: "s3:ListAllMyBuckets", resource: "*" }), { identity }).allowed, true)
})

test("what decides is named by its place, through all levels of SCPs", () => {
  const { statements } = decide(asked(), { identity: [silent, allow], scp: [[silent, allow], [allow]] })
  assert.deepEqual(
    statements.map(({ policyType, policyIndex, index }) => [policyType, policyIndex, index]),
    [
      ["scp", 1, 0],
      ["scp", 2, 0],
      ["identity", 1, 0],
    ],
  )
})

test("a * in a request is that character", () => {
  const identity = [policy({ Resource: "arn:aws:s3:::b/x" })]
  assert.equal(decide(asked({ resource: "arn:aws:s3:::b/*" }), { identity }).allowed, false)
  assert.equal(decide(asked({ action: "*" }), { identity: [policy({ Action: "s3:GetObject" })] }).allowed, false)
})

for (const [action, denied] of [
  ["sts:GetCallerIdentity", true],
  ["sts:GetSessionToken", true],
  ["STS:getcalleridentity", true],
  ["sts:GetAccessKeyInfo", false],
] as const)
  test(`${action} needs no Allow, and a Deny ${denied ? "does not matter" : "refuses it"}`, () => {
    const silentRequest = asked({ action, resource: "*" })
    assert.equal(decide(silentRequest, { identity: [] }).allowed, true)
    assert.equal(decide(silentRequest, { identity: [policy({ Effect: "Deny" })] }).allowed, denied)
  })

test("actions with commas or spaces match nothing, and as exceptions except nothing", () => {
  assert.equal(decide(asked(), { identity: [policy({ Action: "s3:GetObject,s3:PutObject" })] }).allowed, false)
  assert.equal(decide(asked(), { identity: [policy({ Action: "s3:GetObject " })] }).allowed, false)
  const exception = compile({ Statement: { Effect: "Allow", NotAction: "s3:GetObject ", Resource: "*" } })
  assert.equal(decide(asked(), { identity: [exception] }).allowed, true)
})

test("an empty list is about nothing", () => {
  for (const element of ["Action", "NotAction", "Resource", "NotResource"]) {
    const statement: Record<string, unknown> = { Effect: "Allow", Action: "*", Resource: "*" }
    delete statement[element.replace("Not", "")]
    const written = { Statement: { ...statement, [element]: [] } } as unknown as PolicyDocument
    assert.equal(decide(asked(), { identity: [compile(written)] }).allowed, false, element)
  }
})

test("an empty level of SCPs allows nothing", () =>
  assert.equal(decide(asked(), { identity: [allow], scp: [[allow], []] }).allowed, false))

const AT_ENDPOINT: readonly [string, Partial<Request>, Partial<Applicable>, object[], boolean][] = [
  ["a user whom it names", {}, {}, [{ Principal: { AWS: user.arn } }], true],
  ["a user by the account", {}, {}, [{ Principal: { AWS: HOME } }], true],
  ["another user", {}, {}, [{ Principal: { AWS: `arn:aws:iam::${HOME}:user/bob` } }], false],
  ["a session by its role", { principal: session }, {}, [{ Principal: { AWS: session.roleArn } }], true],
  ["everyone where it names nobody", {}, {}, [{}], true],
  ["what one of several policies allows", {}, {}, [{ Action: "ec2:*" }, { Principal: "*" }], true],
  ["another action", {}, {}, [{ Principal: "*", Action: "s3:PutObject" }], false],
  ["what it allows and denies", {}, {}, [{ Principal: "*" }, { Effect: "Deny", Principal: "*" }], false],
  [
    "what the resource's policy gives by itself",
    {},
    { resource: policy({ Principal: "*" }) },
    [{ Action: "ec2:*" }],
    false,
  ],
  [
    "the root user",
    { principal: { type: "root", arn: `arn:aws:iam::${HOME}:root`, account: HOME } },
    {},
    [{ Principal: "*", Action: "ec2:*" }],
    false,
  ],
  [
    "the anonymous",
    { principal: { type: "anonymous", arn: null, account: null } },
    { resource: policy({ Principal: "*" }) },
    [{ Principal: "*", Resource: "arn:aws:s3:::b/*" }],
    true,
  ],
  [
    "a service-linked role",
    { principal: { ...session, roleArn: `arn:aws:iam::${HOME}:role/aws-service-role/x/r` } },
    {},
    [{ Principal: "*", Action: "ec2:*" }],
    false,
  ],
]

for (const [whom, changes, more, statements, expected] of AT_ENDPOINT)
  test(`the policy of a VPC endpoint ${expected ? "lets" : "does not let"} through ${whom}`, () => {
    const applicable = { identity: [allow], ...more, vpce: statements.map(policy) }
    assert.equal(decide(asked(changes), applicable).allowed, expected)
    assert.equal(decide(asked(changes), { ...applicable, vpce: undefined }).allowed, true)
  })

test("the root of another account needs the resource's policy, and its SCPs, and nothing else", () => {
  const principal: Principal = { type: "root", arn: `arn:aws:iam::${AWAY}:root`, account: AWAY }
  const resource = policy({ Principal: { AWS: AWAY } })
  assert.equal(decide(asked({ principal }), { identity: [] }).allowed, false)
  assert.equal(decide(asked({ principal }), { identity: [], resource }).allowed, true)
  assert.equal(decide(asked({ principal }), { identity: [], resource, scp: [[silent]] }).allowed, false)
})

test("groups of a user pool stand for their folders, where the request says so", () => {
  const identity = [policy({ Resource: "arn:aws:s3:::b/${cognito:groups}/*" })]
  const context = contextOf({ "cognito:groups": ["red", "*"] })
  const expandable = new Set(["cognito:groups"])
  const isAllowed = (key: string, changes: Partial<Request> = { expandable }) =>
    decide(asked({ principal: session, resource: `arn:aws:s3:::b/${key}`, context, ...changes }), { identity }).allowed
  assert.ok(isAllowed("red/x"))
  assert.ok(isAllowed("*/x"))
  assert.ok(!isAllowed("blue/x"))
  assert.ok(!isAllowed("red"))
  assert.ok(!isAllowed("red/x", {}), "as on AWS where it is not asked for")
  assert.ok(!isAllowed("red/x", { expandable, context: contextOf({}) }))
})

test("groups in a condition", () => {
  const condition = { StringEquals: { "s3:ExistingObjectTag/team": "${cognito:groups}" } }
  const identity = [policy({ Condition: condition })]
  const expandable = new Set(["cognito:groups"])
  const isAllowed = (team: string) =>
    decide(
      asked({
        expandable,
        context: contextOf({ "cognito:groups": ["red", "blue"], "s3:ExistingObjectTag/team": team }),
      }),
      { identity },
    ).allowed
  assert.deepEqual([isAllowed("red"), isAllowed("blue"), isAllowed("green")], [true, true, false])
})

test("an explanation gives the pattern after substitution and the value that it met", () => {
  const identity = [
    compile(
      {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "Own",
            Effect: "Allow",
            Action: "s3:Put*",
            Resource: "arn:aws:s3:::b/${aws:username}/*",
            Condition: { StringLike: { "s3:prefix": "${aws:username}/*" }, Bool: { "aws:SecureTransport": "true" } },
          },
        ],
      },
      { name: "inline" },
    ),
  ]
  const context = contextOf({ "aws:username": "alice", "aws:SecureTransport": "false" })
  const { decision, policies } = explain(asked({ context }), { identity })
  assert.equal(decision, "implicit_deny")
  assert.deepEqual(policies, [
    {
      policyType: "identity",
      policyIndex: 0,
      policyArn: undefined,
      policyName: "inline",
      statements: [
        {
          index: 0,
          sid: "Own",
          effect: "Allow",
          applies: false,
          mismatches: [
            { element: "Action", patterns: ["s3:Put*"], value: "s3:GetObject" },
            {
              element: "Resource",
              patterns: [{ written: "arn:aws:s3:::b/${aws:username}/*", substituted: ["arn:aws:s3:::b/alice/*"] }],
              value: "arn:aws:s3:::b/k",
            },
            {
              element: "Condition",
              operator: "StringLike",
              key: "s3:prefix",
              patterns: [{ written: "${aws:username}/*", substituted: ["alice/*"] }],
              value: null,
            },
            {
              element: "Condition",
              operator: "Bool",
              key: "aws:SecureTransport",
              patterns: [{ written: "true", substituted: ["true"] }],
              value: "false",
            },
          ],
        },
      ],
    },
  ])
})

test("statements are found among many, by wildcards and by whole ARNs", () => {
  for (const Action of ["s3:GetObject", "s3:Get*", "*"]) {
    const many = compile({
      Version: "2012-10-17",
      Statement: Array.from({ length: 200 }, (_, i) => ({
        Effect: "Allow",
        Action,
        Resource: [`arn:aws:s3:::b/${i}`, `arn:aws:s3:::c${i}/*`],
      })),
    })
    for (const [resource, expected] of [
      ["arn:aws:s3:::b/199", true],
      ["arn:aws:s3:::b/0", true],
      ["arn:aws:s3:::b/200", false],
      ["arn:aws:s3:::c77/x", true],
      ["arn:aws:s3:::c777/x", false],
      ["arn:aws:s3:::c77", false],
    ] as const)
      assert.equal(decide(asked({ resource }), { identity: [many] }).allowed, expected, `${Action} ${resource}`)
  }
})

for (const [name, document] of [
  ["text that is not JSON", "{"],
  ["no object", "[]"],
  ["an unknown version", '{"Version":"2013-10-17","Statement":[]}'],
  ["no statement", "{}"],
  ["an effect in lower case", '{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}'],
  ["an unknown element", '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Conditon":{}}}'],
  ["an element beside its opposite", '{"Statement":{"Effect":"Deny","Action":"*","NotAction":"*","Resource":"*"}}'],
  ["an unknown operator", '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"X":{"k":"v"}}}}'],
  ["an Action that is a number", '{"Statement":{"Effect":"Deny","Action":1,"Resource":"*"}}'],
  ["an unknown kind of principal", '{"Statement":{"Effect":"Deny","Action":"*","Principal":{"User":"x"}}}'],
] as const)
  test(`compile refuses ${name}`, () => assert.throws(() => compile(document), PolicySyntaxError))
