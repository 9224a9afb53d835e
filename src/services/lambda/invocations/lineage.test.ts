import assert from "node:assert/strict"
import { test } from "node:test"
import type { FunctionRecord } from "../functions/record.ts"
import { descend, isRecursive } from "./lineage.ts"
import { traceIdOf } from "./trace.ts"

const of = (id: string, recursiveLoop?: "Allow" | "Terminate"): FunctionRecord => ({
  account: "123456789012",
  region: "us-east-1",
  name: "f",
  id,
  body: { nextVersion: 1, tags: {}, ...(recursiveLoop && { recursiveLoop }) },
})
const A = of("aaaaaaaa-0000-0000-0000-000000000000")
const B = of("bbbbbbbb-0000-0000-0000-000000000000")
const ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"

test("the lineage of a chain counts each of its functions", () => {
  for (const [before, next, after] of [
    [ROOT, A, `${ROOT};Lineage=1:aaaaaaaa:0`],
    [`${ROOT};Lineage=1:aaaaaaaa:0`, A, `${ROOT};Lineage=1:aaaaaaaa:1`],
    [`${ROOT};Lineage=aaaaaaaa:0`, A, `${ROOT};Lineage=1:aaaaaaaa:1`],
    [`${ROOT};Lineage=1:aaaaaaaa:3`, B, `${ROOT};Lineage=1:aaaaaaaa:3|bbbbbbbb:0`],
    [`${ROOT};Lineage=1:aaaaaaaa:3|bbbbbbbb:0`, A, `${ROOT};Lineage=1:bbbbbbbb:0|aaaaaaaa:4`],
    [`Root=1-0-0;Lineage=1:aaaaaaaa:0;Self=x`, B, "Root=1-0-0;Self=x;Lineage=1:aaaaaaaa:0|bbbbbbbb:0"],
    [`${ROOT};Lineage=`, A, `${ROOT};Lineage=1:aaaaaaaa:0`],
    [`${ROOT};Lineage=1:||:::`, A, `${ROOT};Lineage=1:aaaaaaaa:0`],
  ] as const)
    assert.equal(descend(before, next).traceId, after)
})

test("the seventeenth invocation is one too many, unless that is allowed", () => {
  let traceId = ROOT
  for (let count = 0; count < 16; count++) {
    const descent = descend(traceId, A)
    assert.equal(isRecursive(descent, A), false, String(count))
    traceId = descend(descent.traceId, B).traceId
  }
  const descent = descend(traceId, A)
  assert.equal(isRecursive(descent, A), true)
  assert.equal(isRecursive(descent, of(A.id, "Terminate")), true)
  assert.equal(isRecursive(descent, of(A.id, "Allow")), false)
  assert.equal(isRecursive(descend(ROOT, A), A), false)
})

test("a chain of many functions keeps to what a header takes", () => {
  let traceId = ROOT
  for (let count = 0; count < 100; count++)
    traceId = descend(traceId, of(`${count.toString(16).padStart(8, "0")}-0000`)).traceId
  assert.equal(traceIdOf(traceId, 0), traceId)
  assert.equal(traceId.split("|").length, 32)
})
