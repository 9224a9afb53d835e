import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { SourceError } from "../source/node.ts"
import { formatJunit } from "./report.ts"
import { runFile } from "./run-file.ts"

const docs = readFileSync(new URL("../../../docs/testing-policies.md", import.meta.url), "utf8")
/** The files that the documentation shows, by their names. */
const files = new Map([...docs.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, name, text]) => [name!, text!]))

const surroundings = {
  clock: { now: () => Date.UTC(2026, 0, 31) },
  readFile(path: string): string {
    const text = files.get(path)
    if (text === undefined) throw Object.assign(new Error(path), { code: "ENOENT" })
    return text
  },
  addServer: () => assert.fail("no server was asked for"),
  template: { account: "123456789012", region: "us-east-1", given: new Map<string, string>() },
}
const run = (text: string) => runFile(text, surroundings)

for (const [name, text] of files)
  if (name.endsWith(".test.yaml"))
    test(`${name} of the documentation passes, and says what it expects`, async () => {
      const checks = await run(text)
      assert.deepEqual(
        checks.filter(({ passed }) => !passed),
        [],
      )
      assert.ok(checks.length >= 3)
      // Each case the other way round fails.
      const turned = text
        .replace(/\bmay not\b/g, "MAY")
        .replace(/\bmay\b/g, "may not")
        .replaceAll("MAY", "may")
        .replace(/, because: \w+|^ +because: \w+$/gm, "")
      const judged = (await run(turned)).filter(({ name }) => / may /.test(name))
      assert.deepEqual(
        judged.filter(({ passed }) => passed),
        [],
      )
    })

/** A world with a bit of everything; `${cases}` is put at its end. */
const WORLD = `
policies:
  all: { Version: "2012-10-17", Statement: { Effect: Allow, Action: "*", Resource: "*" } }
  s3: { Version: "2012-10-17", Statement: { Effect: Allow, Action: "s3:*", Resource: "*" } }
  trust: &trust
    Version: "2012-10-17"
    Statement:
      - { Effect: Allow, Principal: { Federated: cognito-identity.amazonaws.com }, Action: sts:AssumeRoleWithWebIdentity }
roles:
  Member: { trust: trust, policies: all }
  Red: { trust: trust, policies: [all] }
  Blue: { trust: trust, policies: [all] }
  Bounded: { policies: [all], boundary: s3 }
  Untrusting: { trust: { Version: "2012-10-17", Statement: [] }, policies: [all] }
  Elsewhere: { account: "999999999999", trust: { Version: "2012-10-17", Statement: { Effect: Allow, Principal: { AWS: "123456789012" }, Action: sts:AssumeRole } } }
  Open: { trust: { Version: "2012-10-17", Statement: { Effect: Allow, Principal: { AWS: "*" }, Action: sts:AssumeRole } } }
groups:
  admins: [all]
users:
  root-like: { groups: [admins] }
  poor: { policies: [] }
  tagged:
    tags: { team: red }
    policies:
      - Version: "2012-10-17"
        Statement: { Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/\${aws:PrincipalTag/team}/\${aws:username}" }
identity pools:
  Token:
    roles: { authenticated: Member, unauthenticated: Red }
    mapping: { type: Token, otherwise: Deny }
    groups: { red: { role: Red, precedence: 1 }, blue: { role: Blue, precedence: 2 }, plain: , closed: Untrusting, red2: { role: Blue, precedence: 1 } }
  Rules:
    roles: { authenticated: Member }
    mapping:
      type: Rules
      otherwise: AuthenticatedRole
      rules:
        - { claim: "custom:team", match: Equals, value: red, role: Red }
        - { claim: "cognito:groups", match: Contains, value: blu, role: Blue }
  Plain:
    roles: { authenticated: Member }
  Groups:
    roles: { authenticated: GroupFolders }
    groups: { a: , "*": }
    cognito groups: true
resources:
  arn:aws:s3:::open: { policy: { Version: "2012-10-17", Statement: { Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::open/*" } } }
  arn:aws:s3:::theirs: { account: "999999999999" }
  arn:aws:dynamodb:us-east-1:123456789012:table/T: { tags: { team: red } }
  arn:aws:kms:us-east-1:123456789012:key/closed: { policy: { Version: "2012-10-17", Statement: { Effect: Allow, Principal: { AWS: "arn:aws:iam::123456789012:user/poor" }, Action: "kms:*", Resource: "*" } } }
  arn:aws:kms:us-east-1:123456789012:key/open: { policy: { Version: "2012-10-17", Statement: { Effect: Allow, Principal: { AWS: "123456789012" }, Action: "kms:*", Resource: "*" } } }
people:
  rosa: { groups: [red, blue] }
cases:
`.replace(
  "roles:\n",
  'roles:\n  GroupFolders: { trust: trust, policies: [{ Version: "2012-10-17", Statement: { Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/${cognito:groups}/*" } }] }\n',
)

const TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/T"
const OBJECT = "arn:aws:s3:::b/k"

/** Sentences that hold. */
const HOLD: readonly string[] = [
  // Token mappings: precedence, ties, groups without a role, CustomRoleArn, trust.
  "rosa through Token becomes Red",
  "rosa in blue through Token becomes Blue",
  "rosa in plain through Token becomes nobody",
  "rosa in red, red2 through Token becomes nobody",
  "rosa in closed through Token becomes nobody",
  "rosa through Token as Blue becomes Blue",
  "rosa through Token as Member becomes nobody",
  `rosa in plain through Token may not s3:GetObject on ${OBJECT}`,
  // Rules: in their order, then what is otherwise.
  "rosa in x through Rules becomes Member",
  "rosa in blue through Rules becomes Blue",
  "rosa in red through Plain becomes Member",
  // Guests are cut down to what Cognito lets through.
  `guest through Token may dynamodb:GetItem on ${TABLE}`,
  "guest through Token may not iam:GetUser on arn:aws:iam::123456789012:user/a",
  `rosa through Token may iam:GetUser on arn:aws:iam::123456789012:user/a`,
  "guest through Plain becomes nobody",
  // Users, groups, tags, variables.
  `user root-like may dynamodb:PutItem on ${TABLE}`,
  `user poor may not dynamodb:PutItem on ${TABLE}`,
  "user tagged may s3:GetObject on arn:aws:s3:::b/red/tagged",
  "user tagged may not s3:GetObject on arn:aws:s3:::b/red/other",
  "user tagged may s3:GetObject on arn:aws:s3:::b/${aws:PrincipalTag/team}/tagged".replace(
    "${aws:PrincipalTag/team}",
    "red",
  ),
  "user tagged may s3:GetObject on arn:aws:s3:::b/red/${aws:username}",
  // Boundaries.
  `role Bounded may s3:GetObject on ${OBJECT}`,
  `role Bounded may not dynamodb:GetItem on ${TABLE}`,
  // Resource policies, other accounts, no credentials.
  "anyone may s3:GetObject on arn:aws:s3:::open/a",
  `anyone may not s3:GetObject on ${OBJECT}`,
  "user poor may s3:GetObject on arn:aws:s3:::open/a",
  "role Member may not s3:GetObject on arn:aws:s3:::theirs/a",
  // The policies of keys, without which policies of IAM open none.
  "user poor may kms:Decrypt on arn:aws:kms:us-east-1:123456789012:key/closed",
  "user root-like may not kms:Decrypt on arn:aws:kms:us-east-1:123456789012:key/closed",
  "user root-like may kms:Decrypt on arn:aws:kms:us-east-1:123456789012:key/open",
  "user poor may not kms:Decrypt on arn:aws:kms:us-east-1:123456789012:key/open",
  // Roles' trust.
  "user poor may sts:AssumeRole on arn:aws:iam::123456789012:role/Open",
  "user root-like may not sts:AssumeRole on arn:aws:iam::123456789012:role/Bounded",
  "user root-like may sts:AssumeRole on arn:aws:iam::999999999999:role/Elsewhere",
  "user poor may not sts:AssumeRole on arn:aws:iam::999999999999:role/Elsewhere",
  // Hallpass's groups: literal, several, and of this pool alone.
  "rosa in a through Groups may s3:GetObject on arn:aws:s3:::b/a/k",
  "rosa in a through Groups may not s3:GetObject on arn:aws:s3:::b/b/k",
]

