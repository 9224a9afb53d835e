import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { APIGateway, Op } from "@aws-sdk/client-api-gateway"
import { bad, bare, conflicts, type GatewayWorld, missing, openGatewayWorld } from "./apigateway-world.ts"

let world: GatewayWorld
let gateway: APIGateway
before(async () => {
  world = await openGatewayWorld()
  gateway = world.gateway
})
after(() => world[Symbol.asyncDispose]())

const operations = (...all: [op: string, path: string, value?: string][]) =>
  all.map(([op, path, value]) => ({ op: op as Op, path, value }))
const noKey = "Invalid API Key identifier specified"
const noPlan = "Invalid Usage Plan ID specified"

describe("API keys", () => {
  it("show their value when they are made, and where it is asked for", async () => {
    const { $metadata, ...made } = await gateway.createApiKey({
      name: "mobile",
      description: "of the app",
      enabled: true,
      customerId: "c-1",
      tags: { team: "pets" },
    })
    assert.equal($metadata.httpStatusCode, 201)
    assert.match(made.id!, /^[a-z0-9]{10}$/)
    assert.match(made.value!, /^[a-zA-Z0-9]{40}$/)
    const { value, ...hidden } = made
    const apiKey = made.id!
    assert.deepEqual(bare(await gateway.getApiKey({ apiKey })), hidden)
    assert.deepEqual(bare(await gateway.getApiKey({ apiKey, includeValue: true })), made)
    const { createdDate, lastUpdatedDate, ...rest } = hidden
    assert.ok(createdDate instanceof Date && lastUpdatedDate instanceof Date)
    assert.deepEqual(rest, {
      id: apiKey,
      name: "mobile",
      description: "of the app",
      customerId: "c-1",
      enabled: true,
      stageKeys: [],
      tags: { team: "pets" },
    })
    const listed = await gateway.getApiKeys({ nameQuery: "mob" })
    assert.deepEqual(listed.items, [hidden])
    assert.deepEqual((await gateway.getApiKeys({ nameQuery: "mob", includeValues: true })).items, [made])
    assert.deepEqual((await gateway.getApiKeys({ nameQuery: "other" })).items, [])
    assert.deepEqual((await gateway.getApiKeys({ customerId: "c-1" })).items, [hidden])
    await conflicts(gateway.createApiKey({ name: "twin", value: value! }), "API Key already exists")

    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateApiKey({ apiKey, patchOperations: operations(...all) })
    const changed = await update(
      ["replace", "/name", "web"],
      ["replace", "/description", "of the page"],
      ["replace", "/enabled", "false"],
      ["replace", "/customerId", "c-2"],
      ["add", "/stages", "api/prod"],
    )
    assert.equal(changed.value, undefined)
    assert.equal(changed.name, "web")
    assert.equal(changed.enabled, false)
    assert.deepEqual(changed.stageKeys, ["api/prod"])
    await bad(
      update(["replace", "/name", "x"], ["replace", "/id", "x"]),
      "Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/description, /enabled, /name, /customerId]",
    )
    assert.equal((await gateway.getApiKey({ apiKey })).name, "web")
    assert.equal((await gateway.deleteApiKey({ apiKey })).$metadata.httpStatusCode, 202)
    await missing(gateway.getApiKey({ apiKey }), noKey)
    await missing(gateway.deleteApiKey({ apiKey }), noKey)
    await missing(update(["replace", "/name", "x"]), noKey)
    await gateway.createApiKey({ name: "again", value: value! })
  })

  it("have values and names of bounded length", async () => {
    await bad(gateway.createApiKey({ name: "n".repeat(1025) }), "Invalid API Key name, can be at most 1024 characters.")
    await bad(gateway.createApiKey({ value: "x".repeat(19) }), "API Key value should be at least 20 characters")
    await bad(gateway.createApiKey({ value: "x".repeat(129) }), "API Key value exceeds maximum size of 128 characters")
    await bad(gateway.createApiKey({ description: "x".repeat(125_001) }), "Invalid API Key description specified.")
    const { value } = await gateway.createApiKey({ value: "y".repeat(128) })
    assert.equal(value, "y".repeat(128))
  })

  it("are listed page by page", async () => {
    for (let i = 0; i < 5; i++) await gateway.createApiKey({ name: `paged-${i}` })
    const seen: string[] = []
    let position: string | undefined
    do {
      const page = await gateway.getApiKeys({ nameQuery: "paged-", limit: 2, position })
      assert.ok(page.items!.length <= 2)
      seen.push(...page.items!.map(({ name }) => name!))
      position = page.position
    } while (position)
    assert.deepEqual(
      seen.sort(),
      [0, 1, 2, 3, 4].map((i) => `paged-${i}`),
    )
  })

  it("come from a file", async () => {
    const plan = await gateway.createUsagePlan({ name: "imported" })
    const file = [
      "Name,key,description,Enabled,usageplanIds",
      `first,${"a".repeat(20)},"with, comma",TRUE,${plan.id}`,
      `second,short,,true,`,
      `third,${"c".repeat(20)},,false,nobody`,
      `fourth,${"d".repeat(20)},,,`,
    ].join("\r\n")
    const load = (body: string, failOnWarnings = false) =>
      gateway.importApiKeys({ format: "csv", body: new TextEncoder().encode(body), failOnWarnings })
    await bad(
      load(file, true),
      /^Line 3: API Key value should be at least 20 characters; Line 4: Invalid Usage Plan ID/,
    )
    assert.deepEqual((await gateway.getApiKeys({ nameQuery: "first" })).items, [])
    const { ids, warnings, $metadata } = await load(file)
    assert.equal($metadata.httpStatusCode, 201)
    assert.equal(ids!.length, 2)
    assert.deepEqual(warnings, [
      "Line 3: API Key value should be at least 20 characters",
      "Line 4: Invalid Usage Plan ID specified",
    ])
    const first = await gateway.getApiKey({ apiKey: ids![0]!, includeValue: true })
    assert.deepEqual(
      [first.name, first.value, first.description, first.enabled],
      ["first", "a".repeat(20), "with, comma", true],
    )
    const { items } = await gateway.getUsagePlanKeys({ usagePlanId: plan.id! })
    assert.deepEqual(
      items!.map(({ id }) => id),
      [ids![0]],
    )
    await bad(load("a,b\n1,2"), /^Invalid API key file/)
  })
})

