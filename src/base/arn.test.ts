import assert from "node:assert/strict"
import { test } from "node:test"
import { formatArn, parseArn } from "./arn.ts"

test("an ARN has six parts, of which the last may hold colons", () => {
  for (const text of [
    "arn:aws:dynamodb:us-east-1:123456789012:table/books",
    "arn:aws:s3:::bucket",
    "arn:aws:s3:::",
    "arn:aws-cn:rds:cn-north-1:123456789012:db:one:two:",
  ]) {
    const arn = parseArn(text)
    assert.ok(arn, text)
    assert.equal(formatArn(arn), text)
  }
  assert.deepEqual(parseArn("arn:aws:rds:eu-west-1:123456789012:db:one"), {
    partition: "aws",
    service: "rds",
    region: "eu-west-1",
    account: "123456789012",
    resource: "db:one",
  })
})

test("what has fewer parts, or none of what must be there, is none", () => {
  for (const text of ["", "arn", "arn:", "arn:aws", "arn:aws:s3", "arn:aws:s3::", "arn:aws:s3:::".slice(0, -1)])
    assert.equal(parseArn(text), undefined, text)
  for (const text of ["arn::s3:::bucket", "arn:aws::::bucket", "Arn:aws:s3:::bucket", " arn:aws:s3:::bucket"])
    assert.equal(parseArn(text), undefined, text)
})
