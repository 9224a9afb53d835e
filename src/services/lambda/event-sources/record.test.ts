import assert from "node:assert/strict"
import { test } from "node:test"
import { isPolled, type Mapping } from "./record.ts"

// Its first batch may be claimed before the transaction that tells of it: a lane that took it for one of nobody's would never be read.
for (const [state, isEnabled, expected] of [
  ["Creating", true, true],
  ["Enabling", true, true],
  ["Enabled", true, true],
  ["Updating", true, true],
  ["Disabling", false, false],
  ["Disabled", false, false],
  ["Deleting", true, false],
] as const)
  test(`a mapping that is ${state} is ${expected ? "" : "not "}read`, () =>
    assert.equal(isPolled({ body: { state, isEnabled } } as unknown as Mapping), expected))
