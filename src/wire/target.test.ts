import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { parseTarget } from "./target.ts"

describe("a target", () => {
  for (const [header, target] of [
    ["DynamoDB_20120810.GetItem", { prefix: "DynamoDB_20120810", operation: "GetItem" }],
    ["com.amazonaws.cognito.sync.List", { prefix: "com.amazonaws.cognito.sync", operation: "List" }],
    ["GetItem", undefined],
    [".GetItem", undefined],
    ["DynamoDB_20120810.", undefined],
    ["", undefined],
    [undefined, undefined],
  ] as const) {
    test(String(header), () => assert.deepEqual(parseTarget(header), target))
  }
})