for (const sentence of HOLD)
  test(sentence, async () => {
    const [check, ...others] = await run(`${WORLD}  - "${sentence}"`)
    assert.deepEqual(others, [])
    assert.ok(check!.passed, check!.outcome)
    const turned = / may not /.test(sentence)
      ? sentence.replace(" may not ", " may ")
      : sentence.replace(" may ", " may not ")
    if (turned !== sentence) assert.equal((await run(`${WORLD}  - "${turned}"`))[0]!.passed, false)
  })

test("a person in the group * reaches the folder * alone", async () => {
  const sentences = ["'rosa in * through Groups may not s3:GetObject on arn:aws:s3:::b/a/k'"]
  assert.ok((await run(`${WORLD}  - ${sentences[0]}`))[0]!.passed)
})

test("the policy of a template's key is known", async () => {
  const statement = `{ Effect: Allow, Principal: { AWS: !GetAtt App.Arn }, Action: "kms:*", Resource: "*" }`
  files.set(
    "key.yaml",
    `Resources:
  Key: { Type: AWS::KMS::Key, Properties: { KeyPolicy: { Version: "2012-10-17", Statement: ${statement} } } }
  App: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] } } }
  Other:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] }
      Policies: [{ PolicyName: all, PolicyDocument: { Version: "2012-10-17", Statement: { Effect: Allow, Action: "*", Resource: "*" } } }]
`,
  )
  const checks = await run(`template: key.yaml
cases:
  - "role App may kms:Decrypt on \${Key.Arn}"
  - "role Other may not kms:Decrypt on \${Key.Arn}"
`)
  assert.deepEqual(
    checks.map(({ passed, outcome }) => passed || outcome),
    [true, true],
  )
})

const BECAUSE: readonly [because: string, passed: boolean][] = [
  ["session", true],
  ["implicit deny", true],
  ["explicit deny", false],
  ["identity", false],
]

for (const [because, passed] of BECAUSE)
  test(`a refusal by the session policies is ${passed ? "" : "not "}because: ${because}`, async () => {
    const text = `${WORLD}  - { who: guest through Token, may not: "iam:GetUser", on: "arn:aws:iam::123456789012:user/a", because: ${because} }`
    assert.equal((await run(text))[0]!.passed, passed)
  })

test("a case of several actions and resources is a check of each", async () => {
  const checks = await run(
    `${WORLD}  - user poor may s3:GetObject, s3:PutObject on arn:aws:s3:::open/a, arn:aws:s3:::open/b`,
  )
  assert.deepEqual(
    checks.map(({ name, passed }) => [name, passed]),
    [
      ["user poor may s3:GetObject on arn:aws:s3:::open/a", true],
      ["user poor may s3:GetObject on arn:aws:s3:::open/b", true],
      ["user poor may s3:PutObject on arn:aws:s3:::open/a", false],
      ["user poor may s3:PutObject on arn:aws:s3:::open/b", false],
    ],
  )
})

test("the trust policy's refusal is explained by its statement", async () => {
  const [check] = await run(`${WORLD}  - rosa in closed through Token becomes Untrusting`)
  assert.equal(check!.passed, false)
  assert.equal(check!.outcome, "no role: the trust policy of Untrusting does not let the identity in")
  assert.equal(check!.refused?.trust?.because.reason, "no allow")
})

test("JUnit XML counts, and writes what XML cannot hold as a replacement", async () => {
  const checks = await run(
    `${WORLD}  - user poor may s3:GetObject on "arn:aws:s3:::b/<&>\\u0001"`.replace(
      /- (user.*)$/,
      (_, text) => `- ${JSON.stringify(text.replaceAll('"', "").replace("\\u0001", "\u0001"))}`,
    ),
  )
  const xml = formatJunit([{ file: "a.yaml", checks }])
  assert.match(xml, /<testsuites name="hallpass test" tests="1" failures="1" errors="0">/)
  assert.match(xml, /name="user poor may s3:GetObject on arn:aws:s3:::b\/&lt;&amp;&gt;\ufffd"/)
  assert.match(xml, /<failure message="implicit deny: no identity policy allows it">/)
})

