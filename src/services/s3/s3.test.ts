import assert from "node:assert/strict"
import { test } from "node:test"
import { WireError } from "../../wire/errors.ts"
import { parseS3Arn } from "./arns.ts"
import { regionOfNewBucket } from "./buckets/location.ts"
import { isBucketName } from "./buckets/name.ts"
import { readEncoding } from "./listing/parameters.ts"
import { openToken, sealToken } from "./listing/token.ts"
import { readSpan } from "./multipart/upload-part-copy.ts"
import { parseCopySource } from "./objects/copy-source.ts"
import { assertVersionId, newVersionId } from "./objects/versions.ts"
import { parseBucketTags, parseObjectTags, parseTaggingHeader } from "./tags.ts"

const refusalOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    assert.ok(error instanceof WireError, String(error))
    return `${error.code}: ${error.message}`
  }
  return "accepted"
}

test("names of buckets", () => {
  const good = ["abc", "a-b.c", "123", "a".repeat(63), "my-bucket"]
  const bad = ["ab", "a".repeat(64), "Abc", "a_b", "-ab", "ab-", "a..b", ".ab", "192.168.5.4", "xn--abc", "abc-s3alias"]
  assert.deepEqual(
    good.filter((name) => !isBucketName(name)),
    [],
  )
  assert.deepEqual(bad.filter(isBucketName), [])
})

const LOCATIONS: [constraint: string | undefined, endpoint: string, expected: string][] = [
  [undefined, "us-east-1", "us-east-1"],
  ["eu-west-1", "us-east-1", "eu-west-1"],
  ["EU", "us-east-1", "eu-west-1"],
  ["us-east-1", "us-east-1", "InvalidLocationConstraint: The specified location-constraint is not valid"],
  ["nowhere", "us-east-1", "InvalidLocationConstraint: The specified location-constraint is not valid"],
  ["eu-west-1", "eu-west-1", "eu-west-1"],
  [
    "us-west-2",
    "eu-west-1",
    "IllegalLocationConstraintException: The us-west-2 location constraint is incompatible for the region specific endpoint this request was sent to.",
  ],
  [
    undefined,
    "eu-west-1",
    "IllegalLocationConstraintException: The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.",
  ],
]

for (const [constraint, endpoint, expected] of LOCATIONS)
  test(`a bucket in ${constraint} by the endpoint of ${endpoint}`, () => {
    let region = ""
    const refusal = refusalOf(() => {
      region = regionOfNewBucket(constraint, endpoint)
    })
    assert.equal(region || refusal, expected)
  })

test("ARNs of buckets and objects", () => {
  assert.deepEqual(parseS3Arn("arn:aws:s3:::b"), { bucket: "b" })
  assert.deepEqual(parseS3Arn("arn:aws:s3:::b/k/:x"), { bucket: "b", key: "k/:x" })
  assert.equal(parseS3Arn("*"), undefined)
})

test("continuation tokens hold for their own listing alone", () => {
  const token = sealToken("a/b", "scope")
  assert.equal(openToken(token, "scope").toString(), "a/b")
  const refused = "InvalidArgument: The continuation token provided is incorrect"
  assert.equal(
    refusalOf(() => openToken(token, "other")),
    refused,
  )
  assert.equal(
    refusalOf(() => openToken(`${token.slice(0, -4)}AAAA`, "scope")),
    refused,
  )
  assert.equal(
    refusalOf(() => openToken("", "scope")),
    refused,
  )
  assert.equal(
    refusalOf(() => openToken("%%%", "scope")),
    refused,
  )
})

test("names are encoded as S3 encodes them", () => {
  const encode = readEncoding("url")
  assert.equal(encode("a b/ü+&~*()'!"), "a+b/%C3%BC%2B%26%7E*%28%29%27%21")
  assert.equal(encode("\ud800"), "%EF%BF%BD")
  assert.equal(readEncoding(undefined)("a b"), "a b")
  assert.equal(
    refusalOf(() => readEncoding("x")),
    "InvalidArgument: Invalid Encoding Method specified in Request",
  )
})

const SOURCES: [text: string, expected: object | undefined][] = [
  ["b/k", { Bucket: "b", Key: "k" }],
  ["/b/a/b%20c", { Bucket: "b", Key: "a/b c" }],
  ["b%2Fk", { Bucket: "b", Key: "k" }],
  ["b/k?versionId=null", { Bucket: "b", Key: "k", VersionId: "null" }],
  ["b/k%3FversionId=x", { Bucket: "b", Key: "k?versionId=x" }],
  ["b/100%", { Bucket: "b", Key: "100%" }],
  ["b", undefined],
  ["b/", undefined],
  ["", undefined],
]

