import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs"
import { eventually } from "../harness/eventually.ts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { askSite } from "../harness/site-request.ts"
import { type Deployed, type ExecuteWorld, openExecuteWorld, policy, told } from "./execute-api-world.ts"

let world: ExecuteWorld
before(async () => {
  world = await openExecuteWorld([...FUNCTION_FLAGS, "--clock-control"])
  // What is counted by the day is counted on one day.
  const isLate = new Date(Date.now() + 10 * 60_000).getUTCDate() !== new Date().getUTCDate()
  if (isLate) await world.server.clock.advance({ minutes: 10 })
})
/** The day of the server's clock. */
const today = async (): Promise<string> => (await world.server.clock.now()).toISOString().slice(0, 10)
after(() => world[Symbol.asyncDispose]())

const OK = [200, { ok: true }]
const FORBIDDEN = [403, { message: "Forbidden" }]
const THROTTLED = [429, { message: "Too Many Requests" }]

describe("a stage", () => {
  it("gives its variables to what is behind its methods, and sends some calls to its canary", async () => {
    const restApiId = await world.create()
    const responses = [
      {
        responseParameters: {
          "method.response.header.x-colour": "stageVariables.colour",
          "method.response.header.x-canary": "context.isCanaryRequest",
          "method.response.header.x-deployment": "context.deploymentId",
        },
      },
    ]
    await world.addMethods(restApiId, [{ path: "/x", responses }])
    const api = await world.deploy(restApiId, { variables: { colour: "blue" } })
    const seen = async () => {
      const { headers } = await world.ask(api, "x")
      return [headers["x-colour"], headers["x-canary"], headers["x-deployment"]]
    }
    const [colour, canary, first] = await seen()
    assert.deepEqual([colour, canary], ["blue", undefined])
    await world.gateway.createDeployment({
      restApiId,
      stageName: "prod",
      canarySettings: { percentTraffic: 100, stageVariableOverrides: { colour: "red" } },
    })
    const [red, isCanary, second] = await seen()
    assert.deepEqual([red, isCanary], ["red", "true"])
    assert.notEqual(second, first)
    await world.gateway.updateStage({
      restApiId,
      stageName: "prod",
      patchOperations: [{ op: "replace", path: "/canarySettings/percentTraffic", value: "0" }],
    })
    assert.deepEqual(await seen(), ["blue", "false", first])
  })

  it("lets so many calls of a method through", async () => {
    const restApiId = await world.create()
    await world.addMethods(restApiId, [{ path: "/slow" }, { path: "/fast" }])
    const api = await world.deploy(restApiId)
    const set = (path: string, value: string) => ({ op: "replace" as const, path, value })
    await world.gateway.updateStage({
      restApiId,
      stageName: "prod",
      patchOperations: [set("/~1slow/GET/throttling/rateLimit", "0.01"), set("/~1slow/GET/throttling/burstLimit", "2")],
    })
    assert.deepEqual(told(await world.ask(api, "slow")), OK)
    assert.deepEqual(told(await world.ask(api, "slow")), OK)
    const refused = await world.ask(api, "slow")
    assert.deepEqual(told(refused), THROTTLED)
    assert.equal(refused.headers["x-amzn-errortype"], "TooManyRequestsException")
    assert.match(await world.server.explain(String(refused.headers["x-amzn-requestid"])), /slow\/GET/)
    assert.deepEqual(told(await world.ask(api, "fast")), OK)
  })

  it("keeps an access log, as the role that the account has named", async () => {
    const { iam, gateway, server } = world
    const { Role } = await iam.createRole({
      RoleName: "logging",
      AssumeRolePolicyDocument: policy({
        Effect: "Allow",
        Principal: { Service: "apigateway.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
    })
    await iam.putRolePolicy({
      RoleName: "logging",
      PolicyName: "p",
      PolicyDocument: policy({ Effect: "Allow", Action: "logs:*", Resource: "*" }),
    })
    await gateway.updateAccount({ patchOperations: [{ op: "replace", path: "/cloudwatchRoleArn", value: Role!.Arn! }] })
    const logs = new CloudWatchLogs(server.client)
    await logs.createLogGroup({ logGroupName: "calls" })
    const restApiId = await world.create()
    await world.addMethods(restApiId, [{ path: "/x" }])
    const api = await world.deploy(restApiId)
    const value = `arn:aws:logs:us-east-1:${server.account}:log-group:calls`
    const format =
      '{"status":$context.status,"path":"$context.path","length":$context.responseLength,"who":"$context.identity.user","id":"$context.requestId","error":"$context.error.responseType"}'
    await gateway.updateStage({
      restApiId,
      stageName: "prod",
      patchOperations: [
        { op: "replace", path: "/accessLogSettings/destinationArn", value },
        { op: "replace", path: "/accessLogSettings/format", value: format },
      ],
    })
    const good = await world.ask(api, "x")
    const bad = await world.ask(api, "nowhere")
    const lines = await eventually(async () => {
      const { events = [] } = await logs.filterLogEvents({ logGroupName: "calls" })
      return events.length === 2 ? events.map(({ message }) => JSON.parse(message!)) : undefined
    })
    assert.deepEqual(lines, [
      { status: 200, path: "/prod/x", length: 11, who: "-", id: good.headers["x-amzn-requestid"], error: "-" },
      {
        status: 403,
        path: "/prod/nowhere",
        length: 42,
        who: "-",
        id: bad.headers["x-amzn-requestid"],
        error: "MISSING_AUTHENTICATION_TOKEN",
      },
    ])
  })
})

describe("an API key", () => {
  let api: Deployed
  before(async () => {
    const restApiId = await world.create()
    await world.addMethods(restApiId, [
      {
        path: "/x",
        method: { apiKeyRequired: true },
        responses: [{ responseParameters: { "method.response.header.x-key": "context.identity.apiKeyId" } }],
      },
      { path: "/y", method: { apiKeyRequired: true } },
      { path: "/open" },
    ])
    api = await world.deploy(restApiId)
  })

  async function makeKey(
    name: string,
    plan: object,
    isIn = true,
  ): Promise<{ id: string; value: string; planId: string }> {
    const { id, value } = await world.gateway.createApiKey({ name, enabled: true })
    const { id: planId } = await world.gateway.createUsagePlan({
      name,
      apiStages: [{ apiId: api.restApiId, stage: "prod" }],
      ...plan,
    })
    if (isIn) await world.gateway.createUsagePlanKey({ usagePlanId: planId, keyId: id, keyType: "API_KEY" })
    return { id: id!, value: value!, planId: planId! }
  }
  const send = (path: string, key?: string) =>
    world.ask(api, path, key === undefined ? {} : { headers: { "x-api-key": key } })

  it("is asked for, has to be enabled, and in a plan that has the stage", async () => {
    assert.deepEqual(told(await send("open")), OK)
    for (const key of [undefined, "", "x", "a".repeat(40), "a".repeat(5_000)]) {
      const refused = await send("x", key)
      assert.deepEqual(told(refused), FORBIDDEN)
      assert.equal(refused.headers["x-amzn-errortype"], "ForbiddenException")
    }
    const key = await makeKey("good", {})
    const answer = await send("x", key.value)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers["x-key"], key.id)
    const planless = await makeKey("planless", {}, false)
    const refused = await send("x", planless.value)
    assert.deepEqual(told(refused), FORBIDDEN)
    const why = await world.server.explain(String(refused.headers["x-amzn-requestid"]))
    assert.match(why, new RegExp(planless.id))
    assert.ok(!why.includes(planless.value))
    const elsewhere = await makeKey("elsewhere", { apiStages: [] })
    assert.deepEqual(told(await send("x", elsewhere.value)), FORBIDDEN)
    const enabled = (value: string) =>
      world.gateway.updateApiKey({ apiKey: key.id, patchOperations: [{ op: "replace", path: "/enabled", value }] })
    await enabled("false")
    assert.deepEqual(told(await send("x", key.value)), FORBIDDEN)
    await enabled("true")
    assert.equal((await send("x", key.value)).status, 200)
  })

  it("calls as often as its plan lets it, of all methods or of one", async () => {
    const slow = await makeKey("slow", { throttle: { rateLimit: 0.01, burstLimit: 2 } })
    assert.equal((await send("x", slow.value)).status, 200)
    assert.equal((await send("y", slow.value)).status, 200)
    assert.deepEqual(told(await send("x", slow.value)), THROTTLED)
    const other = await makeKey("other", {
      throttle: { rateLimit: 100, burstLimit: 100 },
      apiStages: [{ apiId: api.restApiId, stage: "prod", throttle: { "/x/GET": { rateLimit: 0.01, burstLimit: 1 } } }],
    })
    assert.equal((await send("x", other.value)).status, 200)
    assert.deepEqual(told(await send("x", other.value)), THROTTLED)
    assert.equal((await send("y", other.value)).status, 200)
  })

  it("has its quota, which is counted and can be looked at", async () => {
    const { gateway } = world
    const key = await makeKey("counted", { quota: { limit: 3, period: "DAY" } })
    const asked = await Promise.all(Array.from({ length: 5 }, () => send("x", key.value)))
    assert.deepEqual(asked.map(({ status }) => status).sort(), [200, 200, 200, 429, 429])
    const refused = asked.find(({ status }) => status === 429)!
    assert.deepEqual(told(refused), [429, { message: "Limit Exceeded" }])
    assert.equal(refused.headers["x-amzn-errortype"], "LimitExceededException")
    const day = await today()
    const usage = { usagePlanId: key.planId, startDate: day, endDate: day }
    const { items } = await gateway.getUsage(usage)
    assert.deepEqual(items, { [key.id]: [[3, 0]] })
    await gateway.updateUsage({
      usagePlanId: key.planId,
      keyId: key.id,
      patchOperations: [{ op: "replace", path: "/remaining", value: "1" }],
    })
    await world.server.clock.advance({ seconds: 2 })
    assert.equal((await send("x", key.value)).status, 200)
    assert.equal((await send("x", key.value)).status, 429)
  })

  it("has exactly the calls of a long quota, too", async () => {
    const key = await makeKey("long", { quota: { limit: 150, period: "MONTH" } })
    const statuses: number[] = []
    for (let i = 0; i < 8; i++)
      statuses.push(...(await Promise.all(Array.from({ length: 20 }, async () => (await send("x", key.value)).status))))
    assert.equal(statuses.filter((status) => status === 200).length, 150)
    assert.equal(statuses.filter((status) => status === 429).length, 10)
    const day = await today()
    const { items } = await world.gateway.getUsage({ usagePlanId: key.planId, startDate: day, endDate: day })
    assert.deepEqual(items, { [key.id]: [[150, 0]] })
  })

  it("that has no quota is counted, too", async () => {
    const key = await makeKey("free", {})
    for (let i = 0; i < 3; i++) assert.equal((await send("x", key.value)).status, 200)
    const day = await today()
    await eventually(async () => {
      const { items } = await world.gateway.getUsage({ usagePlanId: key.planId, startDate: day, endDate: day })
      return items?.[key.id]?.[0]?.[0] === 3 ? true : undefined
    })
  })

  it("may be an authorizer's to say", async () => {
    const key = await makeKey("said", {})
    const authorizerUri = await world.makeFunction(
      "says-key",
      `export const handler = async (event) => ({
        principalId: "p",
        policyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
        usageIdentifierKey: event.authorizationToken,
      })`,
    )
    const restApiId = await world.create({ apiKeySource: "AUTHORIZER" })
    const { id: authorizerId } = await world.gateway.createAuthorizer({
      restApiId,
      name: "a",
      type: "TOKEN",
      authorizerUri,
      identitySource: "method.request.header.X-Token",
    })
    await world.addMethods(restApiId, [
      { path: "/x", method: { authorizationType: "CUSTOM", authorizerId: authorizerId!, apiKeyRequired: true } },
    ])
    const said = await world.deploy(restApiId)
    await world.gateway.updateUsagePlan({
      usagePlanId: key.planId,
      patchOperations: [{ op: "add", path: "/apiStages", value: `${restApiId}:prod` }],
    })
    assert.equal((await world.ask(said, "x", { headers: { "X-Token": key.value } })).status, 200)
    assert.deepEqual(told(await world.ask(said, "x", { headers: { "X-Token": "else" } })), FORBIDDEN)
    const byHeader = await world.ask(said, "x", { headers: { "X-Token": "other", "x-api-key": key.value } })
    assert.deepEqual(told(byHeader), FORBIDDEN)
  })
})

describe("a custom domain", () => {
  it("leads to an API by the base path, and hides the API's own name where that is disabled", async () => {
    const { gateway, server } = world
    const restApiId = await world.create({ disableExecuteApiEndpoint: true })
    await world.addMethods(restApiId, [
      {
        path: "/pets/{id}",
        responses: [{ responseParameters: { "method.response.header.x-path": "context.path" } }],
      },
    ])
    const api = await world.deploy(restApiId)
    assert.deepEqual(told(await world.ask(api, "pets/7")), FORBIDDEN)
    const domainName = "api.example.com"
    await gateway.createDomainName({
      domainName,
      regionalCertificateArn: `arn:aws:acm:us-east-1:${server.account}:certificate/11111111-2222-3333-4444-555555555555`,
      endpointConfiguration: { types: ["REGIONAL"] },
    })
    await gateway.createBasePathMapping({ domainName, basePath: "shop", restApiId, stage: "prod" })
    await gateway.createBasePathMapping({ domainName, basePath: "staged", restApiId })
    const { port } = new URL(server.url)
    const ask = (path: string) => askSite(`http://${domainName}:${port}/`, { path })
    const found = await ask("shop/pets/7")
    assert.equal(found.status, 200)
    assert.equal(found.headers["x-path"], "/shop/pets/7")
    assert.equal((await ask("staged/prod/pets/7")).status, 200)
    assert.deepEqual(told(await ask("staged/nix/pets/7")), FORBIDDEN)
    assert.deepEqual(told(await ask("other/pets/7")), FORBIDDEN)
    assert.deepEqual(told(await ask("shop")), [403, { message: "Missing Authentication Token" }])
  })
})
