import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { cataloguePath, formatCatalogue } from "./iam-catalogue.ts"

test("the catalogue of actions is what tools/iam-catalogue.ts makes of its source", () => {
  assert.ok(readFileSync(cataloguePath, "utf8") === formatCatalogue(), "run: node tools/iam-catalogue.ts")
})
