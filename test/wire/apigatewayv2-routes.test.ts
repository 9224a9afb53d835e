import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { type GatewayWorld, openGatewayWorld, plain } from "./apigatewayv2-world.ts"
import { refuses } from "./lambda-world.ts"

let world: GatewayWorld
let api: Awaited<ReturnType<GatewayWorld["makeApi"]>>
before(async () => {
  world = await openGatewayWorld()
  api = await world.makeApi()
})
after(() => world[Symbol.asyncDispose]())

const refusesRoute = (input: object, name: string, status: number, text: string | RegExp) =>
  refuses(world.gateway.createRoute({ ApiId: api.ApiId, ...input } as never), name, status, text)

describe("a route", () => {
  it("shows what was not set, too, and is changed member by member", async () => {
    const { gateway } = world
    const { ApiId, Target } = api
    const made = plain(await gateway.createRoute({ ApiId, RouteKey: "GET /pets/{id}", Target }))
    assert.match(made.RouteId!, /^[a-z0-9]{7}$/)
    assert.deepEqual(made, {
      RouteId: made.RouteId,
      RouteKey: "GET /pets/{id}",
      Target,
      AuthorizationType: "NONE",
      ApiKeyRequired: false,
    })
    const named = { ApiId, RouteId: made.RouteId! }
    assert.deepEqual(plain(await gateway.getRoute(named)), made)
    const changed = await gateway.updateRoute({ ...named, OperationName: "pet" })
    assert.deepEqual(plain(changed), { ...made, OperationName: "pet" })
    const without = await gateway.updateRoute({ ...named, OperationName: "", RouteKey: "POST /pets/{id}" })
    assert.deepEqual(plain(without), { ...made, RouteKey: "POST /pets/{id}" })
    await gateway.deleteRoute(named)
    await refuses(gateway.getRoute(named), "NotFoundException", 404, "Invalid Route identifier specified")
  })

  it("takes an authorizer of its type alone", async () => {
    const { gateway } = world
    const { ApiId } = api
    const jwt = { AuthorizationType: "JWT" as const, RouteKey: "GET /jwt" }
    const text =
      "Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT authorizer."
    await refusesRoute(jwt, "BadRequestException", 400, text)
    const { AuthorizerId } = await gateway.createAuthorizer({
      ApiId,
      Name: "people",
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: "https://login.example.com", Audience: ["web"] },
    })
    await refusesRoute(
      { ...jwt, AuthorizationType: "CUSTOM", AuthorizerId },
      "BadRequestException",
      400,
      /CUSTOM or COGNITO/,
    )
    const { RouteId } = await gateway.createRoute({ ApiId, ...jwt, AuthorizerId, AuthorizationScopes: ["read"] })
    await refuses(
      gateway.deleteAuthorizer({ ApiId, AuthorizerId }),
      "ConflictException",
      409,
      `Cannot delete Authorizer because it is referenced by the following Routes with Ids: [${RouteId}]`,
    )
    const open = await gateway.updateRoute({
      ApiId,
      RouteId,
      AuthorizationType: "NONE",
      AuthorizerId: "",
      AuthorizationScopes: [],
    })
    assert.deepEqual([open.AuthorizerId, open.AuthorizationType], [undefined, "NONE"])
    await gateway.deleteAuthorizer({ ApiId, AuthorizerId })
  })

  it("does not stand beside one that has the same key, or another name for a variable", async () => {
    const { gateway } = world
    const { ApiId } = api
    await gateway.createRoute({ ApiId, RouteKey: "GET /orgs/{org}/stages" })
    await refusesRoute({ RouteKey: "GET /orgs/{org}/stages" }, "ConflictException", 409, /already exists/)
    await refusesRoute(
      { RouteKey: "GET /orgs/{id}" },
      "ConflictException",
      409,
      'The provided route key "GET /orgs/{id}" has a conflicting variable on the same hierarchical level as "GET /orgs/{org}/stages"',
    )
    for (const RouteKey of ["GET /orgs/{proxy+}", "GET /orgs/all", "POST /orgs/{id}", "ANY /{proxy+}"])
      await gateway.createRoute({ ApiId, RouteKey })
  })

  const FORMAT = /is not formatted properly for HTTP protocol/
  const refused: readonly [what: string, input: object, text: string | RegExp][] = [
    ["a key without a method", { RouteKey: "/pets" }, FORMAT],
    ["a key of an unknown method", { RouteKey: "FETCH /pets" }, FORMAT],
    ["a key without a path", { RouteKey: "GET" }, FORMAT],
    ["a greedy variable in the middle", { RouteKey: "GET /{a+}/b" }, "One or more path parts appear to be invalid"],
    ["a part that is no whole variable", { RouteKey: "GET /x-{a}" }, "One or more path parts appear to be invalid"],
    ["one name for two variables", { RouteKey: "GET /{a}/{a}" }, "One or more path parts appear to be invalid"],
    ["a target that is not there", { RouteKey: "GET /t", Target: "integrations/abcdefg" }, /Invalid target/],
    ["scopes and no JWT", { RouteKey: "GET /s", AuthorizationScopes: ["a"] }, /scopes/],
    ["an API key", { RouteKey: "GET /k", ApiKeyRequired: true }, /not supported for HTTP/],
    ["an unknown authorization", { RouteKey: "GET /u", AuthorizationType: "BASIC" }, /authorizationType/],
  ]
  for (const [what, input, text] of refused)
    it(`is not made with ${what}`, () => refusesRoute(input, "BadRequestException", 400, text))
})

