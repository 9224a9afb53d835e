import assert from "node:assert/strict"
import { test } from "node:test"
import { type PolicyKind, type ValidateOptions, validate } from "./index.ts"

/** Beyond the recorded cases: what follows from the rules that they show. */
const check = (kind: PolicyKind, document: unknown, options?: ValidateOptions): string =>
  validate(kind, typeof document === "string" ? document : JSON.stringify(document), options)?.message ?? "ok"

const identity = (statement: object, version = "2012-10-17") => ({
  Version: version,
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...statement }],
})
const trust = (statement: object) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole", ...statement }],
})
const bucket = (statement: object) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::mine/*", ...statement },
  ],
})

const VENDOR = "Resource vendor must be fully qualified and cannot contain regexes."
const IAM_PATH =
  'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.'
const FEDERATED = "Federated principals must be valid domain names or SAML metadata ARNs"

/** Conditions whose values are of their operators' types, and such of which one is not. */
const READABLE = [
  { DateGreaterThan: { "aws:CurrentTime": ["2026-01-01", "2026-01-01T00:00:00Z", "0", 1767225600] } },
  { NumericEquals: { k: ["0", 5, "-1.5"] }, Bool: { k: [true, "False", "${aws:PrincipalTag/x}"] } },
  { IpAddress: { k: ["10.0.0.0/8", "2001:db8::/32", "::1"] }, Null: { k: ["TRUE", false] } },
  { ArnLike: { k: "*" }, BinaryEquals: { k: "?" }, "ForAnyValue:StringLikeIfExists": { k: "" } },
]
const UNREADABLE = [
  { DateGreaterThan: { "aws:CurrentTime": "not-a-date" } },
  { "ForAllValues:DateEqualsIfExists": { k: ["2026-01-01", "2026-13-01"] } },
  { DateLessThan: { k: "${aws:CurrentTime}" } },
  { NumericLessThan: { k: "ten" } },
  { IpAddress: { k: "10.0.0.0/33" } },
  { NotIpAddress: { k: ["10.0.0.0/8", "nowhere"] } },
  { Bool: { k: "yes" } },
  { Null: { k: "maybe" } },
]

for (const [statement, expected] of [
  [{ Resource: "arn:aws:s3*:::b" }, VENDOR],
  [{ Resource: "arn:aws:*" }, VENDOR],
  [{ Resource: "arn:aws" }, VENDOR],
  [{ Resource: "arn:*:s3:::b" }, "ok"],
  [{ Resource: "arn:aws-cn:s3:::b" }, "ok"],
  [{ Resource: "arn:aws:s3" }, "ok"],
  [{ Resource: "arn:b:c" }, 'Partition "b" is not valid for resource "arn:b:c:*:*:*".'],
  [
    { Resource: "arn:aws:iam:us-east-1:1:user/a" },
    "IAM resource arn:aws:iam:us-east-1:1:user/a cannot contain region information.",
  ],
  [{ Resource: "arn:aws:iam::1:users/a" }, IAM_PATH],
  [{ Resource: "arn:aws:iam::1:*" }, "ok"],
  [{ Resource: "arn:aws:iam:::example_bucket" }, IAM_PATH],
  [{ Resource: ["*", "arn:aws:iam::aws:ReadOnlyAccess"] }, IAM_PATH],
  [{ Resource: "arn:aws:iam:::user/a" }, "ok"],
  [{ Resource: "arn:aws:iam::*:role/${aws:username}" }, "ok"],
  [{ Resource: "arn:aws:s3:us-east-1::b" }, "Resource arn:aws:s3:us-east-1::b can not contain region information."],
  [{ Resource: "arn:aws:s3:us-east-1:1:accesspoint/a" }, "ok"],
  [{ Resource: ["*", "x"] }, 'Resource x must be in ARN format or "*".'],
  [{ Resource: 1 }, "Syntax errors in policy."],
  [{ Resource: [1] }, "Syntax errors in policy."],
  [{ Action: "s3:Get:Object" }, "Actions/Condition can contain only one colon."],
  [{ Action: ["s3:*", "s3*:Get"] }, "Vendor s3* is not valid"],
  [{ Action: "*" }, "ok"],
  [{ Action: [] }, "Policy statement must contain actions."],
  [{ Action: "s3:GetObject, s3:PutObject" }, "Actions/Condition can contain only one colon."],
  [
    { Sid: "a b" },
    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
  ],
  [{ Sid: 5 }, "Syntax errors in policy."],
  [{ Effect: "allow" }, "Syntax errors in policy."],
  [{ Comment: "x" }, "Syntax errors in policy."],
  [{ Condition: { StringEquals: { k: 5, l: [true] } } }, "ok"],
  [{ Condition: { StringEquals: { k: { a: 1 } } } }, "Syntax errors in policy."],
  [{ Condition: { stringequals: { k: "v" } } }, "Syntax errors in policy."],
  [{ Condition: { StringEquals: "v" } }, "Syntax errors in policy."],
  [{ Condition: { StringEquals: {} } }, "ok"],
  [{ Condition: { Date: {}, "ForAnyValue:Nothing": {} } }, "ok"],
  [{ Condition: { StringEquals: [] } }, "Syntax errors in policy."],
  ...READABLE.map((Condition) => [{ Condition }, "ok"] as const),
  ...UNREADABLE.map((Condition) => [{ Condition }, "The policy failed legacy parsing"] as const),
] as const)
  test(`an identity policy with ${JSON.stringify(statement)}: ${expected}`, () =>
    assert.equal(check("identity-inline", identity(statement)), expected))

