import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { type GatewayWorld, openGatewayWorld, plain } from "./apigatewayv2-world.ts"
import { refuses } from "./lambda-world.ts"

let world: GatewayWorld
before(async () => {
  world = await openGatewayWorld()
})
after(() => world[Symbol.asyncDispose]())

async function apiWithRoute() {
  const { ApiId, Target } = await world.makeApi()
  await world.gateway.createRoute({ ApiId, RouteKey: "GET /pets", Target })
  return { ApiId, Target }
}

describe("a stage", () => {
  it("shows what was not set, too", async () => {
    const { gateway } = world
    const { ApiId } = await apiWithRoute()
    const made = plain(await gateway.createStage({ ApiId, StageName: "$default" }))
    const { CreatedDate, LastUpdatedDate, ...rest } = made
    assert.ok(CreatedDate instanceof Date && LastUpdatedDate instanceof Date)
    assert.deepEqual(rest, {
      StageName: "$default",
      AutoDeploy: false,
      DefaultRouteSettings: { DetailedMetricsEnabled: false },
      RouteSettings: {},
      StageVariables: {},
      Tags: {},
    })
    assert.deepEqual(plain(await gateway.getStage({ ApiId, StageName: "$default" })), made)
    assert.deepEqual((await gateway.getStages({ ApiId })).Items, [made])
  })

  it("is deployed with every change, where it wants that", async () => {
    const { gateway } = world
    const { ApiId, Target } = await world.makeApi()
    const empty = await gateway.createStage({ ApiId, StageName: "dev", AutoDeploy: true })
    assert.deepEqual(
      [empty.DeploymentId, empty.LastDeploymentStatusMessage],
      [undefined, "Deployment attempt failed: Unable to deploy API because no routes exist in this API"],
    )
    await gateway.createRoute({ ApiId, RouteKey: "GET /a", Target })
    const first = await gateway.getStage({ ApiId, StageName: "dev" })
    const said = `Successfully deployed stage with deployment ID '${first.DeploymentId}'`
    assert.equal(first.LastDeploymentStatusMessage, said)
    await gateway.createRoute({ ApiId, RouteKey: "GET /b", Target })
    const second = await gateway.getStage({ ApiId, StageName: "dev" })
    assert.notEqual(second.DeploymentId, first.DeploymentId)
    const { Items } = await gateway.getDeployments({ ApiId })
    assert.deepEqual(
      Items!.map(({ DeploymentId, AutoDeployed }) => [DeploymentId, AutoDeployed]),
      [[second.DeploymentId, true]],
    )
  })

  it("is deployed when somebody says so, else", async () => {
    const { gateway } = world
    const { ApiId } = await world.makeApi()
    const text = "Unable to deploy API because no routes exist in this API"
    await refuses(gateway.createDeployment({ ApiId }), "BadRequestException", 400, text)
    await gateway.createRoute({ ApiId, RouteKey: "GET /a" })
    await gateway.createStage({ ApiId, StageName: "prod" })
    const made = plain(await gateway.createDeployment({ ApiId, StageName: "prod", Description: "first" }))
    assert.match(made.DeploymentId!, /^[a-z0-9]{6}$/)
    assert.deepEqual([made.AutoDeployed, made.DeploymentStatus, made.Description], [false, "DEPLOYED", "first"])
    const DeploymentId = made.DeploymentId!
    assert.equal((await gateway.getStage({ ApiId, StageName: "prod" })).DeploymentId, DeploymentId)
    const renamed = await gateway.updateDeployment({ ApiId, DeploymentId, Description: "second" })
    assert.deepEqual(plain(renamed), { ...made, Description: "second" })
    await refuses(
      gateway.deleteDeployment({ ApiId, DeploymentId }),
      "BadRequestException",
      400,
      "Active stages pointing to this deployment must be moved or deleted",
    )
    const next = await gateway.createDeployment({ ApiId })
    await gateway.updateStage({ ApiId, StageName: "prod", DeploymentId: next.DeploymentId! })
    await gateway.deleteDeployment({ ApiId, DeploymentId })
    await refuses(gateway.getDeployment({ ApiId, DeploymentId }), "NotFoundException", 404, /Deployment/)
  })

  it("is changed member by member; variables go with an empty text", async () => {
    const { gateway, server } = world
    const { ApiId } = await apiWithRoute()
    const StageName = "prod"
    const DestinationArn = `arn:aws:logs:${server.region}:${server.account}:log-group:/gateway/orders`
    await gateway.createStage({ ApiId, StageName, StageVariables: { a: "1", b: "2" } })
    const changed = await gateway.updateStage({
      ApiId,
      StageName,
      StageVariables: { a: "", c: "3" },
      DefaultRouteSettings: { ThrottlingBurstLimit: 5, ThrottlingRateLimit: 0.5 },
      RouteSettings: { "GET /pets": { ThrottlingRateLimit: 2 } },
      AccessLogSettings: { DestinationArn, Format: "$context.requestId" },
    })
    assert.deepEqual(changed.StageVariables, { b: "2", c: "3" })
    assert.deepEqual(changed.DefaultRouteSettings, {
      DetailedMetricsEnabled: false,
      ThrottlingBurstLimit: 5,
      ThrottlingRateLimit: 0.5,
    })
    assert.deepEqual(changed.RouteSettings, { "GET /pets": { ThrottlingRateLimit: 2 } })
    await gateway.deleteRouteSettings({ ApiId, StageName, RouteKey: "GET /pets" })
    await gateway.deleteAccessLogSettings({ ApiId, StageName })
    await gateway.resetAuthorizersCache({ ApiId, StageName })
    const { RouteSettings, AccessLogSettings, StageVariables } = await gateway.getStage({ ApiId, StageName })
    assert.deepEqual([RouteSettings, AccessLogSettings, StageVariables], [{}, undefined, { b: "2", c: "3" }])
    await gateway.deleteStage({ ApiId, StageName })
    await refuses(gateway.getStage({ ApiId, StageName }), "NotFoundException", 404, /stage/)
    await refuses(gateway.deleteStage({ ApiId, StageName }), "NotFoundException", 404, /stage/)
  })

  it("is refused what it cannot have", async () => {
    const { gateway, server } = world
    const { ApiId } = await apiWithRoute()
    const refusesStage = (input: object, text: RegExp | string, name = "BadRequestException", status = 400) =>
      refuses(gateway.createStage({ ApiId, StageName: "s", ...input }), name, status, text)
    await refusesStage({ StageName: "a b" }, /Stage name/)
    await refusesStage({ DeploymentId: "abcdef" }, "Deployment id does not exist")
    await refusesStage(
      { RouteSettings: { "GET /x": {} } },
      "Unable to find Route by key GET /x within the provided RouteSettings",
      "NotFoundException",
      404,
    )
    await refusesStage({ DefaultRouteSettings: { LoggingLevel: "INFO" } }, /LoggingLevel is not supported for HTTP/)
    await refusesStage({ DefaultRouteSettings: { ThrottlingRateLimit: -1 } }, /negative/)
    await refusesStage({ StageVariables: { "a-b": "1" } }, /variable name/)
    await refusesStage({ StageVariables: { a: "<" } }, /variable value/)
    const logs = (DestinationArn: string, Format = "$context.requestId") => ({
      AccessLogSettings: { DestinationArn, Format },
    })
    const group = `arn:aws:logs:${server.region}:${server.account}:log-group:g`
    await refusesStage(
      logs(`${group}:*`),
      "Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': 'log-group:g:*'",
    )
    await refusesStage(logs("arn:aws:firehose:us-east-1:123456789012:deliverystream/x"), /Firehose is not supported/)
    await refusesStage(logs(group, "a\nb"), /single line/)
    await gateway.createStage({ ApiId, StageName: "s" })
    await refusesStage({}, "Stage already exists", "ConflictException", 409)
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9]) await gateway.createStage({ ApiId, StageName: `s${n}` })
    await refusesStage({ StageName: "s10" }, /Maximum number of Stages/, "TooManyRequestsException", 429)
  })
})

const CertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/one"
const DomainNameConfigurations = [{ CertificateArn }]

describe("a domain name", () => {
  it("maps paths to stages of APIs", async () => {
    const { gateway, server } = world
    const { ApiId } = await apiWithRoute()
    await gateway.createStage({ ApiId, StageName: "prod" })
    const DomainName = "orders.example.com"
    const made = plain(await gateway.createDomainName({ DomainName, DomainNameConfigurations, Tags: { a: "1" } }))
    const [configuration] = made.DomainNameConfigurations!
    const { ApiGatewayDomainName, HostedZoneId, ...rest } = configuration!
    assert.match(ApiGatewayDomainName!, /^d-[a-z0-9]+\.execute-api\./)
    assert.match(HostedZoneId!, /^Z/)
    assert.deepEqual(rest, {
      CertificateArn,
      DomainNameStatus: "AVAILABLE",
      EndpointType: "REGIONAL",
      IpAddressType: "ipv4",
      SecurityPolicy: "TLS_1_2",
    })
    assert.equal(made.DomainNameArn, `arn:aws:apigateway:${server.region}::/domainnames/${DomainName}`)
    assert.deepEqual(plain(await gateway.getDomainName({ DomainName })), made)
    assert.deepEqual((await gateway.getDomainNames({})).Items, [made])
    const root = plain(await gateway.createApiMapping({ DomainName, ApiId, Stage: "prod" }))
    assert.deepEqual(root, { ApiId, Stage: "prod", ApiMappingKey: "", ApiMappingId: root.ApiMappingId })
    const deep = await gateway.createApiMapping({ DomainName, ApiId, Stage: "prod", ApiMappingKey: "v1/orders" })
    await refuses(
      gateway.createApiMapping({ DomainName, ApiId, Stage: "prod", ApiMappingKey: "v1/orders" }),
      "ConflictException",
      409,
      /already exists/,
    )
    for (const ApiMappingKey of ["/a", "a/", "a//b", "a b"])
      await refuses(
        gateway.createApiMapping({ DomainName, ApiId, Stage: "prod", ApiMappingKey }),
        "BadRequestException",
        400,
        /mapping key/,
      )
    await refuses(
      gateway.createApiMapping({ DomainName, ApiId, Stage: "none", ApiMappingKey: "x" }),
      "BadRequestException",
      400,
      /stage/,
    )
    const ApiMappingId = deep.ApiMappingId!
    await gateway.updateApiMapping({ DomainName, ApiMappingId, ApiId, ApiMappingKey: "v2" })
    assert.equal((await gateway.getApiMapping({ DomainName, ApiMappingId })).ApiMappingKey, "v2")
    await gateway.deleteApiMapping({ DomainName, ApiMappingId })
    assert.deepEqual((await gateway.getApiMappings({ DomainName })).Items, [root])
    const updated = await gateway.updateDomainName({ DomainName, RoutingMode: "ROUTING_RULE_THEN_API_MAPPING" })
    assert.equal(updated.RoutingMode, "ROUTING_RULE_THEN_API_MAPPING")
    const rule = {
      Priority: 10,
      Conditions: [{ MatchBasePaths: { AnyOf: ["v3"] } }],
      Actions: [{ InvokeApi: { ApiId, Stage: "prod", StripBasePath: true } }],
    }
    const ruled = plain(await gateway.createRoutingRule({ DomainName, ...rule }))
    const { RoutingRuleId } = ruled
    assert.deepEqual(ruled, {
      ...rule,
      RoutingRuleId,
      RoutingRuleArn: `arn:aws:apigateway:${server.region}:${server.account}:/domainnames/${DomainName}/routingrules/${RoutingRuleId}`,
    })
    await refuses(gateway.createRoutingRule({ DomainName, ...rule }), "ConflictException", 409, /priority/)
    const put = await gateway.putRoutingRule({ DomainName, RoutingRuleId, ...rule, Priority: 20 })
    assert.equal(put.Priority, 20)
    assert.equal((await gateway.listRoutingRules({ DomainName })).RoutingRules!.length, 1)
    await gateway.deleteRoutingRule({ DomainName, RoutingRuleId })
    await refuses(gateway.getRoutingRule({ DomainName, RoutingRuleId }), "NotFoundException", 404, /routing rule/)
    await gateway.deleteDomainName({ DomainName })
    await refuses(
      gateway.getDomainName({ DomainName }),
      "NotFoundException",
      404,
      "Invalid domain name identifier specified",
    )
  })

  it("is refused what it cannot have", async () => {
    const refusesDomain = (input: object, text: RegExp | string) =>
      refuses(
        world.gateway.createDomainName({ DomainName: "x.example.com", DomainNameConfigurations, ...input }),
        "BadRequestException",
        400,
        text,
      )
    await refusesDomain({ MutualTlsAuthentication: { TruststoreUri: "s3://b/k" } }, /Mutual TLS is not supported/)
    await refusesDomain({ DomainName: "nobody" }, /domain name/)
    await refusesDomain({ DomainName: "a.localhost" }, /this server's own/)
    await refusesDomain({ DomainNameConfigurations: undefined }, /configuration/)
    await refusesDomain({ DomainNameConfigurations: [{ CertificateArn, EndpointType: "EDGE" }] }, /REGIONAL/)
    await refusesDomain({ DomainNameConfigurations: [{ CertificateArn: "x" }] }, /certificate/)
    await world.gateway.createDomainName({ DomainName: "x.example.com", DomainNameConfigurations })
    await refusesDomain({}, /already exists/)
  })
})
