import assert from "node:assert/strict"
import { test } from "node:test"
import { PolicySyntaxError } from "../document.ts"
import { type ContextValue, contextOf, type Request } from "../request.ts"
import { holds, parseConditions } from "./condition.ts"

const requestWith = (context: Record<string, ContextValue>): Request => ({
  principal: { type: "anonymous", arn: null, account: null },
  action: "s3:GetObject",
  resource: "*",
  resourceAccount: "111122223333",
  context: contextOf(context),
})

type Policy = string | number | boolean | readonly (string | number | boolean)[]

const ALLOW = { variables: true, effect: "Allow" } as const
const DENY = { variables: true, effect: "Deny" } as const

/** Operator, values of the policy, value of the request (null: absent), whether it holds. */
const CASES: readonly [string, Policy, ContextValue | null, boolean][] = [
  ["StringEquals", "a", "a", true],
  ["StringEquals", "a", "A", false],
  ["StringEquals", ["b", "a"], "a", true],
  ["StringEquals", [], "a", false],
  ["StringEquals", "*", "a", false],
  ["StringEquals", "", "", true],
  ["StringEquals", 5, "5", true],
  ["StringEquals", "a", null, false],
  ["StringNotEquals", [], "a", true],
  ["StringNotEquals", ["a", "b"], "b", false],
  ["StringNotEquals", "a", null, true],
  ["StringEqualsIfExists", "a", null, true],
  ["StringEqualsIfExists", "a", "b", false],
  ["StringNotEqualsIfExists", "a", "a", false],
  ["StringEqualsIgnoreCase", "ÄB", "äb", true],
  ["StringNotEqualsIgnoreCase", "AB", "ab", false],
  ["StringLike", "a*c", "a\nc", true],
  ["StringLike", "A*", "abc", false],
  ["StringLike", "a?", "a", false],
  ["StringNotLike", ["b*", "c*"], "abc", true],
  ["NumericEquals", "10", "10.0", true],
  ["NumericEquals", 10, "10", true],
  ["NumericEquals", "+1", "1", true],
  ["NumericEquals", "9007199254740993", "9007199254740992", false],
  ["NumericEquals", "9007199254740993", "9007199254740993.000", true],
  ["NumericEquals", "0.1", "0.10000000000000001", false],
  ["NumericLessThan", "10", "9", true],
  ["NumericLessThan", "10", "10", false],
  ["NumericLessThanEquals", "10", "10", true],
  ["NumericGreaterThan", "-2", "-1", true],
  ["NumericGreaterThanEquals", "100000000000000000000", "99999999999999999999", false],
  ["NumericGreaterThanEquals", "1", "100000000000000000000", true],
  ["NumericEquals", "ten", "ten", false],
  ["NumericEquals", "", "", false],
  ["NumericEquals", "0x10", "16", false],
  ["NumericEquals", "NaN", "NaN", false],
  ["NumericLessThan", "1", "-Infinity", false],
  ["DateEquals", "2026-01-01T00:00:00Z", "1767225600", true],
  ["DateEquals", 1767225600, "2026-01-01", true],
  ["DateEquals", "2026", "2026-01-01T00:00:00Z", true],
  ["DateEquals", "2026-01", "2026-01-01T00:00Z", true],
  ["DateEquals", "2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00.000Z", true],
  ["DateEquals", "2026-01-01T00:00:00", "2026-01-01T00:00:00Z", true],
  ["DateLessThan", "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.4Z", true],
  ["DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", true],
  ["DateGreaterThanEquals", "2026-01-01", "2025-12-31T23:59:59-01:00", true],
  ["DateLessThanEquals", "2024-02-29", "2024-02-29", true],
  ["DateEquals", "2023-02-29", "2023-03-01", false],
  ["DateEquals", "2026-13-01", "2026-13-01", false],
  ["DateEquals", "tomorrow", "tomorrow", false],
  ["DateNotEquals", "2026-01-01", null, true],
  ["Bool", "true", "TRUE", true],
  ["Bool", true, "true", true],
  ["Bool", "false", "true", false],
  ["Bool", "yes", "yes", false],
  ["Bool", "true", null, false],
  ["BoolIfExists", "true", null, true],
  ["BinaryEquals", "QQ==", "QQ==", true],
  ["BinaryEquals", "QQ==", "qq==", false],
  ["IpAddress", "203.0.113.0/24", "203.0.113.255", true],
  ["IpAddress", "203.0.113.0/24", "203.0.114.0", false],
  ["IpAddress", "203.0.113.7/24", "203.0.113.1", true],
  ["IpAddress", "203.0.113.7", "203.0.113.7", true],
  ["IpAddress", "0.0.0.0/0", "198.51.100.1", true],
  ["IpAddress", "0.0.0.0/0", "2001:db8::1", false],
  ["IpAddress", "::/0", "198.51.100.1", false],
  ["IpAddress", "10.0.0.0/9", "10.128.0.0", false],
  ["IpAddress", "10.0.0.0/33", "10.0.0.0", false],
  ["IpAddress", "10.0.0.0/", "10.0.0.0", false],
  ["IpAddress", "10.0.0", "10.0.0.0", false],
  ["IpAddress", "010.0.0.1", "10.0.0.1", false],
  ["IpAddress", "2001:DB8::/32", "2001:db8:ffff::1", true],
  ["IpAddress", "2001:db8::/33", "2001:db8:8000::", false],
  ["IpAddress", "2001:db8::1", "2001:0db8:0:0:0:0:0:1", true],
  ["IpAddress", "2001:db8::1:2:3", "2001:db8::1:2:3", true],
  ["IpAddress", "::ffff:192.0.2.0/120", "192.0.2.9", true],
  ["IpAddress", "192.0.2.0/24", "::ffff:192.0.2.9", true],
  ["IpAddress", "2001:db8::1::2", "2001:db8::1", false],
  ["IpAddress", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8", false],
  ["NotIpAddress", "203.0.113.0/24", "2001:db8::1", true],
  ["NotIpAddress", ["203.0.113.0/24", "10.0.0.0/8"], "10.1.1.1", false],
  ["NotIpAddress", "203.0.113.0/24", null, true],
  ["ArnEquals", "arn:aws:iam::*:user/A*", "arn:aws:iam::1:user/Alice", true],
  ["ArnLike", "arn:aws:s3:::b/*", "arn:aws:s3:::b/x:y:z", true],
  ["ArnLike", "arn:*:x", "arn:aws:s3:::x", false],
  ["ArnLike", "*", "arn:aws:s3:::x", false],
  ["ArnLike", "arn:aws:s3:*:*:*", "arn:aws:s3:::x", true],
  ["ArnLike", "arn:aws:sns:us-east-?:1:t", "arn:aws:sns:us-east-1:1:t", true],
  ["ArnLike", "arn:aws:sns:*:t", "arn:aws:sns:us-east-1:1:t", false],
  ["ArnLike", "arn:aws:s3:::x", "arn:aws:s3::x", false],
  ["ArnLike", "arn:aws:s3:*:*:*", "arn:aws:s3::x", false],
  ["ArnLike", "arn:aws:s3:::x", "x", false],
  ["ArnNotLike", "arn:aws:s3:::x", "x", true],
  ["ArnNotEquals", "arn:aws:s3:::x*", "arn:aws:s3:::xy", false],
  ["ArnNotEquals", "arn:aws:s3:::x", null, true],
  ["Null", "true", null, true],
  ["Null", "true", "", false],
  ["Null", false, "", true],
  ["Null", "false", null, false],
  ["Null", ["true", "false"], "x", true],
  ["Null", "true", [], true],
  ["Null", "maybe", null, false],
  ["ForAllValues:StringEquals", ["a", "b"], ["a", "b"], true],
  ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], false],
  ["ForAllValues:StringEquals", "a", [], true],
  ["ForAllValues:StringEquals", "a", null, true],
  ["ForAllValues:StringEquals", "a", "a", true],
  ["ForAllValues:StringEquals", "a", "b", false],
  ["ForAllValues:StringNotEquals", "a", ["b", "c"], true],
  ["ForAllValues:StringNotEquals", "a", ["a", "c"], false],
  ["ForAllValues:StringLikeIfExists", "a*", ["ab", "b"], false],
  ["ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], true],
  ["ForAnyValue:StringEquals", "a", [], false],
  ["ForAnyValue:StringEquals", "a", null, false],
  ["ForAnyValue:StringNotEquals", "a", ["a", "b"], true],
  ["ForAnyValue:StringNotEquals", "a", ["a"], false],
  ["ForAnyValue:StringNotEquals", "a", null, false],
  ["ForAnyValue:IpAddress", "10.0.0.0/8", ["192.0.2.1", "10.1.1.1"], true],
  ["ForAllValues:NumericLessThan", "3", ["1", "2"], true],
  ["StringEquals", "a", ["a"], false],
  ["StringEquals", "a", [], false],
  ["StringNotEquals", "a", [], true],
  ["StringEqualsIfExists", "a", [], true],
]

