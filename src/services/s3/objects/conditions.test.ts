import assert from "node:assert/strict"
import { test } from "node:test"
import { WireError } from "../../../wire/errors.ts"
import {
  assertCopyable,
  assertWritable,
  assertWriteConditions,
  judgeRead,
  namesEtag,
  type ReadConditions,
} from "./conditions.ts"

const etag = "5d41402abc4b2a76b9719d911017c592"
const modified = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const now = modified + 86_400_000
const before = new Date(modified - 10_000)
const same = new Date(modified - 678)
const after = new Date(modified + 10_000)
const future = new Date(now + 10_000)

const READS: [name: string, ReadConditions, "met" | "notModified" | "failed"][] = [
  ["none", {}, "met"],
  ["If-Match that matches", { IfMatch: `"${etag}"` }, "met"],
  ["If-Match without quotes", { IfMatch: etag }, "met"],
  ["If-Match: *", { IfMatch: "*" }, "met"],
  ["If-Match in a list", { IfMatch: `"x", "${etag}"` }, "met"],
  ["If-Match of another", { IfMatch: '"x"' }, "failed"],
  ["If-None-Match that matches", { IfNoneMatch: `"${etag}"` }, "notModified"],
  ["If-None-Match of another", { IfNoneMatch: '"x"' }, "met"],
  ["modified since before", { IfModifiedSince: before }, "met"],
  ["modified since that second", { IfModifiedSince: same }, "notModified"],
  ["modified since after", { IfModifiedSince: after }, "notModified"],
  ["modified since the future", { IfModifiedSince: future }, "met"],
  ["unmodified since before", { IfUnmodifiedSince: before }, "failed"],
  ["unmodified since that second", { IfUnmodifiedSince: same }, "met"],
  ["unmodified since after", { IfUnmodifiedSince: after }, "met"],
  ["If-Match wins over If-Unmodified-Since", { IfMatch: etag, IfUnmodifiedSince: before }, "met"],
  ["If-Match fails whatever the date", { IfMatch: '"x"', IfUnmodifiedSince: after }, "failed"],
  ["If-None-Match wins over If-Modified-Since", { IfNoneMatch: etag, IfModifiedSince: before }, "notModified"],
  ["If-None-Match of another makes the date void", { IfNoneMatch: '"x"', IfModifiedSince: after }, "met"],
  ["a failed If-Match wins over If-None-Match", { IfMatch: '"x"', IfNoneMatch: etag }, "failed"],
]

for (const [name, conditions, expected] of READS)
  test(`reads: ${name}`, () => assert.equal(judgeRead(conditions, { etag, modified }, now).is, expected))

const conditionOf = (act: () => void): unknown => {
  try {
    act()
  } catch (error) {
    assert.ok(error instanceof WireError)
    return `${error.status} ${error.code} ${error.members.Condition ?? error.members.Header ?? ""}`.trim()
  }
  return undefined
}

test("copies: whatever does not hold is 412 under the name of the copy header", () => {
  const refusal = (conditions: ReadConditions) => conditionOf(() => assertCopyable(conditions, { etag, modified }, now))
  assert.equal(refusal({ IfMatch: '"x"' }), "412 PreconditionFailed x-amz-copy-source-If-Match")
  assert.equal(refusal({ IfNoneMatch: etag }), "412 PreconditionFailed x-amz-copy-source-If-None-Match")
  assert.equal(refusal({ IfModifiedSince: after }), "412 PreconditionFailed x-amz-copy-source-If-Modified-Since")
  assert.equal(refusal({ IfUnmodifiedSince: before }), "412 PreconditionFailed x-amz-copy-source-If-Unmodified-Since")
  assert.equal(refusal({ IfMatch: etag, IfModifiedSince: before }), undefined)
})

const existing = { etag, modified }
const marker = { etag: "", modified, isDeleteMarker: true as const }
const WRITES: [
  string,
  Parameters<typeof assertWritable>[0],
  Parameters<typeof assertWritable>[2],
  string | undefined,
][] = [
  ["none on an object", {}, existing, undefined],
  ["If-None-Match: * on nothing", { IfNoneMatch: "*" }, undefined, undefined],
  ["If-None-Match: * on a delete marker", { IfNoneMatch: "*" }, marker, undefined],
  ["If-None-Match: * on an object", { IfNoneMatch: "*" }, existing, "412 PreconditionFailed If-None-Match"],
  ["If-Match of the object", { IfMatch: `"${etag}"` }, existing, undefined],
  ["If-Match of another", { IfMatch: '"x"' }, existing, "412 PreconditionFailed If-Match"],
  ["If-Match on nothing", { IfMatch: '"x"' }, undefined, "404 NoSuchKey"],
  ["If-Match on a delete marker", { IfMatch: '"x"' }, marker, "404 NoSuchKey"],
]

for (const [name, conditions, latest, expected] of WRITES)
  test(`writes: ${name}`, () =>
    assert.equal(
      conditionOf(() => assertWritable(conditions, "k", latest)),
      expected,
    ))

test("an upload conflicts with what was written since it began", () => {
  const refusal = (initiated: number) =>
    conditionOf(() => assertWritable({ IfMatch: etag }, "k", existing, { initiated }))
  assert.equal(refusal(modified - 1), "409 ConditionalRequestConflict If-Match")
  assert.equal(refusal(modified + 1), undefined)
})

test("an upload conflicts with a deletion since it began", () => {
  const refusal = (isOvertaken?: true) =>
    conditionOf(() =>
      assertWritable({ IfNoneMatch: "*" }, "k", undefined, {
        initiated: modified,
        ...(isOvertaken && { isOvertaken }),
      }),
    )
  assert.equal(refusal(true), "409 ConditionalRequestConflict If-None-Match")
  assert.equal(refusal(), undefined)
})

test("conditions that S3 knows no meaning of are refused", () => {
  assert.equal(
    conditionOf(() => assertWriteConditions({ IfNoneMatch: '"x"' })),
    "501 NotImplemented If-None-Match",
  )
  assert.equal(
    conditionOf(() => assertWriteConditions({ IfMatch: "*" })),
    "501 NotImplemented If-Match",
  )
  assert.equal(
    conditionOf(() => assertWriteConditions({ IfMatch: '"x"', IfNoneMatch: "*" })),
    "501 NotImplemented If-Match",
  )
  assert.equal(
    conditionOf(() => assertWriteConditions({ IfNoneMatch: "*" })),
    undefined,
  )
})

test("weak tags are compared by what they hold", () => {
  assert.equal(namesEtag(`W/"${etag}"`, etag), true)
  assert.equal(namesEtag("", etag), false)
})