for (const [text, expected] of SOURCES)
  test(`copy source "${text}"`, () => {
    if (expected) assert.deepEqual(parseCopySource(text), expected)
    else
      assert.equal(
        refusalOf(() => parseCopySource(text)),
        "InvalidArgument: Invalid copy source object key",
      )
  })

test("ranges of copied parts", () => {
  assert.deepEqual(readSpan("bytes=0-4", 10), { start: 0, end: 5 })
  assert.deepEqual(readSpan(undefined, 10), { start: 0, end: 10 })
  assert.match(
    refusalOf(() => readSpan("0-4", 10)),
    /^InvalidArgument: The x-amz-copy-source-range value must be/,
  )
  assert.match(
    refusalOf(() => readSpan("bytes=4-", 10)),
    /^InvalidArgument: The x-amz-copy-source-range value must be/,
  )
  assert.match(
    refusalOf(() => readSpan("bytes=4-2", 10)),
    /^InvalidArgument: The x-amz-copy-source-range value must be/,
  )
  assert.equal(
    refusalOf(() => readSpan("bytes=0-10", 10)),
    "InvalidArgument: Range specified is not valid for source object of size: 10",
  )
  assert.equal(
    refusalOf(() => readSpan("bytes=100-200", 10)),
    "InvalidRequest: The specified copy range is invalid for the source object size",
  )
})

test("version ids that were never given out are refused", () => {
  const id = newVersionId()
  assert.match(id, /^[A-Za-z0-9]{32}$/)
  assert.equal(
    refusalOf(() => assertVersionId(id)),
    "accepted",
  )
  assert.equal(
    refusalOf(() => assertVersionId("null")),
    "accepted",
  )
  assert.equal(
    refusalOf(() => assertVersionId(undefined)),
    "accepted",
  )
  const altered = id.slice(0, -1) + (id.endsWith("A") ? "B" : "A")
  assert.equal(
    refusalOf(() => assertVersionId(altered)),
    "InvalidArgument: Invalid version id specified",
  )
  assert.equal(
    refusalOf(() => assertVersionId("x")),
    "InvalidArgument: Invalid version id specified",
  )
})

const tag = (Key: string, Value = "v") => ({ Key, Value })

test("tags", () => {
  assert.deepEqual(parseObjectTags([tag("a"), tag("b", "")]), [
    ["a", "v"],
    ["b", ""],
  ])
  assert.deepEqual(parseObjectTags([tag("__proto__")]), [["__proto__", "v"]])
  assert.equal(
    refusalOf(() => parseObjectTags([tag("aws:x")])),
    "InvalidTag: Your TagKey cannot be prefixed with aws:",
  )
  assert.equal(
    refusalOf(() => parseBucketTags([tag("aws:x")])),
    "InvalidTag: System tags cannot be added/updated by requester",
  )
  assert.equal(
    refusalOf(() => parseObjectTags([tag("a"), tag("a")])),
    "InvalidTag: Cannot provide multiple Tags with the same key",
  )
  assert.equal(
    refusalOf(() => parseObjectTags([tag("a,b")])),
    "InvalidTag: The TagKey you have provided is invalid",
  )
  assert.equal(
    refusalOf(() => parseObjectTags([tag("a", "b,c")])),
    "InvalidTag: The TagValue you have provided is invalid",
  )
  assert.equal(
    refusalOf(() => parseObjectTags([tag("k".repeat(129))])),
    "InvalidTag: The TagKey you have provided is invalid",
  )
  assert.equal(refusalOf(() => parseObjectTags([{ Key: "a" }])).split(":")[0], "MalformedXML")
  const eleven = Array.from({ length: 11 }, (_, index) => tag(`k${index}`))
  assert.equal(
    refusalOf(() => parseObjectTags(eleven)),
    "BadRequest: Object tags cannot be greater than 10",
  )
})

test("tags of a header", () => {
  assert.deepEqual(parseTaggingHeader("a=1&b=x%20y+z"), [
    ["a", "1"],
    ["b", "x y z"],
  ])
  assert.deepEqual(parseTaggingHeader(""), [])
  assert.match(
    refusalOf(() => parseTaggingHeader("a=1&a=2")),
    /^InvalidArgument: The header 'x-amz-tagging' shall be encoded/,
  )
  assert.match(
    refusalOf(() => parseTaggingHeader("a=%zz")),
    /^InvalidArgument: The header 'x-amz-tagging' shall be encoded/,
  )
})
