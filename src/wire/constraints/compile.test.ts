import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, test } from "node:test"
import { compileConstraints } from "./compile.ts"
import { type Constraints, knownOperations } from "./model.ts"

const read = (service: string): Constraints =>
  JSON.parse(readFileSync(new URL(`../../services/${service}/constraints.json`, import.meta.url), "utf8"))

const one = (text: string): string => `1 validation error detected: ${text}`

/** What AWS answered, where `recorded` or `reported`; else what follows from that. */
const CASES: [title: string, service: string, operation: string, input: object, text: string | undefined][] = [
  ["nothing wrong", "dynamodb", "GetItem", { TableName: "t", Key: { a: { S: "x" } } }, undefined],
  [
    "recorded: sts AssumeRole",
    "sts",
    "AssumeRole",
    { RoleArn: "arn:aws:iam::123456789012:role/x", RoleSessionName: "Session1:2" },
    one(
      "Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    ),
  ],
  [
    "recorded: dynamodb ExecuteStatement",
    "dynamodb",
    "ExecuteStatement",
    { Statement: "SELECT", Parameters: [] },
    one("Value '[]' at 'parameters' failed to satisfy constraint: Member must have length greater than or equal to 1"),
  ],
  [
    "verified: an enum in a list of structures",
    "dynamodb",
    "CreateTable",
    {
      TableName: "tab",
      KeySchema: [
        { AttributeName: "a", KeyType: "HASH" },
        { AttributeName: "b", KeyType: "SORT" },
      ],
    },
    one(
      "Value 'SORT' at 'keySchema.2.member.keyType' failed to satisfy constraint: Member must satisfy enum value set: [HASH, RANGE]",
    ),
  ],
  [
    "recorded: dynamodb UpdateKinesisStreamingDestination",
    "dynamodb",
    "UpdateKinesisStreamingDestination",
    {
      TableName: "tab",
      StreamArn: "arn:aws:kinesis:us-east-1:123456789012:stream/a-long-enough-name",
      UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: "SECOND" },
    },
    one(
      "Value 'SECOND' at 'updateKinesisStreamingConfiguration.approximateCreationDateTimePrecision' failed to satisfy constraint: Member must satisfy enum value set: [MILLISECOND, MICROSECOND]",
    ),
  ],
  [
    "reported: both capacities, the one to write first",
    "dynamodb",
    "CreateTable",
    { TableName: "tab", ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 } },
    "2 validation errors detected: Value '0' at 'provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    "reported: a missing member",
    "dynamodb",
    "GetItem",
    { Key: {} },
    one("Value null at 'tableName' failed to satisfy constraint: Member must not be null"),
  ],
  [
    "keys of a map",
    "dynamodb",
    "BatchGetItem",
    { RequestItems: { "": { Keys: [{}] } } },
    one(
      "Value '{={Keys=[{}]}}' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1]",
    ),
  ],
  [
    "reported: the pool's id",
    "cognito-idp",
    "AdminConfirmSignUp",
    { UserPoolId: "YOUR_USER-POOL-ID", Username: "a" },
    one(
      "Value 'YOUR_USER-POOL-ID' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+",
    ),
  ],
  [
    "reported: a sensitive value is left out",
    "cognito-idp",
    "SignUp",
    { ClientId: "c", Username: "a b", Password: "secret" },
    one(
      "Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
    ),
  ],
  [
    "recorded by a client: no group and no name",
    "cognito-idp",
    "AdminAddUserToGroup",
    { UserPoolId: "us-east-1_abc" },
    "2 validation errors detected: Value null at 'groupName' failed to satisfy constraint: Member must not be null; Value at 'username' failed to satisfy constraint: Member must not be null",
  ],
  [
    "reported: an enum in a list, and its order",
    "cognito-idp",
    "UpdateUserPoolClient",
    { UserPoolId: "us-east-1_abc", ClientId: "c", AllowedOAuthFlows: ["code", "token"] },
    one(
      "Value '[code, token]' at 'allowedOAuthFlows' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [implicit, client_credentials, code]]",
    ),
  ],
  [
    "reported by a client: a short code",
    "cognito-idp",
    "ConfirmForgotPassword",
    { ClientId: "c", Username: "a", ConfirmationCode: "", Password: "password" },
    "2 validation errors detected: Value '' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+; Value '' at 'confirmationCode' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    "reported: values of a map",
    "cognito-identity",
    "GetId",
    { IdentityPoolId: "us-east-1:a", Logins: { "cognito-idp.us-east-1.amazonaws.com/us-east-1_XZcnYdUZv": "" } },
    one(
      "Value '{cognito-idp.us-east-1.amazonaws.com/us-east-1_XZcnYdUZv=}' at 'logins' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]",
    ),
  ],
  [
    "reported: a long role name",
    "iam",
    "CreateRole",
    { RoleName: "python-sesdynamodb-contactform-development-eu-central-1-lambdaRole", AssumeRolePolicyDocument: "{}" },
    one(
      "Value 'python-sesdynamodb-contactform-development-eu-central-1-lambdaRole' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64",
    ),
  ],
  [
    "recorded: iam leaves the value out here",
    "iam",
    "UpdateServiceSpecificCredential",
    { ServiceSpecificCredentialId: "totally-wrong-credential-id-with-hyphens", Status: "Active" },
    one(
      "Value at 'serviceSpecificCredentialId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w]+",
    ),
  ],
  [
    "recorded: iam leaves the set out here",
    "iam",
    "UpdateServiceSpecificCredential",
    { ServiceSpecificCredentialId: "ABCDEFGHIJKLMNOPQRST", Status: "Invalid" },
    one("Value at 'status' failed to satisfy constraint: Member must satisfy enum value set"),
  ],
]

describe("AWS's words for what is wrong with an input", () => {
  for (const [title, service, operation, input, text] of CASES) {
    test(title, () => assert.equal(compileConstraints(read(service), operation)(input), text))
  }

  test("no more than ten at once", () => {
    const KeySchema = Array.from({ length: 20 }, () => ({}))
    const text = compileConstraints(read("dynamodb"), "CreateTable")({ TableName: "tab", KeySchema })!
    assert.match(text, /^10 validation errors detected: /)
    assert.equal(text.split("; ").length, 10)
  })

  test("characters are counted, not their units", () => {
    const check = compileConstraints(read("cognito-idp"), "AdminGetUser")
    assert.equal(check({ UserPoolId: "us-east-1_abc", Username: "😀".repeat(128) }), undefined)
    assert.match(check({ UserPoolId: "us-east-1_abc", Username: "😀".repeat(129) })!, /less than or equal to 128/)
  })

  test("a number that is none is out of every bound", () => {
    const check = compileConstraints(read("dynamodb"), "ListTables")
    assert.match(check({ Limit: Number.NaN })!, /^2 validation errors/)
    assert.match(check({ Limit: 101 })!, /Member must have value less than or equal to 100$/)
  })

  test("an operation of which nothing is asked", () => {
    assert.equal(compileConstraints(read("sts"), "GetCallerIdentity")({}), undefined)
    assert.equal(compileConstraints(read("iam"), "NoSuchOperation")({}), undefined)
  })

  test("a value of any length is not repeated without end", () => {
    const text = compileConstraints(read("dynamodb"), "GetItem")({ TableName: "x".repeat(1_000_000), Key: {} })!
    assert.ok(text.length < 20_000)
  })
})

test("the operations that AWS has, with and without input", () => {
  const known = knownOperations(read("iam"))
  assert.ok(known.has("CreateRole"))
  assert.ok(known.has("GetAccountSummary"))
  assert.ok(!known.has("constructor"))
})
