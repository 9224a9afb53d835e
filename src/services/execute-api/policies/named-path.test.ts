import assert from "node:assert/strict"
import { test } from "node:test"
import { namedPath } from "./named-path.ts"

for (const [sent, named] of [
  ["/", "/"],
  ["/items/secret", "/items/secret"],
  ["/items/secre%74", "/items/secret"],
  ["/items/%73%65cret%2D1", "/items/secret-1"],
  ["/items/a%2fb", "/items/a%2Fb"],
  ["/items/%2574", "/items/%2574"],
  ["/items/%c3%a9", "/items/%C3%A9"],
  ["/items/%", "/items/%"],
  ["/items/%zz%7", "/items/%zz%7"],
] as const)
  test(`${sent} is named ${named}`, () => assert.equal(namedPath(sent), named))