const WRONG: readonly [what: string, text: string, message: RegExp, line: number, column: number][] = [
  ["no map", "[]", /^A test file is a list, not a map$/, 1, 1],
  ["no cases", "roles: {}", /^A test file needs the field 'cases'$/, 1, 1],
  ["a field that is not known", "case: []", /no field 'case'; did you mean 'cases'\?$/, 1, 1],
  ["an account that is none", "account: 12\ncases: []", /not 12 digits$/, 1, 1],
  ["a time that is none", "now: soon\ncases: []", /no time like/, 1, 6],
  [
    "a role's field",
    "roles:\n  A: { polices: [] }\ncases: []",
    /^The role A has no field 'polices'; did you mean 'policies'\?$/,
    2,
    8,
  ],
  ["a policy that is not named", "roles:\n  A: { policies: [nope] }\ncases: []", /^There is no policy 'nope'/, 2, 19],
  [
    "a file that is not there",
    "roles:\n  A: { policies: [nope.json] }\ncases: []",
    /^nope\.json cannot be read \(ENOENT\)$/,
    2,
    19,
  ],
  [
    "a policy with an unknown operator",
    'policies:\n  a: { Statement: { Effect: Allow, Action: "*", Resource: "*", Condition: { Same: { a: b } } } }\nroles:\n  A: { policies: [a] }\ncases: []',
    /^The policy a: Statement\[0\]\.Condition\.Same: is no condition operator$/,
    2,
    6,
  ],
  [
    "a managed policy that is not known",
    "roles:\n  A: { policies: ['arn:aws:iam::aws:policy/Nope'] }\ncases: []",
    /no managed policy of AWS/,
    2,
    19,
  ],
  ["a group that is not there", "users:\n  a: { groups: [x] }\ncases: []", /^There is no group 'x'/, 2, 17],
  [
    "a mapping without its rules",
    "identity pools:\n  A:\n    mapping: { type: Rules }\ncases: []",
    /needs the field 'rules'$/,
    3,
    14,
  ],
  [
    "a role of a pool",
    "identity pools:\n  A:\n    roles: { authenticated: Nope }\ncases: []",
    /^There is no role 'Nope'/,
    3,
    29,
  ],
  ["a server that is no flag", "server: yes please\ncases: []", /can only be true/, 1, 9],
  ["a template that is none", "template: policies/read-books.json\ncases: []", /no CloudFormation template/, 1, 1],
  ["a case that expects nothing", "cases:\n  - who: anyone", /expects nothing/, 2, 5],
  ["a pattern as an action", "cases:\n  - anyone may s3:*", /is a pattern; a request is for one action$/, 2, 5],
  [
    "an action that is not there",
    "cases:\n  - anyone may s3:GetObjects on arn:aws:s3:::a/b",
    /did you mean 's3:GetObject'\?$/,
    2,
    5,
  ],
  ["a service that is not there", "cases:\n  - anyone may s33:GetObject", /AWS has no service 's33'$/, 2, 5],
  [
    "a pattern as a resource",
    "cases:\n  - anyone may s3:GetObject on arn:aws:s3:::a/*",
    /is a pattern; a request is about one resource$/,
    2,
    5,
  ],
  [
    "a resource of another type",
    "cases:\n  - anyone may s3:GetObject on arn:aws:s3:::a",
    /^s3:GetObject is about arn:aws:s3:::<BucketName>\/<ObjectName>/,
    2,
    5,
  ],
  [
    "a resource for an action without",
    "cases:\n  - anyone may s3:ListAllMyBuckets on arn:aws:s3:::a",
    /has no resource: leave out 'on'$/,
    2,
    5,
  ],
  ["no resource", "cases:\n  - anyone may s3:GetObject", /say on which$/, 2, 5],
  [
    "a variable of nobody",
    "cases:\n  - 'anyone may s3:GetObject on arn:aws:s3:::a/${aws:username}'",
    /no condition key of the caller/,
    2,
    5,
  ],
  [
    "a person without a pool",
    "cases:\n  - alice may s3:ListAllMyBuckets",
    /^There is no identity pool that people come through/,
    2,
    5,
  ],
]

for (const [what, text, message, line, column] of WRONG)
  test(`${what} is told with its place`, async () => {
    await assert.rejects(run(text), (error) => {
      assert.ok(error instanceof SourceError, String(error))
      assert.match(error.message, message)
      assert.deepEqual(error.at, { line, column })
      return true
    })
  })