describe("an integration", () => {
  it("shows what was not set, too, and merges its parameters", async () => {
    const { gateway } = world
    const { ApiId } = api
    const made = plain(
      await gateway.createIntegration({
        ApiId,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "ANY",
        IntegrationUri: "https://backend.example.com/{proxy}",
        PayloadFormatVersion: "1.0",
        RequestParameters: { "append:header.a": "1", "overwrite:path": "$request.path" },
        ResponseParameters: { 500: { "overwrite:statuscode": "403" }, 404: { "remove:header.x": "''" } },
      }),
    )
    assert.deepEqual(made, {
      IntegrationId: made.IntegrationId,
      IntegrationType: "HTTP_PROXY",
      IntegrationMethod: "ANY",
      IntegrationUri: "https://backend.example.com/{proxy}",
      PayloadFormatVersion: "1.0",
      ConnectionType: "INTERNET",
      TimeoutInMillis: 30_000,
      RequestParameters: { "append:header.a": "1", "overwrite:path": "$request.path" },
      ResponseParameters: { 500: { "overwrite:statuscode": "403" }, 404: { "remove:header.x": "''" } },
    })
    const named = { ApiId, IntegrationId: made.IntegrationId! }
    const changed = await gateway.updateIntegration({
      ...named,
      TimeoutInMillis: 500,
      RequestParameters: { "append:header.a": "", "append:header.b": "2" },
      ResponseParameters: { 404: {} },
    })
    assert.equal(changed.TimeoutInMillis, 500)
    assert.deepEqual(changed.RequestParameters, { "overwrite:path": "$request.path", "append:header.b": "2" })
    assert.deepEqual(changed.ResponseParameters, { 500: { "overwrite:statuscode": "403" } })
    assert.deepEqual(plain(await gateway.getIntegration(named)), plain(changed))
    await gateway.deleteIntegration(named)
    await refuses(gateway.getIntegration(named), "NotFoundException", 404, "Invalid Integration identifier specified")
  })

  it("stays while a route leads to it", async () => {
    const { gateway } = world
    const { ApiId, IntegrationId, Target } = await world.makeApi()
    const { RouteId } = await gateway.createRoute({ ApiId, RouteKey: "$default", Target })
    await refuses(
      gateway.deleteIntegration({ ApiId, IntegrationId }),
      "ConflictException",
      409,
      `Cannot delete Integration because it is referenced by the following Routes with Ids: [${RouteId}]`,
    )
  })

  const lambda = { IntegrationType: "AWS_PROXY", PayloadFormatVersion: "2.0" }
  const http = { IntegrationType: "HTTP_PROXY", IntegrationMethod: "GET", PayloadFormatVersion: "1.0" }
  const uri = { IntegrationUri: "https://backend.example.com" }
  const kinesis = { ...lambda, PayloadFormatVersion: "1.0", IntegrationSubtype: "Kinesis-PutRecord" }
  const CredentialsArn = "arn:aws:iam::123456789012:role/r"
  const refused: readonly [what: string, input: object, text: RegExp][] = [
    ["MOCK", { IntegrationType: "MOCK" }, /not supported for HTTP/],
    ["a queue's ARN", { ...lambda, IntegrationUri: "arn:aws:sqs:us-east-1:123456789012:q" }, /Invalid Lambda function/],
    ["no URL", { ...http, IntegrationUri: "backend" }, /Invalid HTTP endpoint/],
    ["no method", { ...http, IntegrationMethod: undefined, ...uri }, /Invalid HTTP method/],
    ["another payload", { ...lambda, PayloadFormatVersion: "3.0" }, /payload format/],
    ["a VPC link", { ...http, ...uri, ConnectionType: "VPC_LINK", ConnectionId: "x" }, /VPC links are not supported/],
    ["a reserved header", { ...http, ...uri, RequestParameters: { "append:header.authorization": "x" } }, /mapping/],
    [
      "a reserved header of answers",
      { ...http, ...uri, ResponseParameters: { 200: { "append:header.x-amz-y": "x" } } },
      /mapping/,
    ],
    [
      "an unknown source",
      { ...http, ...uri, RequestParameters: { "append:header.a": "$request.cookie.x" } },
      /mapping/,
    ],
    [
      "a filter in a path of the body",
      { ...http, ...uri, RequestParameters: { "append:header.a": "$request.body.a[?(@.b)]" } },
      /mapping/,
    ],
    [
      "a status that is none",
      { ...http, ...uri, ResponseParameters: { 99: { "overwrite:statuscode": "200" } } },
      /status code/,
    ],
    ["too short a time", { ...http, ...uri, TimeoutInMillis: 10 }, /timeoutInMillis/],
    [
      "a service that is not here",
      { ...lambda, PayloadFormatVersion: "1.0", IntegrationSubtype: "SQS-SendMessage", CredentialsArn },
      /does not have its service/,
    ],
    [
      "a subtype that is none",
      { ...kinesis, IntegrationSubtype: "Kinesis-Dance", CredentialsArn },
      /Invalid integration subtype/,
    ],
    ["a stream and no role", { ...kinesis, RequestParameters: {} }, /Credentials ARN/],
    [
      "a stream and no key",
      { ...kinesis, CredentialsArn, RequestParameters: { StreamName: "s", Data: "$request.body" } },
      /PartitionKey/,
    ],
  ]
  for (const [what, input, text] of refused)
    it(`is not made of ${what}`, () =>
      refuses(
        world.gateway.createIntegration({ ApiId: api.ApiId, ...input } as never),
        "BadRequestException",
        400,
        text,
      ))
})

