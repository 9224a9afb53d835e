import fc from "fast-check"
import { type Member, membersOf, type Shape, valueShape } from "../../src/wire/schema.ts"

/** Members that a client's middleware changes or checks on its own, and that no codec sees as they were given. */
const LEFT_OUT = new Set([
  "SSECustomerKey",
  "SSECustomerKeyMD5",
  "CopySourceSSECustomerKey",
  "CopySourceSSECustomerKeyMD5",
  "ContentLength",
  "ContentMD5",
  "ContentEncoding",
  "ChecksumAlgorithm",
  "ChecksumMode",
  "ChecksumType",
  "Expires",
  "ExpiresString",
  "Accept",
])
/** A client compares those of a response with its body. */
const CHECKSUM = /^Checksum(CRC|SHA|MD5|XX)/
const DEEPEST = 4

/** Values of a shape as a caller of the SDK may give them: every required member, and some of the others. */
export function valuesOf(shape: Shape, depth = 0): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case "number":
      return fc.integer({ min: 0, max: 1_000_000 })
    case "boolean":
      return fc.boolean()
    case "timestamp":
      return fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000))
    case "blob":
      return fc.uint8Array({ minLength: 1, maxLength: 20 })
    case "list":
      return fc.array(valuesOf(valueShape(shape), depth + 1), { minLength: 1, maxLength: depth > DEEPEST ? 1 : 3 })
    case "map":
      return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), valuesOf(valueShape(shape), depth + 1), {
        minKeys: 1,
        maxKeys: 3,
      })
    case "structure":
      return structuresOf(shape, depth)
    case "union":
      return fc.oneof(...pickable(shape, depth).map((member) => oneMember(member, depth)))
    case "unit":
      return fc.constant({})
    default:
      return textOf(shape)
  }
}

/** Headers cannot carry every text; elements, JSON and labels can. */
function textOf({ member }: Shape): fc.Arbitrary<string> {
  const isHeader = member.httpHeader !== undefined || member.httpPrefixHeaders !== undefined
  return isHeader ? fc.stringMatching(/^[a-z]{1,12}$/) : fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 })
}

function structuresOf(shape: Shape, depth: number): fc.Arbitrary<unknown> {
  const members = pickable(shape, depth)
  const required = members.filter((each) => each.required || each.member.httpPayload).map((member) => member.memberName)
  const model = Object.fromEntries(members.map((member) => [member.memberName, memberValue(member, depth)]))
  const structures = fc.record(model, { requiredKeys: required as never[], noNullPrototype: true })
  // The query protocol has no way to say "a structure with nothing in it".
  return members.length === 0 ? structures : structures.filter((value) => Object.keys(value).length > 0)
}

function oneMember(member: Member, depth: number): fc.Arbitrary<unknown> {
  return memberValue(member, depth).map((value) => ({ [member.memberName]: value }))
}

function memberValue(member: Member, depth: number): fc.Arbitrary<unknown> {
  if (member.memberName === "Bucket" && member.kind === "string") return fc.constant("some-bucket")
  if (member.kind === "list" && member.member.httpHeader) {
    return fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 3 })
  }
  if (member.kind === "map" && member.member.httpPrefixHeaders) {
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[a-z]{1,8}$/), { minKeys: 1 })
  }
  return valuesOf(member, depth + 1)
}

/** Shapes hold themselves; below a depth only what must be there is filled. */
function pickable(shape: Shape, depth: number): Member[] {
  const members = membersOf(shape).filter(({ memberName }) => !LEFT_OUT.has(memberName) && !CHECKSUM.test(memberName))
  if (depth <= DEEPEST) return members
  const simple = members.filter(
    ({ kind, required }) => required || !["structure", "union", "list", "map"].includes(kind),
  )
  return shape.kind === "union" ? simple.slice(0, 1) : simple
}