for (const [operator, policy, value, expected] of CASES)
  test(`${operator} ${JSON.stringify(policy)} ${expected ? "holds" : "does not hold"} for ${JSON.stringify(value)}`, () => {
    const [condition] = parseConditions({ [operator]: { "aws:Key": policy } }, ALLOW, "Condition")
    const request = requestWith(value === null ? {} : { "AWS:key": value })
    assert.equal(holds(condition!, request), expected)
  })

for (const operator of [
  "NullIfExists",
  "stringEquals",
  "StringEqualsifexists",
  "StringContains",
  "StringLikeIgnoreCase",
  "BoolNot",
  "ForSomeValue:StringEquals",
  "foranyvalue:StringEquals",
  "ForAnyValue:",
  "IfExists",
  "",
  "toString",
  "__proto__",
  "constructor",
])
  test(`"${operator}" is no operator`, () =>
    assert.throws(
      () => parseConditions(JSON.parse(`{"${operator}":{"k":"v"}}`), ALLOW, "Condition"),
      PolicySyntaxError,
    ))

/** Operator, values of the policy and value of the request of which one cannot be read, or whose meaning is not settled. */
const UNREADABLE: readonly [string, Policy, ContextValue | null][] = [
  ["ForAnyValue:StringEqualsIfExists", "a", null],
  ["ForAnyValue:StringNotEqualsIfExists", "a", []],
  ["StringNotEquals", "a", ["b"]],
  ["StringNotLike", "a*", ["b", "a"]],
  ["DateGreaterThan", "not-a-date", "2026-01-01T00:00:00Z"],
  ["DateLessThan", "2026-02-30", "2026-01-01T00:00:00Z"],
  ["DateEquals", "2026-01-01 00:00:00", "2026-01-01T00:00:00Z"],
  ["DateNotEquals", "tomorrow", "2026-01-01T00:00:00Z"],
  ["DateLessThanEquals", "2026-01-01", "now"],
  ["NumericEquals", "ten", "10"],
  ["NumericNotEquals", "ten", "10"],
  ["NumericLessThan", "1e3", "10"],
  ["NumericLessThan", "${aws:Key}", "10"],
  ["NumericGreaterThan", "10", "many"],
  ["NumericNotEquals", "10", "many"],
  ["NumericLessThanIfExists", ["x", "1"], "5"],
  ["IpAddress", "203.0.113.0/33", "203.0.113.1"],
  ["IpAddress", "203.0.113", "203.0.113.1"],
  ["IpAddress", "203.0.113.0/24", "somewhere"],
  ["NotIpAddress", ["10.0.0.0/8", "2001:db8::/129"], "203.0.113.1"],
  ["NotIpAddress", "203.0.113.0/24", "somewhere"],
  ["Bool", "yes", "true"],
  ["Bool", "true", "1"],
  ["Bool", "", "true"],
  ["ArnLike", "*", "arn:aws:s3:::x"],
  ["ArnEquals", "x", "arn:aws:s3:::x"],
  ["ArnNotLike", "arn:aws:s3", "arn:aws:s3:::x"],
  ["Null", "maybe", "x"],
  ["Null", ["true", ""], "x"],
  ["ForAnyValue:NumericEquals", "ten", ["1", "2"]],
  ["ForAllValues:DateLessThan", "soon", ["2026-01-01"]],
]

