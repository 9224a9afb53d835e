import assert from "node:assert/strict"
import { test } from "node:test"
import { overlaps, parseFormat, parseWritten } from "./overlap.ts"

const BUCKET = "arn:${Partition}:s3:::${BucketName}"
const OBJECT = "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
const ROLE = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"
const SIBLINGS = [BUCKET, OBJECT, ROLE]

const CASES: readonly [written: string, format: string, expected: boolean][] = [
  ["arn:aws:s3:::books", BUCKET, true],
  ["arn:aws:s3:::books", OBJECT, false],
  ["arn:aws:s3:::books/*", BUCKET, false],
  ["arn:aws:s3:::books/*", OBJECT, true],
  ["arn:aws:s3:::books/a/b/c", OBJECT, true],
  ["arn:aws:s3:::*", BUCKET, true],
  ["arn:aws:s3:::*", OBJECT, true],
  ["arn:aws:s3:::*/*", BUCKET, false],
  ["arn:aws:s3:::?", BUCKET, true],
  ["arn:*", OBJECT, true],
  ["arn:aws:sqs:*:*:queue", BUCKET, false],
  ["arn:aws:iam::111122223333:role/a/b/c", ROLE, true],
  ["arn:aws:iam::*:user/a", ROLE, false],
  ["arn:aws:iam::*:role/${aws:username}", ROLE, true],
  ["arn:aws:s3:::${*}", BUCKET, true],
  ["arn:aws:s3:::b${aws:username}", OBJECT, true],
]

for (const [written, format, expected] of CASES)
  test(`${written} ${expected ? "can" : "cannot"} be a ${format}`, () =>
    assert.equal(overlaps(parseWritten(written, true), parseFormat(format, SIBLINGS)), expected))

test("without variables ${ is text", () =>
  assert.equal(overlaps(parseWritten("arn:aws:s3:::b${x}", false), parseFormat(OBJECT, SIBLINGS)), false))
