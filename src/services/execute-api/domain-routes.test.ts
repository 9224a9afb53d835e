import assert from "node:assert/strict"
import { it } from "node:test"
import type { HttpRequest } from "../../wire/http.ts"
import type { ServedDomain } from "../apigatewayv2/service.ts"
import { routeDomain } from "./domain-routes.ts"

const request = (headers: Record<string, string> = {}) => ({ headers }) as unknown as HttpRequest

type Rule = ServedDomain["rules"][number]
const rule = (Priority: number, ApiId: string, Conditions: Rule["Conditions"], StripBasePath = false): Rule => ({
  Priority,
  Conditions,
  Actions: [{ InvokeApi: { ApiId, Stage: "s", StripBasePath } }],
})

function domain(RoutingMode: ServedDomain["body"]["RoutingMode"], keys: readonly string[], rules: Rule[] = []) {
  const mappings = keys.map((key) => ({ ApiMappingKey: key, ApiId: key || "none", Stage: "" }))
  const body = { RoutingMode, DomainNameConfigurations: [], Tags: {} }
  return { name: "example.com", account: "123456789012", region: "us-east-1", body, mappings, rules } as ServedDomain
}

const MAPPED = domain("API_MAPPING_ONLY", ["", "shop", "shop/v2"])

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
    const route = routeDomain(MAPPED, path, request())
    assert.deepEqual([route?.apiId, route?.path, route?.stageName], [api, behind, ""])
  })

it("a custom domain without a mapping for a path leads nowhere", () =>
  assert.equal(routeDomain(domain("API_MAPPING_ONLY", ["a"]), "/b", request()), undefined))

const RULES = [
  rule(1, "images", [{ MatchHeaders: { AnyOf: [{ Header: "Accept", ValueGlob: "image*" }] } }]),
  rule(2, "both", [
    { MatchBasePaths: { AnyOf: ["v1"] } },
    { MatchHeaders: { AnyOf: [{ Header: "x-kind", ValueGlob: "*beta*" }] } },
  ]),
  rule(3, "kept", [{ MatchBasePaths: { AnyOf: ["v1"] } }]),
  rule(4, "stripped", [{ MatchBasePaths: { AnyOf: ["v2"] } }], true),
]

const RULED: readonly [path: string, headers: Record<string, string>, api: string | undefined, behind?: string][] = [
  ["/v1/a", { accept: "image/png" }, "images", "/v1/a"],
  ["/v1/a", { accept: "text/image" }, "kept", "/v1/a"],
  ["/v1/a", { "x-kind": "a-beta-b" }, "both", "/v1/a"],
  ["/v1", {}, "kept", "/v1"],
  ["/v11", {}, undefined],
  ["/v2/a", {}, "stripped", "/a"],
  ["/v2", {}, "stripped", "/"],
]

for (const [path, headers, api, behind] of RULED)
  it(`routing rules lead ${path} with ${JSON.stringify(headers)} to ${api}`, () => {
    const route = routeDomain(domain("ROUTING_RULE_ONLY", [""], RULES), path, request(headers))
    assert.deepEqual([route?.apiId, route?.path], [api, behind])
  })

it("API mappings count after the rules, where the domain says so, and without them where it does not", () => {
  const asked = ["/v3/a", request()] as const
  assert.equal(routeDomain(domain("ROUTING_RULE_THEN_API_MAPPING", [""], RULES), ...asked)?.apiId, "none")
  assert.equal(routeDomain(domain("API_MAPPING_ONLY", [""], RULES), "/v1/a", request())?.apiId, "none")
})
