import assert from "node:assert/strict"
import { it } from "node:test"
import { chooseMapping } from "./base-paths.ts"

const mappings = ["", "shop", "shop/v2"].map((basePath) => ({ basePath, apiId: basePath || "none" }))

const CASES: readonly [path: string, api: string, behind: string][] = [
  ["/", "none", "/"],
  ["/shops/1", "none", "/shops/1"],
  ["/shop", "shop", "/"],
  ["/shop/", "shop", "/"],
  ["/shop/v1", "shop", "/v1"],
  ["/shop/v2/a", "shop/v2", "/a"],
  ["/shop/v22", "shop", "/v22"],
]

for (const [path, api, behind] of CASES)
  it(`a custom domain leads from ${path} to ${behind} of ${api}`, () => {
    const chosen = chooseMapping(mappings, path)
    assert.equal(chosen?.mapping.apiId, api)
    assert.equal(chosen?.path, behind)
  })

it("a custom domain without a mapping for a path leads nowhere", () =>
  assert.equal(chooseMapping([{ basePath: "a", apiId: "x" }], "/b"), undefined))