test("the version of a managed policy is the newer one; others may be of any, or none", () => {
  const old = "Policy document must be version 2012-10-17 or greater."
  assert.equal(check("identity-managed", identity({}, "2008-10-17")), old)
  assert.equal(check("identity-managed", { Statement: identity({}).Statement }), old)
  assert.equal(check("identity-managed", identity({})), "ok")
  assert.equal(check("identity-inline", identity({}, "2008-10-17")), "ok")
  assert.equal(check("identity-managed", identity({ Effect: "x" }, "2008-10-17")), "Syntax errors in policy.")
})

for (const [statement, expected] of [
  [
    { Principal: { AWS: "arn:aws:iam::111122223333:user/*" } },
    'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/*"',
  ],
  [{ Principal: { AWS: "alice" } }, 'Invalid principal in policy: "AWS":"alice"'],
  [{ Principal: { AWS: "arn:aws:sts::111122223333:assumed-role/r/s" } }, "ok"],
  [
    { Principal: { AWS: ["111122223333", "arn:aws:iam::111122223333:role/gone"] } },
    'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/gone"',
  ],
  [{ Principal: { Service: "lambda.amazonaws.com" } }, "ok"],
  [{ Principal: { Service: "states.eu-west-1.amazonaws.com" } }, "ok"],
  [{ Principal: { Service: "lambda.example.com" } }, 'Invalid principal in policy: "SERVICE":"lambda.example.com"'],
  [{ Principal: { Federated: "arn:aws:iam::111122223333:saml-provider/p" } }, "ok"],
  [{ Principal: { Federated: "localhost" } }, FEDERATED],
  [{ Action: "sts:*" }, "ok"],
  [{ Action: ["sts:AssumeRole", "iam:GetUser"] }, "AssumeRole policy may only specify STS AssumeRole actions."],
  [{ Action: [] }, "Missing required field Action"],
  [{ Effect: 1 }, "Syntax error in policy."],
  [
    {
      Principal: { Federated: "cognito-identity.amazonaws.com" },
      Condition: { StringLike: { "cognito-identity.amazonaws.com:AUD": "us-east-1:*" } },
    },
    "ok",
  ],
  [{ Effect: "Deny", Principal: { Federated: "cognito-identity.amazonaws.com" } }, "ok"],
  [
    {
      Principal: { Federated: "cognito-identity.amazonaws.com" },
      Condition: { "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" } },
    },
    "ok",
  ],
  [
    {
      Principal: { Federated: "cognito-identity.amazonaws.com" },
      Condition: { StringEquals: { "cognito-identity.amazonaws.com:sub": "us-east-1:x" } },
    },
    "ok",
  ],
  [
    {
      Principal: { Federated: "cognito-identity.amazonaws.com" },
      Condition: { "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "*" } },
    },
    "A condition block must be present for the Cognito provider",
  ],
  ...READABLE.map((Condition) => [{ Condition }, "ok"] as const),
  ...UNREADABLE.map((Condition) => [{ Condition }, "Syntax error in policy."] as const),
  [
    {
      Principal: { Federated: "cognito-identity.amazonaws.com" },
      Condition: { StringNotEquals: { "cognito-identity.amazonaws.com:aud": "x" } },
    },
    "A condition block must be present for the Cognito provider",
  ],
] as const)
  test(`a trust policy with ${JSON.stringify(statement)}: ${expected}`, () =>
    assert.equal(check("trust", trust(statement), { hasPrincipal: (arn) => !arn.endsWith("/gone") }), expected))

