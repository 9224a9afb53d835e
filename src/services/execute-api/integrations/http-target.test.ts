import assert from "node:assert/strict"
import { it } from "node:test"
import { httpTarget } from "./http-target.ts"

const CASES: readonly [uri: string, path: Record<string, string>, origin: string, path: string][] = [
  ["http://a.example", {}, "http://a.example", "/"],
  ["https://a.example:8443/x?y=1", {}, "https://a.example:8443", "/x?y=1"],
  ["http://a.example/pets/{id}", { id: "7" }, "http://a.example", "/pets/7"],
  ["http://a.example/{proxy}", { proxy: "a//b%2Fc/../d" }, "http://a.example", "/a//b%2Fc/../d"],
  ["http://a.example/{proxy}", { proxy: "x?admin=1#y" }, "http://a.example", "/x%3Fadmin=1%23y"],
  ["http://a.example/{proxy}", { proxy: "a b\r\nx: é" }, "http://a.example", "/a%20b%0D%0Ax:%20%C3%A9"],
  ["http://a.example/{proxy}", { proxy: "\ud800" }, "http://a.example", "/%EF%BF%BD"],
  ["http://a.example/{other}", {}, "http://a.example", "/%7Bother%7D"],
  ["http://a.example{proxy}", { proxy: "@evil.example/" }, "http://a.example{proxy}", "/"],
]

for (const [uri, path, origin, expected] of CASES)
  it(`${uri} with ${JSON.stringify(path)} leads to ${expected}`, () =>
    assert.deepEqual(httpTarget(uri, undefined, new Map(Object.entries(path))), { origin, path: expected }))

it("stage variables stand for names of servers", () =>
  assert.deepEqual(httpTarget("http://$" + "{stageVariables.host}/x", { host: "b.example" }, new Map()), {
    origin: "http://b.example",
    path: "/x",
  }))
