import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { root } from "./sources.ts"

test("every test that the threat model names is there", () => {
  const text = readFileSync(join(root, "docs/threat-model.md"), "utf8")
  const named = [...text.matchAll(/`([\w/-]+\.test\.ts)`/g)].map(([, file]) => file!)
  assert.ok(named.length > 20)
  assert.deepEqual(
    named.filter((file) => !existsSync(join(root, file))),
    [],
  )
})

test("every promise of the threat model names a test", () => {
  const text = readFileSync(join(root, "docs/threat-model.md"), "utf8")
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| promise "))
  for (const row of rows) assert.match(row, /\.test\.ts` \|$/, row)
})
