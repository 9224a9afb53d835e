import assert from "node:assert/strict"
import { test } from "node:test"
import { findFormValue } from "./form-value.ts"

for (const [form, expected] of [
  ["Action=ListUsers", "ListUsers"],
  ["Action=ListUsers&Version=2010-05-08", "ListUsers"],
  ["Version=2010-05-08&Action=ListUsers", "ListUsers"],
  ["Version=2010-05-08&Action=ListUsers&Action=GetUser", "ListUsers"],
  ["Action=&Action=GetUser", "GetUser"],
  ["MyAction=GetUser", undefined],
  ["a=Action=GetUser", undefined],
  ["MyAction=GetUser&Action=ListUsers", "ListUsers"],
  ["Action", undefined],
  ["Action=", undefined],
  ["Action=%41", undefined],
  ["", undefined],
  [`a=${"b".repeat(300_000)}&Action=ListUsers`, "ListUsers"],
  [`Action=${"b".repeat(300)}`, "b".repeat(128)],
] as const)
  test(`${form.slice(0, 60) || "nothing"}: ${expected?.slice(0, 20)}`, () => {
    assert.equal(findFormValue(Buffer.from(form), "Action", /^\w+/), expected)
  })
