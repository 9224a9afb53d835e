import assert from "node:assert/strict"
import { test } from "node:test"
import { DefinitionError, parseDocument } from "./index.ts"

const read = (text: string) => parseDocument(Buffer.from(text))

test("what YAML has too much of is told before it is read", () => {
  const anchors = Array.from({ length: 20_000 }, (_, i) => `  - &a${i} 1`).join("\n")
  assert.throws(() => read(`openapi: "3.0.1"\nx:\n${anchors}`), DefinitionError)
  assert.throws(() => read(`openapi: "3.0.1"\n${"? a\n".repeat(40_000)}`), DefinitionError)
  const { root } = read(`openapi: "3.0.1"\nx: &a [1]\ny: *a\n? z\n: "?a=1&b=2"\n`)
  assert.deepEqual([root.y, root.z], [[1], "?a=1&b=2"])
})
