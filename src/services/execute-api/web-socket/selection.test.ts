import assert from "node:assert/strict"
import { it } from "node:test"
import type { Exchange } from "../rest/exchange.ts"
import { compileSelection, jsonOf } from "./selection.ts"

const exchange = {
  request: {
    headers: { "x-a": "b" },
    rawHeaders: ["X-A", "b"],
    query: "q=1%202",
    path: "/",
    remoteAddress: "10.0.0.1",
  },
  stage: { variables: { colour: "red" } },
  socket: { connectionId: "id=", routeKey: "$default", eventType: "MESSAGE", connectedAt: 0 },
  integration: { status: 207, latency: 0 },
} as unknown as Exchange

for (const [expression, body, selected] of [
  ["$request.body.action", '{"action":"join"}', "join"],
  ["${request.body.action}", '{"action":"join"}', "join"],
  ["$request.body.a.b", '{"a":{"b":7}}', "7"],
  ["$request.body.a[1]", '{"a":[1,true]}', undefined],
  ["${request.body.a[1]}", '{"a":[1,true]}', "true"],
  ["${request.body.a}/${request.body.b}", '{"a":"x","b":"y"}', "x/y"],
  ["${request.body.a}/${request.body.b}", '{"a":"x"}', undefined],
  ["$request.body.action", '{"action":{"toString":null}}', undefined],
  ["$request.body.action", "no JSON", undefined],
  ["$request.body.action", "null", undefined],
  ["$request.body.constructor", "{}", undefined],
  ["${request.body.a..b..c..d}", "{}", undefined],
  ["$request.header.X-A", "", "b"],
  ["${request.querystring.q}", "", "1 2"],
  ["$context.connectionId", "", "id="],
  ["$stageVariables.colour", "", "red"],
  ["$stageVariables.constructor", "", undefined],
  ["$integration.response.statuscode", "", "207"],
  ["$default", "", "$default"],
  ["\\$default", "", "$default"],
] as const)
  it(`${expression} of ${body || "nothing"} is ${selected}`, () => {
    assert.equal(compileSelection(expression)(exchange, jsonOf(Buffer.from(body))), selected)
  })
