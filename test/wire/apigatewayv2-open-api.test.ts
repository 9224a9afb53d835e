import assert from "node:assert/strict"
import { test } from "node:test"
import { parse, stringify } from "yaml"
import { askSite } from "../harness/site-request.ts"
import { refuses } from "./apigateway-world.ts"
import { ECHO, openHttpWorld } from "./http-apis-world.ts"

const definition = (uri: string) => ({
  openapi: "3.0.1",
  info: { title: "orders", version: "2", description: "All of them" },
  servers: [{ url: "https://example.com/v1/{rest}", variables: { rest: { default: "shop" } } }],
  tags: [{ name: "team", "x-amazon-apigateway-tag-value": "blue" }],
  paths: {
    "/orders/{id}": {
      get: {
        operationId: "getOrder",
        responses: { default: { description: "an order" } },
        "x-amazon-apigateway-integration": { $ref: "#/components/x-amazon-apigateway-integrations/echo" },
      },
      delete: {
        responses: {},
        security: [{ jwt: ["orders/delete"] }],
        "x-amazon-apigateway-integration": { $ref: "#/components/x-amazon-apigateway-integrations/echo" },
      },
    },
    "/signed": {
      "x-amazon-apigateway-any-method": {
        security: [{ signed: [] }],
        "x-amazon-apigateway-integration": {
          type: "http_proxy",
          httpMethod: "GET",
          uri: "https://example.com/x",
          requestParameters: { "append:header.x": "y" },
          responseParameters: { "500": { "overwrite:statuscode": "502" } },
          timeoutInMillis: 5000,
        },
      },
    },
    "/$default": {
      "x-amazon-apigateway-any-method": {
        isDefaultRoute: true,
        "x-amazon-apigateway-integration": { $ref: "#/components/x-amazon-apigateway-integrations/echo" },
      },
    },
  },
  components: {
    "x-amazon-apigateway-integrations": {
      echo: { type: "aws_proxy", httpMethod: "POST", uri, payloadFormatVersion: "2.0" },
    },
    securitySchemes: {
      jwt: {
        type: "oauth2",
        "x-amazon-apigateway-authorizer": {
          type: "jwt",
          jwtConfiguration: { issuer: "https://issuer.example.com", audience: ["a"] },
          identitySource: "$request.header.Authorization",
        },
      },
      signed: { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" },
    },
  },
  "x-amazon-apigateway-cors": { allowOrigins: ["https://page.example.com"], allowMethods: ["GET"], maxAge: 60 },
})

test("a definition becomes an HTTP API that answers, and comes out as it was", async () => {
  await using world = await openHttpWorld()
  const { gateway } = world
  const uri = await world.makeFunction("echo", ECHO)
  const made = await gateway.importApi({ Body: JSON.stringify(definition(uri)) })
  const ApiId = made.ApiId!
  assert.equal(made.$metadata.httpStatusCode, 201)
  assert.equal(made.Name, "orders")
  assert.equal(made.Description, "All of them")
  assert.equal(made.Version, "2")
  assert.deepEqual(made.Tags, { team: "blue" })
  assert.deepEqual(made.CorsConfiguration, {
    AllowOrigins: ["https://page.example.com"],
    AllowMethods: ["GET"],
    MaxAge: 60,
  })
  const { Items: routes = [] } = await gateway.getRoutes({ ApiId })
  assert.deepEqual(
    routes
      .map(({ RouteKey, AuthorizationType, AuthorizationScopes, OperationName }) => [
        RouteKey,
        AuthorizationType,
        AuthorizationScopes,
        OperationName,
      ])
      .sort(),
    [
      ["$default", "NONE", undefined, undefined],
      ["ANY /signed", "AWS_IAM", undefined, undefined],
      ["DELETE /orders/{id}", "JWT", ["orders/delete"], undefined],
      ["GET /orders/{id}", "NONE", undefined, "getOrder"],
    ],
  )
  assert.equal((await gateway.getIntegrations({ ApiId })).Items!.length, 2)
  await gateway.createStage({ ApiId, StageName: "$default", AutoDeploy: true })
  const answer = await askSite(made.ApiEndpoint!, { path: "/orders/7" })
  assert.equal(JSON.parse(answer.body).pathParameters.id, "7", answer.body)
  assert.equal((await askSite(made.ApiEndpoint!, { method: "DELETE", path: "/orders/7" })).status, 401)
  assert.equal((await askSite(made.ApiEndpoint!, { path: "/signed" })).status, 403)

  const asked = { ApiId, Specification: "OAS30" }
  for (const OutputType of ["JSON", "YAML"]) {
    for (const StageName of [undefined, "$default"]) {
      const { body } = await gateway.exportApi({ ...asked, OutputType, ...(StageName && { StageName }) })
      const copy = await gateway.importApi({ Body: Buffer.from(body!).toString() })
      assert.equal(copy.Warnings, undefined)
      assert.deepEqual(await shapeOf(copy.ApiId!), await shapeOf(ApiId))
    }
  }
  const { body } = await gateway.exportApi({ ...asked, OutputType: "YAML", IncludeExtensions: false })
  assert.ok(!Buffer.from(body!).includes("x-amazon-apigateway-integration"))
  assert.equal(parse(Buffer.from(body!).toString()).openapi, "3.0.1")
  await refuses(
    gateway.exportApi({ ...asked, OutputType: "JSON", StageName: "gone" }),
    "NotFoundException",
    404,
    /Stage/,
  )
  await refuses(gateway.exportApi({ ...asked, OutputType: "XML" }), "BadRequestException", 400, /outputType/)

  async function shapeOf(id: string) {
    const { Items: all = [] } = await gateway.getRoutes({ ApiId: id })
    const { Items: integrations = [] } = await gateway.getIntegrations({ ApiId: id })
    const { Items: authorizers = [] } = await gateway.getAuthorizers({ ApiId: id })
    const byId = new Map(
      integrations.map(({ IntegrationId, ...integration }) => [`integrations/${IntegrationId}`, integration]),
    )
    const names = new Map(authorizers.map(({ AuthorizerId, Name }) => [AuthorizerId, Name]))
    return {
      routes: all
        .map(({ RouteId: _, Target = "", AuthorizerId, ...route }) => ({
          ...route,
          integration: byId.get(Target),
          authorizer: names.get(AuthorizerId),
        }))
        .sort((a, b) => (a.RouteKey! < b.RouteKey! ? -1 : 1)),
      authorizers: authorizers.map(({ AuthorizerId: _, ...authorizer }) => authorizer),
      cors: (await gateway.getApi({ ApiId: id })).CorsConfiguration,
    }
  }
})

test("a base path is ignored, put before the paths, or all of it but its first part", async () => {
  await using world = await openHttpWorld()
  const { gateway } = world
  const Body = stringify(definition(await world.makeFunction("echo", ECHO)))
  for (const [Basepath, path] of [
    ["ignore", "/signed"],
    ["prepend", "/v1/shop/signed"],
    ["split", "/shop/signed"],
  ] as const) {
    const { ApiId } = await gateway.importApi({ Body, Basepath })
    const { Items = [] } = await gateway.getRoutes({ ApiId })
    assert.ok(
      Items.some(({ RouteKey }) => RouteKey === `ANY ${path}`),
      Basepath,
    )
  }
})

test("importing anew puts all that there was aside but the stages; what cannot be changes nothing", async () => {
  await using world = await openHttpWorld()
  const { gateway } = world
  const uri = await world.makeFunction("echo", ECHO)
  const { ApiId = "" } = await gateway.importApi({ Body: JSON.stringify(definition(uri)) })
  await gateway.createStage({ ApiId, StageName: "$default", AutoDeploy: true })
  const fewer = { ...definition(uri), info: { title: "fewer" }, "x-amazon-apigateway-cors": undefined }
  const { "/orders/{id}": kept } = fewer.paths
  const again = await gateway.reimportApi({ ApiId, Body: JSON.stringify({ ...fewer, paths: { "/only/{id}": kept } }) })
  assert.deepEqual([again.Name, again.Description, again.CorsConfiguration], ["fewer", undefined, undefined])
  const keysOf = async () => (await gateway.getRoutes({ ApiId })).Items!.map(({ RouteKey }) => RouteKey).sort()
  const keys = ["DELETE /only/{id}", "GET /only/{id}"]
  assert.deepEqual(await keysOf(), keys)
  assert.equal((await gateway.getStages({ ApiId })).Items!.length, 1)
  const wrong: [object | string, RegExp][] = [
    ["{", /Invalid OpenAPI input/],
    [{ ...fewer, openapi: undefined, swagger: "2.0" }, /OpenAPI 3/],
    [{ ...fewer, info: {} }, /title/],
    [{ ...fewer, paths: { "/x{": kept } }, /path parts/],
    [{ ...fewer, "x-amazon-apigateway-cors": { allowOrigins: ["nothing"] } }, /CORS/],
    [{ ...definition("nothing") }, /Lambda function ARN/],
    [`a: [${"1,".repeat(200_000)}]`, /Invalid OpenAPI input/],
  ]
  for (const [body, message] of wrong) {
    const Body = typeof body === "string" ? body : JSON.stringify(body)
    await refuses(gateway.reimportApi({ ApiId, Body }), "BadRequestException", 400, message)
    assert.deepEqual(await keysOf(), keys)
  }
  const clash = JSON.stringify({ ...fewer, paths: { "/{a}": kept, "/{b}": kept } })
  await refuses(gateway.reimportApi({ ApiId, Body: clash }), "ConflictException", 409, /conflicting variable/)
  const odd = { ...fewer, security: [{ basic: [] }] }
  const { Warnings = [] } = await gateway.reimportApi({ ApiId, Body: JSON.stringify(odd) })
  assert.match(Warnings[0]!, /basic/)
  await refuses(
    gateway.reimportApi({ ApiId, Body: JSON.stringify(odd), FailOnWarnings: true }),
    "BadRequestException",
    400,
    /basic/,
  )
})
