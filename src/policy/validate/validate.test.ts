import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { type PolicyKind, validate } from "./index.ts"

interface Case {
  id: string
  kind: string
  document: string
  /** `ok`, or the code and the message. */
  expected: string
}

const file = new URL("../../../test/vectors/policy-validation.json", import.meta.url)
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] }

const kindOf = ({ kind }: Case): PolicyKind =>
  kind.startsWith("trust") ? "trust" : kind.startsWith("s3") ? "s3-bucket" : "identity-inline"

const hasPrincipal = (arn: string) => !arn.includes("does-not-exist")

for (const one of cases)
  test(`case ${one.id} is answered "${one.expected}"`, () => {
    const fault = validate(kindOf(one), one.document, { bucket: "BUCKET", hasPrincipal })
    assert.equal(fault === undefined ? "ok" : `${fault.code}: ${fault.message}`, one.expected)
  })
