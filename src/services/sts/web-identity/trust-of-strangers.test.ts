import assert from "node:assert/strict"
import { test } from "node:test"
import { compile, type StatementDocument } from "../../../policy/index.ts"
import { trustOfStrangers } from "./trust-of-strangers.ts"

const PROVIDER = "cognito-identity.amazonaws.com"
const statement = (Condition: NonNullable<StatementDocument["Condition"]>, Effect = "Allow") => ({
  Sid: `${Effect}${Object.keys(Condition).join("")}`.replace(/\W/g, ""),
  Effect,
  Principal: { Federated: PROVIDER },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition,
})
const aud = (operator: string) => ({ [operator]: { [`${PROVIDER}:AUD`]: "us-east-1:x" } })
const amr = { "ForAnyValue:StringLike": { [`${PROVIDER}:amr`]: "authenticated" } }

const CASES: readonly [string, StatementDocument, boolean][] = [
  ["a pool by aud", statement(aud("StringEquals")), true],
  ["pools by a pattern of aud", statement({ ...aud("StringLike"), ...amr }), true],
  ["whoever signed in", statement(amr), false],
  ["every pool but one", statement(aud("StringNotEquals")), false],
  ["a pool where there is one", statement(aud("StringEqualsIfExists")), false],
]

for (const [what, written, expected] of CASES)
  test(`${what} ${expected ? "lets in" : "does not let in"} strangers`, () => {
    const trust = compile({ Version: "2012-10-17", Statement: [statement(amr, "Deny"), written] })
    const scoped = trustOfStrangers(trust)
    assert.deepEqual(
      scoped.statements.map(({ effect }) => effect),
      expected ? ["Deny", "Allow"] : ["Deny"],
    )
    assert.equal(trustOfStrangers(trust), scoped)
  })
