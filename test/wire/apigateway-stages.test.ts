import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { APIGateway, Op } from "@aws-sdk/client-api-gateway"
import { bad, bare, conflicts, type GatewayWorld, missing, openGatewayWorld, refuses } from "./apigateway-world.ts"

let world: GatewayWorld
let gateway: APIGateway
before(async () => {
  world = await openGatewayWorld()
  gateway = world.gateway
})
after(() => world[Symbol.asyncDispose]())

type Operation = [op: string, path: string, value?: string, from?: string]
const operations = (...all: Operation[]) => all.map(([op, path, value, from]) => ({ op: op as Op, path, value, from }))

describe("deployments", () => {
  it("need a method, and an integration of each", async () => {
    const api = await world.makeApi()
    const { restApiId, rootId: resourceId } = api
    await bad(gateway.createDeployment({ restApiId }), "The REST API doesn't contain any methods")
    await gateway.putMethod({ restApiId, resourceId, httpMethod: "GET", authorizationType: "NONE" })
    await bad(gateway.createDeployment({ restApiId }), "No integration defined for method")
    await gateway.putIntegration({ restApiId, resourceId, httpMethod: "GET", type: "MOCK" })
    const made = await gateway.createDeployment({ restApiId, description: "first" })
    assert.equal(made.$metadata.httpStatusCode, 201)
    assert.match(made.id!, /^[a-z0-9]{6}$/)
    assert.equal(made.description, "first")
    assert.ok(made.createdDate instanceof Date)
    assert.deepEqual(bare(await gateway.getDeployment({ restApiId, deploymentId: made.id! })), bare(made))
  })

  it("are snapshots: what is edited later is not in them", async () => {
    const { restApiId, resourceId, deploymentId } = await world.makeDeployed()
    await world.makeMock(restApiId, resourceId, "POST")
    const get = (id: string) => gateway.getDeployment({ restApiId, deploymentId: id, embed: ["apisummary"] })
    const asked = { authorizationType: "NONE", apiKeyRequired: false }
    assert.deepEqual((await get(deploymentId)).apiSummary, { "/pets": { GET: asked } })
    const { id } = await gateway.createDeployment({ restApiId })
    assert.deepEqual((await get(id!)).apiSummary, { "/pets": { GET: asked, POST: asked } })
    const { items } = await gateway.getDeployments({ restApiId })
    assert.deepEqual(items!.map((one) => one.id).sort(), [deploymentId, id!].sort())
  })

  it("are described anew, and deleted when no stage has them", async () => {
    const { restApiId, deploymentId } = await world.makeDeployed()
    const update = (...all: Operation[]) =>
      gateway.updateDeployment({ restApiId, deploymentId, patchOperations: operations(...all) })
    assert.equal((await update(["replace", "/description", "new"])).description, "new")
    await bad(
      update(["replace", "/id", "x"]),
      "Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/description]",
    )
    await gateway.createStage({ restApiId, stageName: "prod", deploymentId })
    await bad(
      gateway.deleteDeployment({ restApiId, deploymentId }),
      "Active stages pointing to this deployment must be moved or deleted",
    )
    await gateway.deleteStage({ restApiId, stageName: "prod" })
    assert.equal((await gateway.deleteDeployment({ restApiId, deploymentId })).$metadata.httpStatusCode, 202)
    await missing(gateway.getDeployment({ restApiId, deploymentId }), "Invalid Deployment identifier specified")
  })

  it("make the stage that they name, or move it", async () => {
    const { restApiId } = await world.makeDeployed()
    const deploy = (more: object) => gateway.createDeployment({ restApiId, stageName: "dev", ...more })
    const first = await deploy({ stageDescription: "for us", variables: { a: "1" } })
    const stage = await gateway.getStage({ restApiId, stageName: "dev" })
    assert.equal(stage.deploymentId, first.id)
    assert.equal(stage.description, "for us")
    assert.deepEqual(stage.variables, { a: "1" })
    const second = await deploy({})
    const moved = await gateway.getStage({ restApiId, stageName: "dev" })
    assert.equal(moved.deploymentId, second.id)
    assert.deepEqual(moved.variables, { a: "1" })
    const { item } = await gateway.getStages({ restApiId, deploymentId: second.id! })
    assert.deepEqual(
      item!.map(({ stageName }) => stageName),
      ["dev"],
    )
    assert.deepEqual((await gateway.getStages({ restApiId, deploymentId: first.id! })).item, [])
  })
})

