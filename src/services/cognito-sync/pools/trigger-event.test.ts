import assert from "node:assert/strict"
import { describe, it } from "node:test"
import type { Entry } from "../datasets/entries.ts"
import type { Patch } from "../datasets/patch.ts"
import { applyAnswer, triggerEvent } from "./trigger-event.ts"

const PLACE = { region: "us-east-1", identityPoolId: "us-east-1:p", identityId: "us-east-1:i", datasetName: "settings" }

const entry = (key: string, value: string, syncCount: number): Entry => ({
  key,
  value,
  syncCount,
  modifiedAt: 0,
  modifiedBy: "me",
  deviceModifiedAt: 0,
})
const present = [entry("colour", "red", 1), entry("size", "9", 2), entry("shape", "round", 3)]
const patches: Patch[] = [
  { key: "colour", value: "blue", syncCount: 1, deviceModifiedAt: 5 },
  { key: "size", syncCount: 2 },
  { key: "new", value: "1", syncCount: 0 },
]
const event = triggerEvent(PLACE, present, patches)

const applied = (answer: object) => applyAnswer(event, present, patches, Buffer.from(JSON.stringify(answer)))
const answered = (datasetRecords: object) => applied({ ...event, datasetRecords })
const refused = (code: string) => ({ code })

describe("the event of a sync trigger", () => {
  it("tells of all records, and of what the device wants", () => {
    assert.deepEqual(event, {
      version: 2,
      eventType: "SyncTrigger",
      ...PLACE,
      datasetRecords: {
        colour: { oldValue: "red", newValue: "blue", op: "replace" },
        size: { oldValue: "9", newValue: undefined, op: "remove" },
        shape: { oldValue: "round", newValue: "round", op: "none" },
        new: { oldValue: undefined, newValue: "1", op: "replace" },
      },
    })
  })
})

describe("the answer of a sync trigger", () => {
  it("is what was sent where the function hands back the event", () => {
    assert.deepEqual(applied(event), patches)
  })

  const cases: [string, object, Patch[]][] = [
    ["leaves out what stays as it is", {}, []],
    [
      "changes what was sent",
      { colour: { op: "replace", newValue: "green" } },
      [{ key: "colour", syncCount: 1, value: "green", deviceModifiedAt: 5 }],
    ],
    [
      "takes away what was sent, by its kind or by null",
      { colour: { op: "remove", newValue: "blue" }, new: { op: "replace", newValue: null } },
      [
        { key: "colour", syncCount: 1, deviceModifiedAt: 5 },
        { key: "new", syncCount: 0 },
      ],
    ],
    [
      "changes what was not sent, at the count that it was shown",
      { shape: { op: "replace", newValue: "square" } },
      [{ key: "shape", syncCount: 3, value: "square" }],
    ],
    ["takes away what was not sent", { shape: { op: "remove" } }, [{ key: "shape", syncCount: 3 }]],
    ["adds records", { more: { op: "replace", newValue: "" } }, [{ key: "more", syncCount: 0, value: "" }]],
    [
      "does not change what stays the same, nor take away what is not there",
      { shape: { op: "replace", newValue: "round" }, nothing: { op: "remove" }, size: { op: "none" } },
      [],
    ],
  ]
  for (const [what, records, expected] of cases) it(what, () => assert.deepEqual(answered(records), expected))

  it("is refused where anything but the records is another", () => {
    for (const changed of [{ version: 1 }, { identityId: "us-east-1:j" }, { more: 1 }, { region: undefined }])
      assert.throws(() => applied({ ...event, ...changed }), refused("InvalidLambdaFunctionOutputException"))
  })

  it("is refused where its records are none", () => {
    const none: unknown[] = [null, [], "x", 1, { k: null }, { k: { op: "add" } }, { k: { op: "replace" } }]
    for (const datasetRecords of [
      ...none,
      { k: { op: "replace", newValue: 1 } },
      { "": { op: "replace", newValue: "" } },
    ])
      assert.throws(() => applied({ ...event, datasetRecords }), refused("InvalidLambdaFunctionOutputException"))
    for (const text of ["", "null", "[]", "{", '"x"'])
      assert.throws(
        () => applyAnswer(event, present, patches, Buffer.from(text)),
        refused("InvalidLambdaFunctionOutputException"),
      )
  })

  it("may hold as many records as a dataset, and no more, each as a caller may send it", () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, { op: "replace", newValue: "v" }]))
    assert.equal(answered(many(1_024)).length, 1_024)
    for (const count of [1_025, 3_000])
      assert.throws(() => answered(many(count)), refused("InvalidLambdaFunctionOutputException"))
    const long = { ["k".repeat(1_025)]: { op: "replace", newValue: "" } }
    assert.throws(() => answered(long), refused("LimitExceededException"))
    assert.throws(
      () => answered({ k: { op: "replace", newValue: "v".repeat(1_048_576) } }),
      refused("LimitExceededException"),
    )
  })
})
