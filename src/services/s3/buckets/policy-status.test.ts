import assert from "node:assert/strict"
import { test } from "node:test"
import { isPublicPolicy } from "./policy-status.ts"

type Statement = Record<string, unknown>
const allow = (more: Statement = {}): Statement => ({
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::b/*",
  ...more,
})
const on = (operator: string, key: string, ...values: string[]): Statement =>
  allow({ Condition: { [operator]: { [key]: values } } })

/** S3 user guide, "The meaning of public", and its examples. */
const CASES: [name: string, Statement | Statement[], boolean][] = [
  ["everyone", allow(), true],
  ["everyone as AWS", allow({ Principal: { AWS: "*" } }), true],
  ["everyone in a list", allow({ Principal: { AWS: ["123456789012", "*"] } }), true],
  ["one account", allow({ Principal: { AWS: "123456789012" } }), false],
  ["a service", allow({ Principal: { Service: "cloudtrail.amazonaws.com" } }), false],
  ["a deny for everyone", allow({ Effect: "Deny" }), false],
  ["one private and one public statement", [allow({ Principal: { AWS: "123456789012" } }), allow()], true],
  ["a VPC", on("StringEquals", "aws:SourceVpc", "vpc-91237329"), false],
  ["a VPC by a wildcard", on("StringLike", "aws:SourceVpc", "vpc-*"), true],
  ["no VPC", on("StringNotEquals", "aws:SourceVpc", "vpc-91237329"), true],
  ["a VPC if there is one", on("StringEqualsIfExists", "aws:SourceVpc", "vpc-91237329"), true],
  ["an organization", on("StringEquals", "aws:PrincipalOrgID", "o-1"), false],
  ["a variable", on("StringEquals", "aws:SourceArn", "${aws:username}"), true],
  ["a network", on("IpAddress", "aws:SourceIp", "54.240.143.0/24"), false],
  ["a network that is half the world", on("IpAddress", "aws:SourceIp", "0.0.0.0/1"), true],
  ["one narrow and one wide network", on("IpAddress", "aws:SourceIp", "54.240.143.0/24", "0.0.0.0/0"), true],
  ["an IPv6 network", on("IpAddress", "aws:SourceIp", "2001:db8::/32"), false],
  ["a wide IPv6 network", on("IpAddress", "aws:SourceIp", "2001::/16"), true],
  ["all but a network", on("NotIpAddress", "aws:SourceIp", "54.240.143.0/24"), true],
  ["a referer", on("StringEquals", "aws:Referer", "https://example.com"), true],
  ["the key in other letters", on("StringEquals", "AWS:SOURCEVPC", "vpc-91237329"), false],
]

for (const [name, statement, expected] of CASES)
  test(`${name}: ${expected ? "public" : "not public"}`, () =>
    assert.equal(isPublicPolicy({ Version: "2012-10-17", Statement: statement } as never), expected))
