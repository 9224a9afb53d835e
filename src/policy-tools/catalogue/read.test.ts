import assert from "node:assert/strict"
import { test } from "node:test"
import { findKey } from "./keys.ts"
import { actionsMatching, catalogueDate, findService, servicePrefixes } from "./read.ts"

test("the catalogue is of a day, and knows the services that Hallpass answers for", () => {
  assert.match(catalogueDate(), /^20\d\d-\d\d-\d\d$/)
  for (const prefix of ["s3", "dynamodb", "iam", "sts", "cognito-idp", "cognito-identity", "lambda", "kinesis"])
    assert.ok(findService(prefix), prefix)
  assert.equal(findService("__proto__"), undefined)
  assert.equal(findService("S3"), undefined)
  assert.ok(servicePrefixes().length > 400)
})

const ACTIONS: readonly [pattern: string, some: string[], not: string[]][] = [
  ["s3:getobject", ["GetObject"], ["GetObjectAcl"]],
  ["s3:GetObject*", ["GetObject", "GetObjectAcl"], ["PutObject"]],
  ["s3:?etObject", ["GetObject"], ["GetObjectAcl"]],
  ["*:GetObject", ["GetObject"], ["GetItem"]],
  ["*", ["GetObject", "GetItem"], []],
  ["s3", [], ["GetObject"]],
  ["s3:constructor", [], ["constructor"]],
]

for (const [pattern, some, not] of ACTIONS)
  test(`${pattern} covers ${some.join(", ") || "nothing"}`, () => {
    const names = new Set(actionsMatching(pattern).map(({ name }) => name))
    for (const name of some) assert.ok(names.has(name), name)
    for (const name of not) assert.ok(!names.has(name), name)
  })

test("an action knows its level, the ARNs it is about and its keys", () => {
  const [action] = actionsMatching("s3:PutObjectAcl")
  assert.equal(action?.level, "permissions management")
  assert.ok(action.formats.includes("arn:${Partition}:s3:::${BucketName}/${ObjectName}"))
  assert.ok(action.keys.some(({ name }) => name === "s3:x-amz-acl"))
  assert.deepEqual(actionsMatching("s3:ListAllMyBuckets")[0]?.formats, [])
})

const KEYS: readonly [key: string, type: string | undefined, multivalued?: boolean][] = [
  ["s3:prefix", "String", false],
  ["S3:PREFIX", "String", false],
  ["s3:max-keys", "Numeric", false],
  ["dynamodb:LeadingKeys", "String", true],
  ["aws:PrincipalTag/a", "String", false],
  ["aws:PrincipalTag/", undefined],
  ["aws:PrincipalTag", undefined],
  ["aws:PrincipalArn", "ARN", false],
  ["aws:SourceIp", "IPAddress", false],
  ["aws:TagKeys", "String", true],
  ["s3:ExistingObjectTag/a", "String", false],
  ["cognito-identity.amazonaws.com:amr", "String", true],
  ["cognito-identity.amazonaws.com:aud", "String", false],
  ["token.actions.githubusercontent.com:sub", "String", false],
  ["token.actions.githubusercontent.com:repository", "String", false],
  ["saml:sub", "String", false],
  ["saml:edupersonaffiliation", "String", true],
  ["s3:nope", undefined],
  ["nope", undefined],
  ["__proto__", undefined],
]

for (const [key, type, multivalued] of KEYS)
  test(`${key} is ${type ? `${multivalued ? "a list of " : ""}${type}` : "no key"}`, () => {
    const found = findKey(key)?.key
    assert.equal(found?.type, type)
    if (type) assert.equal(found?.multivalued, multivalued)
  })
