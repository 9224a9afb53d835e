import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { compileRoutes } from "./routes.ts"

const routes = compileRoutes(
  [
    "/",
    "/pets",
    "/pets/{petId}",
    "/pets/{petId}/toys",
    "/pets/mine",
    "/files/{proxy+}",
    "/files/index",
    "/deep/{a}/{b}/end",
    "/{proxy+}",
  ].map((path) => [path, path] as const),
)

const CASES: readonly [path: string, target: string, parameters?: Record<string, string>][] = [
  ["/", "/"],
  ["/pets", "/pets"],
  ["/pets/", "/pets"],
  ["/pets/mine", "/pets/mine"],
  ["/pets/7", "/pets/{petId}", { petId: "7" }],
  ["/pets/a%2Bb", "/pets/{petId}", { petId: "a%2Bb" }],
  ["/pets/7/toys", "/pets/{petId}/toys", { petId: "7" }],
  // "mine" has nothing below it, and so is a pet's id here.
  ["/pets/mine/toys", "/pets/{petId}/toys", { petId: "mine" }],
  ["/pets/7/else", "/{proxy+}", { proxy: "pets/7/else" }],
  ["/files/index", "/files/index"],
  ["/files/a//b", "/files/{proxy+}", { proxy: "a//b" }],
  ["/files/a/b/", "/files/{proxy+}", { proxy: "a/b/" }],
  ["/deep/1/2/end", "/deep/{a}/{b}/end", { a: "1", b: "2" }],
  ["/deep/1/2/3", "/{proxy+}", { proxy: "deep/1/2/3" }],
  ["/%70ets", "/{proxy+}", { proxy: "%70ets" }],
  ["/constructor/__proto__", "/{proxy+}", { proxy: "constructor/__proto__" }],
]

describe("the routes of an API", () => {
  for (const [path, target, parameters] of CASES)
    it(`lead from ${path} to ${target}`, () => assert.deepEqual(routes.match(path), { target, parameters }))

  it("lead nowhere without a resource", () => {
    const few = compileRoutes([["/a/{x}", 1]])
    for (const path of ["/", "/a", "/a/", "/a//", "/a/b/c", "//a/b", "/A/b"])
      assert.equal(few.match(path), undefined, path)
  })

  it("look at each resource once, however long a path is", () => {
    const wide = compileRoutes(Array.from({ length: 300 }, (_, i) => [`/${"{a}/".repeat(i % 60)}x${i}`, i] as const))
    assert.equal(wide.match(`/${"x/".repeat(30_000)}`), undefined)
  })
})