for (const [operator, policy, value] of UNREADABLE)
  test(`${operator} ${JSON.stringify(policy)} for ${JSON.stringify(value)} neither grants nor silences a Deny`, () => {
    const holdsIn = (surroundings: typeof ALLOW | typeof DENY) => {
      const [condition] = parseConditions({ [operator]: { "aws:Key": policy } }, surroundings, "Condition")
      return holds(condition!, requestWith(value === null ? {} : { "AWS:key": value }))
    }
    assert.deepEqual([holdsIn(ALLOW), holdsIn(DENY)], [false, true])
  })

/** What can be read decides where it does, whatever stands beside it. */
for (const [operator, policy, value, expected] of [
  ["NumericEquals", ["ten", "10"], "10", true],
  ["NumericNotEquals", ["ten", "10"], "10", false],
  ["NotIpAddress", ["somewhere", "10.0.0.0/8"], "10.0.0.1", false],
  ["DateEquals", ["never", "2026-01-01"], null, false],
  ["DateEqualsIfExists", "never", null, true],
  ["NumericNotEquals", "ten", null, true],
  ["ArnNotLike", "arn:aws:s3:::x", "x", true],
] as const)
  test(`${operator} ${JSON.stringify(policy)} ${expected ? "holds" : "does not hold"} for ${value} whatever the effect`, () => {
    for (const surroundings of [ALLOW, DENY]) {
      const [condition] = parseConditions({ [operator]: { "aws:Key": policy } }, surroundings, "Condition")
      assert.equal(holds(condition!, requestWith(value === null ? {} : { "aws:key": value })), expected)
    }
  })
