import assert from "node:assert/strict"
import { test } from "node:test"
import { applyAnswer } from "./trigger.ts"

const answer = (datasetRecords: object) => applyAnswer([], Buffer.from(JSON.stringify({ datasetRecords })))
const removals = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, { op: "remove" }]))

test("what a function answers may hold as many records as a dataset, and no more", () => {
  assert.equal(answer(removals(1_024)).length, 1_024)
  assert.throws(() => answer(removals(1_025)), { code: "InvalidLambdaFunctionOutputException" })
})

test("a function names no keys and values that no caller may send", () => {
  assert.throws(() => answer({ "": { op: "remove" } }), { code: "InvalidLambdaFunctionOutputException" })
  assert.throws(() => answer({ ["k".repeat(1_025)]: { op: "remove" } }), { code: "LimitExceededException" })
  assert.throws(() => answer({ k: { op: "replace", newValue: "v".repeat(1_048_576) } }), {
    code: "LimitExceededException",
  })
  assert.deepEqual(answer({ k: { op: "replace", newValue: "v" } }), [{ key: "k", syncCount: 0, value: "v" }])
})