describe("stages", () => {
  it("are read back with AWS's defaults", async () => {
    const { restApiId, deploymentId } = await world.makeDeployed()
    const made = await gateway.createStage({ restApiId, stageName: "prod", deploymentId, tags: { team: "pets" } })
    assert.equal(made.$metadata.httpStatusCode, 201)
    const { createdDate, lastUpdatedDate, ...rest } = made
    assert.ok(createdDate instanceof Date && lastUpdatedDate instanceof Date)
    assert.deepEqual(bare(rest), {
      deploymentId,
      stageName: "prod",
      cacheClusterEnabled: false,
      cacheClusterStatus: "NOT_AVAILABLE",
      methodSettings: {},
      tracingEnabled: false,
      tags: { team: "pets" },
    })
    assert.deepEqual(bare(await gateway.getStage({ restApiId, stageName: "prod" })), bare(made))
    await conflicts(gateway.createStage({ restApiId, stageName: "prod", deploymentId }), "Stage already exists")
    const wrong = { restApiId, stageName: "other", deploymentId }
    await bad(gateway.createStage({ ...wrong, deploymentId: "nobody" }), "Deployment id does not exist")
    await bad(gateway.createStage({ ...wrong, stageName: "a b" }), /^Stage name only allows/)
    await bad(gateway.createStage({ ...wrong, variables: { "a-b": "x" } }), /^Invalid stage variable name/)
    await bad(gateway.createStage({ ...wrong, variables: { a: "<" } }), /^Invalid stage variable value/)
    await missing(gateway.createStage({ ...wrong, documentationVersion: "1" }), /Documentation version/)
    const noCluster = "This server has no caches of answers: cacheClusterEnabled cannot be true"
    await bad(gateway.createStage({ ...wrong, cacheClusterEnabled: true }), noCluster)
    await bad(gateway.createDeployment({ restApiId, stageName: "prod", cacheClusterEnabled: true }), noCluster)
    assert.equal((await gateway.deleteStage({ restApiId, stageName: "prod" })).$metadata.httpStatusCode, 202)
    await missing(gateway.getStage({ restApiId, stageName: "prod" }), "Invalid stage identifier specified")
  })

  it("are ten at most", async () => {
    const { restApiId, deploymentId } = await world.makeDeployed()
    for (let i = 0; i < 10; i++) await gateway.createStage({ restApiId, stageName: `s${i}`, deploymentId })
    await refuses(
      gateway.createStage({ restApiId, stageName: "more", deploymentId }),
      "LimitExceededException",
      429,
      /stages/,
    )
  })

  async function newStage() {
    const { restApiId, deploymentId } = await world.makeDeployed()
    const stage = { restApiId, stageName: "prod" }
    await gateway.createStage({ ...stage, deploymentId })
    const update = (...all: Operation[]) => gateway.updateStage({ ...stage, patchOperations: operations(...all) })
    return { restApiId, deploymentId, stage, update }
  }

  it("have settings of single methods, each shown whole once one is set", async () => {
    const { stage, update } = await newStage()
    const all = await update(
      ["replace", "/*/*/throttling/rateLimit", "5.5"],
      ["replace", "/*/*/throttling/burstLimit", "-1"],
      ["replace", "/~1pets~1{petId}/GET/metrics/enabled", "true"],
      ["replace", "/pets/toys/GET/caching/ttlInSeconds", "10"],
    )
    const usual = {
      metricsEnabled: false,
      dataTraceEnabled: false,
      throttlingBurstLimit: 5000,
      throttlingRateLimit: 10000,
      cachingEnabled: false,
      cacheTtlInSeconds: 300,
      cacheDataEncrypted: false,
      requireAuthorizationForCacheControl: true,
      unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
    }
    const expected = {
      "*/*": { ...usual, throttlingRateLimit: 5.5, throttlingBurstLimit: -1 },
      "pets/{petId}/GET": { ...usual, metricsEnabled: true },
      "pets/toys/GET": { ...usual, cacheTtlInSeconds: 10 },
    }
    assert.deepEqual(all.methodSettings, expected)
    assert.deepEqual((await gateway.getStage(stage)).methodSettings, expected)
    await bad(update(["replace", "/*/*/caching/ttlInSeconds", "3601"]), /TTL/)
    for (const path of ["/*/*/caching/enabled", "/~1pets/GET/caching/enabled"])
      await bad(
        update(["replace", path, "true"]),
        "This server has no caches of answers: cachingEnabled cannot be true",
      )
    await bad(
      update(["replace", "/cacheClusterEnabled", "true"]),
      "This server has no caches of answers: cacheClusterEnabled cannot be true",
    )
    await update(["replace", "/*/*/caching/enabled", "false"], ["replace", "/cacheClusterEnabled", "false"])
    assert.deepEqual((await gateway.getStage(stage)).methodSettings, expected)
    const left = await update(["remove", "/*/*"], ["remove", "/pets/toys/GET"])
    assert.deepEqual(Object.keys(left.methodSettings!), ["pets/{petId}/GET"])
    await bad(
      update(["remove", "/*/*"]),
      "Cannot remove method setting */* because there is no method setting for this method ",
    )
  })

  it("are changed by each documented path, all or nothing", async () => {
    const { deploymentId, stage, update } = await newStage()
    const changed = await update(
      ["replace", "/description", "live"],
      ["replace", "/variables/a", "1"],
      ["add", "/variables/b", "2"],
      ["remove", "/variables/b"],
      ["replace", "/tracingEnabled", "true"],
      ["replace", "/cacheClusterSize", "0.5"],
    )
    assert.equal(changed.description, "live")
    assert.deepEqual(changed.variables, { a: "1" })
    assert.equal(changed.tracingEnabled, true)
    const first: Operation = ["replace", "/description", "never"]
    await bad(update(first, ["replace", "/deploymentId", "nobody"]), "Deployment id does not exist")
    await bad(
      update(first, ["replace", "/tags/tag1", "x"]),
      /^Invalid method setting path: \/tags\/tag1\. Must be one of: /,
    )
    await bad(
      update(first, ["replace", "/documentation_version", "x"]),
      /^Invalid method setting path: \/documentation_version\./,
    )
    await bad(update(first, ["add", "/description", "x"]), "Invalid add operation with path: /description")
    await bad(update(first, ["replace", "/tracingEnabled", "maybe"]), /tracingEnabled/)
    assert.equal((await gateway.getStage(stage)).description, "live")
    assert.equal((await gateway.getStage(stage)).deploymentId, deploymentId)
  })

  it("write logs once the account has a role for it", async () => {
    const { update } = await newStage()
    const needed = "CloudWatch Logs role ARN must be set in account settings to enable logging"
    await bad(update(["replace", "/*/*/logging/loglevel", "INFO"]), needed)
    const log = `arn:aws:logs:us-east-1:${world.server.account}:log-group:access`
    await bad(
      update(["replace", "/accessLogSettings/destinationArn", log], ["replace", "/accessLogSettings/format", "x"]),
      needed,
    )
    await bad(
      update(["replace", "/accessLogSettings/other", "x"]),
      "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]",
    )
    await bad(update(["replace", "/accessLogSettings/format", ""]), "Access Log value must not be empty")
    for (const path of ["accessLogSettings/randomValue", "accessLogSettings/*", "accessLogSettings/destinationArn"])
      await bad(
        update(["remove", `/${path}`]),
        `Cannot remove method setting ${path} because there is no method setting for this method `,
      )
  })

  it("have a canary, which is promoted or taken away", async () => {
    const { restApiId, deploymentId, stage, update } = await newStage()
    const deploy = (more: object) =>
      gateway.createDeployment({ restApiId, canarySettings: { percentTraffic: 20 }, ...more })
    const content = "Invalid deployment content specified."
    const needed = `${content}Non null and non empty stageName must be provided for canary deployment. Provided value is `
    await bad(deploy({}), `${needed}null`)
    await bad(deploy({ stageName: "" }), needed)
    await bad(
      deploy({ stageName: "non-existing" }),
      `${content}Stage non-existing must already be created before making a canary release deployment`,
    )
    await bad(
      update(["copy", "/deploymentId", undefined, "/canarySettings/deploymentId"]),
      "Promotion not available. Canary does not exist.",
    )
    const { id: canaryId } = await deploy({
      stageName: "prod",
      canarySettings: { percentTraffic: 20, stageVariableOverrides: { a: "canary" } },
    })
    const withCanary = await gateway.getStage(stage)
    assert.equal(withCanary.deploymentId, deploymentId)
    assert.deepEqual(withCanary.canarySettings, {
      percentTraffic: 20,
      deploymentId: canaryId,
      stageVariableOverrides: { a: "canary" },
      useStageCache: false,
    })
    await bad(gateway.deleteDeployment({ restApiId, deploymentId: canaryId! }), /^Active stages/)
    const changed = await update(
      ["replace", "/canarySettings/percentTraffic", "50.5"],
      ["replace", "/canarySettings/stageVariableOverrides/b", "2"],
      ["replace", "/canarySettings/useStageCache", "true"],
    )
    assert.deepEqual(changed.canarySettings, {
      percentTraffic: 50.5,
      deploymentId: canaryId,
      stageVariableOverrides: { a: "canary", b: "2" },
      useStageCache: true,
    })
    await bad(update(["replace", "/canarySettings/percentTraffic", "101"]), /percentTraffic/)
    await bad(update(["replace", "/canarySettings", "x"]), /^Invalid method setting path: \/canarySettings\. Must be/)
    await bad(
      update(["add", "/canarySettings/deploymentId", canaryId]),
      "Invalid add operation with path: /canarySettings/deploymentId",
    )
    for (const path of ["canarySettings/stageVariableOverrides", "canarySettings/badPath"])
      await bad(
        update(["remove", `/${path}`]),
        `Cannot remove method setting ${path} because there is no method setting for this method `,
      )
    await bad(
      update(["copy", "/canarySettings/stageVariableOverrides", undefined, "/variables"]),
      "Invalid copy operation with path: /canarySettings/stageVariableOverrides and from /variables. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]",
    )
    const promoted = await update(
      ["copy", "/deploymentId", undefined, "/canarySettings/deploymentId"],
      ["copy", "/variables", undefined, "/canarySettings/stageVariableOverrides"],
      ["remove", "/canarySettings"],
    )
    assert.equal(promoted.deploymentId, canaryId)
    assert.deepEqual(promoted.variables, { a: "canary", b: "2" })
    assert.equal(promoted.canarySettings, undefined)
  })

  it("forget what authorizers have answered, and have no cache to forget", async () => {
    const { stage } = await newStage()
    assert.equal((await gateway.flushStageAuthorizersCache(stage)).$metadata.httpStatusCode, 202)
    assert.equal((await gateway.flushStageCache(stage)).$metadata.httpStatusCode, 202)
    const gone = { ...stage, stageName: "none" }
    await missing(gateway.flushStageAuthorizersCache(gone), "Invalid stage identifier specified")
    await missing(gateway.flushStageCache(gone), "Invalid stage identifier specified")
  })
})