describe("usage plans", () => {
  async function newStage() {
    const { restApiId: apiId, deploymentId } = await world.makeDeployed()
    await gateway.createStage({ restApiId: apiId, stageName: "prod", deploymentId })
    return { apiId, stage: "prod" }
  }

  it("are read back as they were made", async () => {
    const apiStage = await newStage()
    const quota = { limit: 100, offset: 0, period: "MONTH" } as const
    const made = await gateway.createUsagePlan({
      name: "basic",
      description: "for all",
      apiStages: [apiStage],
      throttle: { burstLimit: 5, rateLimit: 2.5 },
      quota,
      tags: { team: "pets" },
    })
    assert.equal(made.$metadata.httpStatusCode, 201)
    assert.deepEqual(bare(made), {
      id: made.id,
      name: "basic",
      description: "for all",
      apiStages: [apiStage],
      throttle: { burstLimit: 5, rateLimit: 2.5 },
      quota,
      tags: { team: "pets" },
    })
    assert.match(made.id!, /^[a-z0-9]{6}$/)
    assert.deepEqual(bare(await gateway.getUsagePlan({ usagePlanId: made.id! })), bare(made))
    const { $metadata: _, id: __, ...plain } = await gateway.createUsagePlan({ name: "plain" })
    assert.deepEqual(plain, { name: "plain", apiStages: [], tags: {} })
    await bad(gateway.createUsagePlan({ name: "x", quota: { limit: 0, period: "DAY" } }), /quota limit/)
    await bad(gateway.createUsagePlan({ name: "x", throttle: { rateLimit: -1 } }), /negative/)
    await missing(
      gateway.createUsagePlan({ name: "x", apiStages: [{ ...apiStage, stage: "none" }] }),
      /^Invalid API Stage \{api: \w+, stage: none\} specified for usageplan \w+$/,
    )
  })

  it("are changed by each documented path, all or nothing", async () => {
    const { apiId, stage } = await newStage()
    const { id } = await gateway.createUsagePlan({ name: "plan" })
    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateUsagePlan({ usagePlanId: id!, patchOperations: operations(...all) })
    const throttled = `/apiStages/${apiId}:${stage}/throttle//pets/GET`
    const changed = await update(
      ["replace", "/name", "renamed"],
      ["replace", "/productCode", "code"],
      ["add", "/apiStages", `${apiId}:${stage}`],
      ["replace", "/throttle/rateLimit", "10"],
      ["replace", "/throttle/burstLimit", "20"],
      ["replace", "/quota/limit", "1000"],
      ["replace", "/quota/period", "WEEK"],
      ["replace", `${throttled}/rateLimit`, "1.5"],
      ["replace", `${throttled}/burstLimit`, "2"],
    )
    assert.deepEqual(bare(changed), {
      id,
      name: "renamed",
      productCode: "code",
      apiStages: [{ apiId, stage, throttle: { "/pets/GET": { rateLimit: 1.5, burstLimit: 2 } } }],
      throttle: { rateLimit: 10, burstLimit: 20 },
      quota: { limit: 1000, offset: 0, period: "WEEK" },
      tags: {},
    })
    const first = ["replace", "/name", "never"] as [string, string, string]
    await bad(update(first, ["add", "/apiStages", "nonsense"]), "Invalid API Stage specified")
    await missing(
      update(first, ["add", "/apiStages", `${apiId}b:${stage}`]),
      `Invalid API Stage {api: ${apiId}b, stage: ${stage}} specified for usageplan ${id}`,
    )
    await missing(
      update(first, ["remove", "/apiStages", `${apiId}:fakestagename`]),
      `Invalid API Stage {api: ${apiId}, stage: fakestagename} specified for usageplan ${id}`,
    )
    await bad(update(first, ["replace", "/nothing", "x"]), "Invalid patch path /nothing")
    assert.equal((await gateway.getUsagePlan({ usagePlanId: id! })).name, "renamed")
    await bad(gateway.deleteUsagePlan({ usagePlanId: id! }), /^Cannot delete usage plan/)
    const emptied = await update(
      ["remove", "/apiStages", `${apiId}:${stage}`],
      ["remove", "/throttle"],
      ["remove", "/quota"],
      ["remove", "/productCode"],
    )
    assert.deepEqual(bare(emptied), { id, name: "renamed", apiStages: [], tags: {} })
    assert.equal((await gateway.deleteUsagePlan({ usagePlanId: id! })).$metadata.httpStatusCode, 202)
    await missing(gateway.getUsagePlan({ usagePlanId: id! }), noPlan)
    await missing(gateway.deleteUsagePlan({ usagePlanId: id! }), noPlan)
    await missing(update(["replace", "/name", "x"]), noPlan)
  })

  it("have keys, each of which has one plan for a stage", async () => {
    const apiStage = await newStage()
    const key = await gateway.createApiKey({ name: "holder", enabled: true })
    const plan = await gateway.createUsagePlan({ name: "one", apiStages: [apiStage] })
    const rival = await gateway.createUsagePlan({ name: "two", apiStages: [apiStage] })
    const named = { usagePlanId: plan.id!, keyId: key.id! }
    const made = await gateway.createUsagePlanKey({ ...named, keyType: "API_KEY" })
    assert.equal(made.$metadata.httpStatusCode, 201)
    const expected = { id: key.id, type: "API_KEY", name: "holder", value: key.value }
    assert.deepEqual(bare(made), expected)
    assert.deepEqual(bare(await gateway.getUsagePlanKey(named)), expected)
    assert.deepEqual((await gateway.getUsagePlanKeys({ usagePlanId: plan.id! })).items, [expected])
    assert.deepEqual((await gateway.getUsagePlanKeys({ usagePlanId: plan.id!, nameQuery: "x" })).items, [])
    const plans = await gateway.getUsagePlans({ keyId: key.id })
    assert.deepEqual(
      plans.items!.map(({ id }) => id),
      [plan.id],
    )
    await conflicts(gateway.createUsagePlanKey({ ...named, keyType: "API_KEY" }), /already in/)
    await conflicts(
      gateway.createUsagePlanKey({ ...named, usagePlanId: rival.id!, keyType: "API_KEY" }),
      /already subscribed/,
    )
    await bad(gateway.createUsagePlanKey({ ...named, keyType: "OTHER" }), /keyType/)
    await missing(gateway.createUsagePlanKey({ ...named, keyId: "nobody", keyType: "API_KEY" }), noKey)
    await missing(gateway.createUsagePlanKey({ ...named, usagePlanId: "nobody", keyType: "API_KEY" }), noPlan)
    assert.equal((await gateway.deleteUsagePlanKey(named)).$metadata.httpStatusCode, 202)
    await missing(gateway.getUsagePlanKey(named), /Usage Plan Key/)
    await missing(gateway.deleteUsagePlanKey(named), /Usage Plan Key/)

    await gateway.createUsagePlanKey({ ...named, usagePlanId: rival.id!, keyType: "API_KEY" })
    const patchOperations = operations(["remove", "/apiStages", `${apiStage.apiId}:prod`])
    await gateway.updateUsagePlan({ usagePlanId: rival.id!, patchOperations })
    await gateway.deleteUsagePlan({ usagePlanId: rival.id! })
    assert.deepEqual((await gateway.getUsagePlans({ keyId: key.id })).items, [])
    await gateway.createUsagePlanKey({ ...named, keyType: "API_KEY" })
    await gateway.deleteApiKey({ apiKey: key.id! })
    assert.deepEqual((await gateway.getUsagePlanKeys({ usagePlanId: plan.id! })).items, [])
    await world.server.work.settle()
  })

  it("tell what is left of a quota, and can be given more", async () => {
    const key = await gateway.createApiKey({ name: "metered", enabled: true })
    const plan = await gateway.createUsagePlan({ name: "small", quota: { limit: 10, period: "DAY" } })
    const named = { usagePlanId: plan.id!, keyId: key.id! }
    await gateway.createUsagePlanKey({ ...named, keyType: "API_KEY" })
    const today = new Date().toISOString().slice(0, 10)
    const span = { usagePlanId: plan.id!, startDate: today, endDate: today }
    const usage = await gateway.getUsage(span)
    assert.deepEqual(bare(usage), { ...span, items: { [key.id!]: [[0, 10]] } })
    const given = await gateway.updateUsage({ ...named, patchOperations: operations(["replace", "/remaining", "25"]) })
    assert.deepEqual(given.items, { [key.id!]: [[0, 25]] })
    assert.deepEqual((await gateway.getUsage({ ...span, keyId: key.id })).items, { [key.id!]: [[0, 25]] })
    await bad(
      gateway.updateUsage({ ...named, patchOperations: operations(["replace", "/used", "1"]) }),
      "Invalid patch path  '/used' specified for op 'replace'. Must be one of: [/remaining]",
    )
    await bad(gateway.getUsage({ ...span, startDate: "yesterday" }), /YYYY-MM-DD/)
    await bad(gateway.getUsage({ ...span, startDate: "2026-02-30" }), /YYYY-MM-DD/)
    await bad(gateway.getUsage({ ...span, startDate: "2020-01-01" }), /90 days/)
    await missing(gateway.getUsage({ ...span, usagePlanId: "nobody" }), noPlan)
  })
})