const NOT_APPLICABLE = "Action does not apply to any resource(s) in statement"
for (const [statement, expected] of [
  [{}, "ok"],
  [{ Action: "s3:ListBucket" }, NOT_APPLICABLE],
  [{ Action: "s3:ListBucket", Resource: "arn:aws:s3:::mine" }, "ok"],
  [{ Action: "s3:*", Resource: "arn:aws:s3:::mine" }, "ok"],
  [{ Action: ["s3:GetObject", "s3:ListBucket"], Resource: ["arn:aws:s3:::mine", "arn:aws:s3:::mine/*"] }, "ok"],
  [{ Action: ["s3:GetObject", "s3:ListBucket"] }, NOT_APPLICABLE],
  [{ Action: "s3:ListAllMyBuckets" }, NOT_APPLICABLE],
  [{ Action: "S3:getobject" }, "ok"],
  [{ Action: "*" }, "ok"],
  [{ Action: "dynamodb:GetItem" }, "Policy has invalid action"],
  [{ Action: "s3:" }, "Policy has invalid action"],
  [{ Resource: "*" }, "ok"],
  [{ Resource: "arn:aws:s3:::mine*" }, "ok"],
  [{ Resource: "arn:aws:s3:::mine/${aws:username}/*" }, "ok"],
  [{ Resource: "mine/*" }, "Policy has invalid resource"],
  [{ Resource: ["arn:aws:s3:::mine/*", "arn:aws:s3:::minetoo/*"] }, "Policy has invalid resource"],
  [{ Principal: { AWS: "alice" } }, "Invalid principal in policy"],
  [{ Principal: {} }, "Invalid principal in policy"],
  [{ Principal: { CanonicalUser: "a".repeat(64) } }, "ok"],
  [{ Sid: "with spaces" }, "ok"],
  [{ Condition: { StringEqual: { k: "v" } } }, "Invalid Condition type : StringEqual"],
  [{ Condition: { StringEquals: { "any:key": "v" } } }, "ok"],
  [{ Effect: "allow" }, "Invalid effect: allow"],
  [{ Effect: { toString: null } }, 'Invalid effect: {"toString":null}'],
  ...READABLE.map((Condition) => [{ Condition }, "ok"] as const),
  ...UNREADABLE.map((Condition) => [{ Condition }, "Invalid policy syntax."] as const),
] as const)
  test(`a bucket policy with ${JSON.stringify(statement)}: ${expected}`, () =>
    assert.equal(check("s3-bucket", bucket(statement), { bucket: "mine" }), expected))

for (const [document, expected] of [
  ["{", "This policy contains invalid Json"],
  [{ Statement: [] }, "Could not parse the policy: Statement is empty!"],
  [{ Statement: { Effect: "Allow", Action: "kinesis:*", Resource: "*" } }, "Missing required field Principal"],
  [{ Statement: { Effect: "Allow", Principal: "*", Resource: "*" } }, "Missing required field Action"],
  [{ Statement: { Effect: "Allow", Principal: "*", Action: "kinesis:*", Resource: "*" } }, "ok"],
  ...UNREADABLE.map(
    (Condition) =>
      [
        { Version: "2012-10-17", Statement: { Effect: "Deny", Principal: "*", Action: "*", Condition } },
        "Syntax error in policy.",
      ] as const,
  ),
] as const)
  test(`a resource policy ${JSON.stringify(document)}: ${expected}`, () =>
    assert.equal(check("resource", document), expected))