describe("an authorizer", () => {
  const uri = () =>
    `arn:aws:apigateway:${world.server.region}:lambda:path/2015-03-31/functions/${world.arn("check")}/invocations`
  const jwt = {
    Name: "people",
    AuthorizerType: "JWT" as const,
    IdentitySource: ["$request.header.Authorization"],
    JwtConfiguration: { Issuer: "https://login.example.com", Audience: ["web"] },
  }

  it("shows what it is", async () => {
    const { gateway } = world
    const { ApiId } = await world.makeApi()
    const made = plain(await gateway.createAuthorizer({ ApiId, ...jwt }))
    assert.deepEqual(made, { ...jwt, AuthorizerId: made.AuthorizerId })
    const changed = await gateway.updateAuthorizer({
      ApiId,
      AuthorizerId: made.AuthorizerId!,
      JwtConfiguration: { Audience: ["web", "app"] },
    })
    assert.deepEqual(changed.JwtConfiguration, { Issuer: "https://login.example.com", Audience: ["web", "app"] })
    const lambda = plain(
      await gateway.createAuthorizer({
        ApiId,
        Name: "check",
        AuthorizerType: "REQUEST",
        AuthorizerPayloadFormatVersion: "2.0",
        AuthorizerUri: uri(),
        IdentitySource: ["$request.header.Authorization", "$context.routeKey"],
        EnableSimpleResponses: true,
        AuthorizerResultTtlInSeconds: 60,
      }),
    )
    assert.deepEqual(plain(await gateway.getAuthorizer({ ApiId, AuthorizerId: lambda.AuthorizerId! })), lambda)
    assert.equal((await gateway.getAuthorizers({ ApiId })).Items!.length, 2)
  })

  const refused: readonly [what: string, input: () => object, text: RegExp][] = [
    ["no issuer", () => ({ ...jwt, JwtConfiguration: { Audience: ["a"] } }), /Invalid issuer/],
    [
      "an issuer that is no URL",
      () => ({ ...jwt, JwtConfiguration: { Issuer: "accounts", Audience: ["a"] } }),
      /Invalid issuer/,
    ],
    ["no audience", () => ({ ...jwt, JwtConfiguration: { Issuer: "https://login.example.com" } }), /audience/],
    ["a source of nowhere", () => ({ ...jwt, IdentitySource: ["Authorization"] }), /Invalid identity source/],
    [
      "two sources of a token",
      () => ({ ...jwt, IdentitySource: ["$request.header.a", "$request.header.b"] }),
      /one identity source/,
    ],
    ["no function", () => ({ Name: "x", AuthorizerType: "REQUEST", IdentitySource: [] }), /Authorizer URI/],
    [
      "no payload format",
      () => ({ Name: "x", AuthorizerType: "REQUEST", IdentitySource: [], AuthorizerUri: uri() }),
      /PayloadFormatVersion/,
    ],
    [
      "simple responses of 1.0",
      () => ({
        Name: "x",
        AuthorizerType: "REQUEST",
        IdentitySource: [],
        AuthorizerUri: uri(),
        AuthorizerPayloadFormatVersion: "1.0",
        EnableSimpleResponses: true,
      }),
      /Simple responses/,
    ],
    [
      "a cache without a source",
      () => ({
        Name: "x",
        AuthorizerType: "REQUEST",
        IdentitySource: [],
        AuthorizerUri: uri(),
        AuthorizerPayloadFormatVersion: "2.0",
        AuthorizerResultTtlInSeconds: 10,
      }),
      /identity source/,
    ],
    ["a day's cache", () => ({ ...jwt, AuthorizerResultTtlInSeconds: 86_400 }), /3600/],
  ]
  for (const [what, input, text] of refused)
    it(`is not made with ${what}`, () =>
      refuses(
        world.gateway.createAuthorizer({ ApiId: api.ApiId, ...input() } as never),
        "BadRequestException",
        400,
        text,
      ))
})

