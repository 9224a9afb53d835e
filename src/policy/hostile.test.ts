import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { policies, request } from "../../test/policy/arbitrary.ts"
import {
  compile,
  contextOf,
  decide,
  explain,
  formatRefusal,
  PolicySyntaxError,
  type Request,
  validate,
} from "./index.ts"

const KINDS = ["identity-inline", "identity-managed", "trust", "s3-bucket", "resource"] as const
const ANONYMOUS = { type: "anonymous", arn: null, account: null } as const

/** Whatever the text is: only the documented error, and no other from what compiles. */
function survives(text: string): void {
  for (const kind of KINDS) {
    const fault = validate(kind, text, { bucket: "b" })
    assert.ok(fault === undefined || (fault.message.length > 0 && fault.status === 400))
  }
  let policy: ReturnType<typeof compile>
  try {
    policy = compile(text)
  } catch (error) {
    assert.ok(error instanceof PolicySyntaxError, String(error))
    return
  }
  for (const [action, resource] of [
    ["s3:GetObject", "arn:aws:s3:::b/k"],
    ["", ""],
    ["__proto__", "*"],
  ] as const) {
    const asked: Request = {
      principal: ANONYMOUS,
      action,
      resource,
      resourceAccount: "111122223333",
      context: contextOf({ "aws:key": "value", ["__proto__"]: "x", list: ["a"] }),
    }
    const { allowed, decision } = explain(asked, { identity: [policy], resource: policy, rcp: [[policy]] })
    assert.equal(allowed, decision === "allow")
  }
}

const DICTIONARY = [
  "Version",
  "2012-10-17",
  "Statement",
  "Effect",
  "Allow",
  "Deny",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "AWS",
  "Federated",
  "Service",
  "Sid",
  "Condition",
  "StringLike",
  "ForAnyValue:StringEquals",
  "IpAddress",
  "DateLessThan",
  "NumericEquals",
  "Null",
  "*",
  "s3:*",
  "sts:AssumeRole",
  "arn:aws:s3:::b/${aws:key}*",
  "${",
  "${k, '",
  "__proto__",
  "constructor",
  "toString",
  "valueOf",
  "toJSON",
  "\u0000",
  "\ud800",
]
const word = fc.oneof(fc.constantFrom(...DICTIONARY), fc.string())
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    word,
    fc.constantFrom(null, true, 0, -1.5, 1e300),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(word, tie("value"), { maxKeys: 5 }),
  ),
})).value

test("any text is refused with a documented error, or decided", () =>
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.json()), survives), { numRuns: 3000 }))

test("any JSON of policy words is refused with a documented error, or decided", () =>
  fc.assert(
    fc.property(json, (value) => survives(JSON.stringify(value))),
    { numRuns: 10_000 },
  ))

test("a policy with one part replaced by anything is refused with a documented error, or decided", () =>
  fc.assert(
    fc.property(policies, json, fc.nat(), ({ identity, resource }, value, place) => {
      const document = resource ?? identity[0]
      if (document === undefined) return
      let left = place % 20
      survives(JSON.stringify(document, (_key, part) => (left-- === 0 ? value : part)))
    }),
    { numRuns: 5000 },
  ))

test("any request is answered, and any refusal has words", () =>
  fc.assert(
    fc.property(request, policies, fc.string(), fc.string(), (who, of, action, resource) => {
      const asked = { ...who, action, resource, context: contextOf(who.context) }
      const applicable = { identity: of.identity.map((document) => compile(document)) }
      const decision = decide(asked, applicable)
      const text = formatRefusal({ principalArn: "arn", action, resource, decision })
      assert.ok(decision.allowed || /because no|with an explicit deny in/.test(text))
    }),
    { numRuns: 3000 },
  ))

for (const [name, text] of [
  ["deep arrays", "[".repeat(100_000) + "]".repeat(100_000)],
  ["a deep Condition", `{"Statement":{"Effect":"Allow","Condition":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}}`],
  ["a long Action of stars", JSON.stringify({ Statement: { Effect: "Allow", Action: `s3:${"*a".repeat(60_000)}` } })],
  [
    "a long Resource of stars",
    JSON.stringify({ Statement: { Effect: "Allow", Action: "*", Resource: "*a".repeat(60_000) } }),
  ],
  [
    "unclosed variables",
    JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "*", Resource: `arn:aws:s3:::${"${a".repeat(30_000)}` },
    }),
  ],
  [
    "a long Federated",
    JSON.stringify({ Statement: { Effect: "Allow", Action: "sts:*", Principal: { Federated: "a-".repeat(60_000) } } }),
  ],
  [
    "a long Service",
    JSON.stringify({
      Statement: { Effect: "Allow", Action: "sts:*", Principal: { Service: `${"a.".repeat(60_000)}!` } },
    }),
  ],
  [
    "a long number",
    JSON.stringify({
      Statement: {
        Effect: "Allow",
        Action: "*",
        Resource: "*",
        Condition: { NumericEquals: { k: "9".repeat(100_000) } },
      },
    }),
  ],
] as const)
  test(`survives ${name}`, () => survives(text))
