import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { type GatewayWorld, openGatewayWorld, plain } from "./apigatewayv2-world.ts"
import { refuses } from "./lambda-world.ts"

let world: GatewayWorld
before(async () => {
  world = await openGatewayWorld()
})
after(() => world[Symbol.asyncDispose]())

const HTTP = { Name: "orders", ProtocolType: "HTTP" as const }

describe("an API", () => {
  it("shows what was not set, too", async () => {
    const { gateway, server } = world
    const made = plain(await gateway.createApi({ ...HTTP, Tags: { team: "blue" } }))
    const { ApiId, CreatedDate, ...rest } = made
    assert.match(ApiId!, /^[a-z0-9]{10}$/)
    assert.ok(CreatedDate instanceof Date)
    assert.deepEqual(rest, {
      Name: "orders",
      ProtocolType: "HTTP",
      ApiEndpoint: `http://${ApiId}.execute-api.${server.region}.localhost:${new URL(server.url).port}`,
      ApiKeySelectionExpression: "$request.header.x-api-key",
      DisableExecuteApiEndpoint: false,
      IpAddressType: "ipv4",
      RouteSelectionExpression: "$request.method $request.path",
      Tags: { team: "blue" },
    })
    assert.deepEqual(plain(await gateway.getApi({ ApiId })), made)
    const { Items } = await gateway.getApis({})
    assert.deepEqual(
      Items!.find((one) => one.ApiId === ApiId),
      made,
    )
  })

  it("of WebSockets has another endpoint, and must say how routes are selected", async () => {
    const { gateway } = world
    const ProtocolType = "WEBSOCKET" as const
    const made = await gateway.createApi({
      Name: "chat",
      ProtocolType,
      RouteSelectionExpression: "$request.body.action",
    })
    assert.match(made.ApiEndpoint!, /^ws:\/\//)
    await refuses(
      gateway.createApi({ Name: "chat", ProtocolType }),
      "BadRequestException",
      400,
      /RouteSelectionExpression/,
    )
  })

  it("is changed member by member, and keeps what is not named", async () => {
    const { gateway } = world
    const { ApiId } = await gateway.createApi({ ...HTTP, Description: "first", Version: "1" })
    const changed = await gateway.updateApi({
      ApiId,
      Name: "parcels",
      Description: "",
      CorsConfiguration: { AllowOrigins: ["https://example.com"], MaxAge: 60 },
    })
    assert.deepEqual(
      [changed.Name, changed.Description, changed.Version, changed.CorsConfiguration],
      ["parcels", undefined, "1", { AllowOrigins: ["https://example.com"], MaxAge: 60 }],
    )
    await gateway.deleteCorsConfiguration({ ApiId })
    const { CorsConfiguration, Name } = await gateway.getApi({ ApiId })
    assert.deepEqual([CorsConfiguration, Name], [undefined, "parcels"])
  })

  it("is gone with all that it has, at once", async () => {
    const { gateway, server } = world
    const { ApiId, Target } = await world.makeApi()
    await gateway.createRoute({ ApiId, RouteKey: "GET /x", Target })
    await gateway.createStage({ ApiId, StageName: "prod", AutoDeploy: true })
    await gateway.deleteApi({ ApiId })
    const text = `Invalid API identifier specified ${server.account}:${ApiId}`
    await refuses(gateway.getApi({ ApiId }), "NotFoundException", 404, text)
    await refuses(gateway.getRoutes({ ApiId }), "NotFoundException", 404, text)
    await refuses(gateway.deleteApi({ ApiId }), "NotFoundException", 404, text)
    await server.work.settle()
  })

  it("is quickly created with an integration, a route and a stage that is deployed", async () => {
    const { gateway } = world
    const { ApiId } = await gateway.createApi({ ...HTTP, Target: "https://backend.example.com", RouteKey: "GET /x" })
    const [integration] = (await gateway.getIntegrations({ ApiId })).Items!
    const [route] = (await gateway.getRoutes({ ApiId })).Items!
    const [stage] = (await gateway.getStages({ ApiId })).Items!
    assert.deepEqual(
      [integration!.IntegrationType, integration!.IntegrationMethod, integration!.PayloadFormatVersion],
      ["HTTP_PROXY", "ANY", "1.0"],
    )
    assert.deepEqual([route!.RouteKey, route!.Target], ["GET /x", `integrations/${integration!.IntegrationId}`])
    assert.deepEqual([stage!.StageName, stage!.AutoDeploy], ["$default", true])
    for (const one of [integration, route, stage]) assert.equal(one!.ApiGatewayManaged, true)
    const deployment = await gateway.getDeployment({ ApiId, DeploymentId: stage!.DeploymentId! })
    assert.deepEqual([deployment.AutoDeployed, deployment.DeploymentStatus], [true, "DEPLOYED"])
    await gateway.updateApi({ ApiId, Target: world.arn("other") })
    const [moved] = (await gateway.getIntegrations({ ApiId })).Items!
    assert.deepEqual([moved!.IntegrationType, moved!.PayloadFormatVersion], ["AWS_PROXY", "2.0"])
  })

  it("has tags, as its stages have", async () => {
    const { gateway, server } = world
    const { ApiId } = await gateway.createApi({ ...HTTP, Tags: { a: "1" } })
    await gateway.createStage({ ApiId, StageName: "prod", Tags: { b: "2" } })
    const arn = `arn:aws:apigateway:${server.region}::/apis/${ApiId}`
    await gateway.tagResource({ ResourceArn: arn, Tags: { c: "3" } })
    await gateway.untagResource({ ResourceArn: arn, TagKeys: ["a"] })
    assert.deepEqual((await gateway.getTags({ ResourceArn: arn })).Tags, { c: "3" })
    assert.deepEqual((await gateway.getApi({ ApiId })).Tags, { c: "3" })
    assert.deepEqual((await gateway.getTags({ ResourceArn: `${arn}/stages/prod` })).Tags, { b: "2" })
    const wrong = { ResourceArn: `arn:aws:apigateway:${server.region}::/apis/${ApiId}/routes/x`, Tags: { a: "1" } }
    await refuses(gateway.tagResource(wrong), "BadRequestException", 400, "Invalid ARN specified in the request")
    await refuses(gateway.tagResource({ ResourceArn: arn, Tags: { "aws:x": "1" } }), "BadRequestException", 400, /aws:/)
  })

  it("is listed page by page", async () => {
    const { gateway } = world
    const { ApiId, Target } = await world.makeApi()
    for (const path of ["a", "b", "c"]) await gateway.createRoute({ ApiId, RouteKey: `GET /${path}`, Target })
    const first = await gateway.getRoutes({ ApiId, MaxResults: "2" })
    assert.equal(first.Items!.length, 2)
    const second = await gateway.getRoutes({ ApiId, MaxResults: "2", NextToken: first.NextToken! })
    assert.deepEqual([second.Items!.length, second.NextToken], [1, undefined])
    assert.deepEqual([...first.Items!, ...second.Items!].map(({ RouteKey }) => RouteKey).sort(), [
      "GET /a",
      "GET /b",
      "GET /c",
    ])
    await refuses(gateway.getRoutes({ ApiId, NextToken: "x" }), "BadRequestException", 400, /nextToken/)
    await refuses(gateway.getRoutes({ ApiId, MaxResults: "no" }), "BadRequestException", 400, /maxResults/)
  })

  const refused: readonly [what: string, input: object, text: RegExp][] = [
    ["no protocol", { Name: "x" }, /protocolType/],
    ["an unknown protocol", { Name: "x", ProtocolType: "SMTP" }, /protocolType/],
    [
      "a target of WebSockets",
      { ...HTTP, ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.a", Target: "https://x.example" },
      /Quick create/,
    ],
    ["a target that is none", { ...HTTP, Target: "backend" }, /Invalid target/],
    [
      "another selection of routes",
      { ...HTTP, RouteSelectionExpression: "$request.body.action" },
      /RouteSelectionExpression/,
    ],
    [
      "credentials for every origin",
      { ...HTTP, CorsConfiguration: { AllowOrigins: ["*"], AllowCredentials: true } },
      /allowCredentials/,
    ],
    ["an origin that is none", { ...HTTP, CorsConfiguration: { AllowOrigins: ["example.com"] } }, /not a valid origin/],
    ["a method that is none", { ...HTTP, CorsConfiguration: { AllowMethods: ["FETCH"] } }, /not a valid method/],
    ["an age of a year", { ...HTTP, CorsConfiguration: { MaxAge: 31_536_000 } }, /86400/],
    ["a name of nothing", { ...HTTP, Name: "" }, /Name/],
  ]
  for (const [what, input, text] of refused)
    it(`is not made with ${what}`, () =>
      refuses(world.gateway.createApi(input as never), "BadRequestException", 400, text))
})

describe("what is not built", () => {
  it("says so", async () => {
    await refuses(world.gateway.listPortals({}), "NotImplemented", 501, /apigatewayv2:ListPortals/)
  })
  it("is refused where there is nothing that it could mean", async () => {
    const { gateway } = world
    await refuses(
      gateway.createVpcLink({ Name: "x", SubnetIds: ["a"] }),
      "BadRequestException",
      400,
      /VPC links are not supported/,
    )
    assert.deepEqual((await gateway.getVpcLinks({})).Items, [])
    await refuses(gateway.getVpcLink({ VpcLinkId: "x" }), "NotFoundException", 404, /VPC link/)
  })
})