describe("what WebSocket APIs alone have", () => {
  it("is refused of HTTP APIs, and kept of WebSocket APIs", async () => {
    const { gateway } = world
    const model = { Name: "Message", Schema: '{"type":"object"}', ContentType: "application/json" }
    await refuses(gateway.createModel({ ApiId: api.ApiId, ...model }), "BadRequestException", 400, /HTTP protocol/)
    const { ApiId } = await gateway.createApi({
      Name: "chat",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    })
    const made = plain(await gateway.createModel({ ApiId, ...model }))
    assert.deepEqual(made, { ...model, ModelId: made.ModelId })
    await refuses(gateway.createModel({ ApiId, ...model }), "ConflictException", 409, /already exists/)
    const changed = await gateway.updateModel({ ApiId, ModelId: made.ModelId!, Description: "x" })
    assert.deepEqual(plain(changed), { ...made, Description: "x" })
    const integration = plain(await gateway.createIntegration({ ApiId, IntegrationType: "MOCK" }))
    assert.deepEqual(integration, {
      IntegrationId: integration.IntegrationId,
      IntegrationType: "MOCK",
      ConnectionType: "INTERNET",
      IntegrationResponseSelectionExpression: "$" + "{integration.response.statuscode}",
      PassthroughBehavior: "WHEN_NO_MATCH",
      PayloadFormatVersion: "1.0",
      TimeoutInMillis: 29_000,
    })
    const { RouteId } = await gateway.createRoute({
      ApiId,
      RouteKey: "send",
      Target: `integrations/${integration.IntegrationId}`,
      RequestParameters: { "route.request.header.a": { Required: true } },
    })
    await gateway.deleteRouteRequestParameter({ ApiId, RouteId, RequestParameterKey: "route.request.header.a" })
    assert.deepEqual((await gateway.getRoute({ ApiId, RouteId })).RequestParameters, {})
    const answer = plain(await gateway.createRouteResponse({ ApiId, RouteId, RouteResponseKey: "$default" }))
    assert.deepEqual((await gateway.getRouteResponses({ ApiId, RouteId })).Items, [answer])
    const named = { ApiId, IntegrationId: integration.IntegrationId! }
    const mapped = plain(
      await gateway.createIntegrationResponse({
        ...named,
        IntegrationResponseKey: "/200/",
        ResponseTemplates: { a: "{}" },
      }),
    )
    const IntegrationResponseId = mapped.IntegrationResponseId!
    await gateway.updateIntegrationResponse({ ...named, IntegrationResponseId, ResponseTemplates: { a: "", b: "[]" } })
    const response = plain(await gateway.getIntegrationResponse({ ...named, IntegrationResponseId }))
    assert.deepEqual(response, { ...mapped, ResponseTemplates: { b: "[]" } })
    await gateway.deleteIntegrationResponse({ ...named, IntegrationResponseId })
    await gateway.deleteRouteResponse({ ApiId, RouteId, RouteResponseId: answer.RouteResponseId! })
    assert.deepEqual((await gateway.getIntegrationResponses(named)).Items, [])
    assert.deepEqual((await gateway.getRouteResponses({ ApiId, RouteId })).Items, [])
    await gateway.deleteModel({ ApiId, ModelId: made.ModelId! })
    assert.deepEqual((await gateway.getModels({ ApiId })).Items, [])
  })
})
