import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { askControl } from "../harness/control.ts"
import { askSite } from "../harness/site-request.ts"
import { ECHO, type HttpApi, type HttpWorld, openHttpWorld, told } from "./http-apis-world.ts"

let world: HttpWorld
let echo: string
before(async () => {
  world = await openHttpWorld()
  echo = await world.makeFunction("echo", ECHO)
})
after(() => world[Symbol.asyncDispose]())

const NOT_FOUND = [404, { message: "Not Found" }]
const INTERNAL = [500, { message: "Internal Server Error" }]

describe("where an HTTP API is called", () => {
  let api: HttpApi
  before(async () => {
    api = await world.makeHttpApi()
    for (const key of [
      "GET /pets/dog/1",
      "GET /pets/dog/{id}",
      "GET /pets/{proxy+}",
      "ANY /pets/dog/{id}",
      "POST /both/{id}",
      "ANY /both/fixed",
      "ANY /{proxy+}",
    ])
      await api.route(key, echo)
  })

  for (const [method, path, key, parameters] of [
    ["GET", "/pets/dog/1", "GET /pets/dog/1", undefined],
    ["GET", "/pets/dog/2", "GET /pets/dog/{id}", { id: "2" }],
    ["PUT", "/pets/dog/1", "ANY /pets/dog/{id}", { id: "1" }],
    ["GET", "/pets/cat/1", "GET /pets/{proxy+}", { proxy: "cat/1" }],
    ["DELETE", "/pets/cat/1", "ANY /{proxy+}", { proxy: "pets/cat/1" }],
    ["POST", "/both/fixed", "ANY /both/fixed", undefined],
    ["POST", "/both/a%20b", "POST /both/{id}", { id: "a b" }],
    ["GET", "/x/y/z", "ANY /{proxy+}", { proxy: "x/y/z" }],
  ] as const)
    it(`leads ${method} ${path} to ${key}`, async () => {
      const event = JSON.parse((await api.ask(path, { method })).body)
      assert.deepEqual([event.routeKey, event.pathParameters, event.rawPath], [key, parameters, path])
    })

  it("answers what no route is for, with the id of the request", async () => {
    const answer = await api.ask("/")
    assert.deepEqual(told(answer), NOT_FOUND)
    assert.match(String(answer.headers["apigw-requestid"]), /^[\w-]{15}=$/)
    assert.equal(answer.headers["content-type"], "application/json")
    assert.equal(answer.headers["x-amzn-requestid"], undefined)
  })

  it("takes a route for the rest, where there is one", async () => {
    const other = await world.makeHttpApi()
    await other.route("$default", echo)
    const event = JSON.parse((await other.ask("/", { method: "PATCH" })).body)
    assert.deepEqual([event.routeKey, event.pathParameters, event.rawPath], ["$default", undefined, "/"])
  })

  it("is served stage by stage: by the first part of the path, or else by $default", async () => {
    const other = await world.makeHttpApi()
    await other.route("GET /pets", echo)
    await world.gateway.createStage({ ApiId: other.ApiId, StageName: "prod", StageVariables: { colour: "blue" } })
    assert.deepEqual(told(await other.ask("/prod/pets")), NOT_FOUND)
    await world.gateway.createDeployment({ ApiId: other.ApiId, StageName: "prod" })
    const named = JSON.parse((await other.ask("/prod/pets")).body)
    assert.deepEqual(
      [named.rawPath, named.requestContext.stage, named.stageVariables],
      ["/prod/pets", "prod", { colour: "blue" }],
    )
    const unnamed = JSON.parse((await other.ask("/pets")).body)
    assert.deepEqual(
      [unnamed.rawPath, unnamed.requestContext.stage, unnamed.stageVariables],
      ["/pets", "$default", undefined],
    )
    await world.gateway.deleteStage({ ApiId: other.ApiId, StageName: "$default" })
    assert.deepEqual(told(await other.ask("/pets")), NOT_FOUND)
  })

  it("answers by what was deployed, and not by what was changed since", async () => {
    const other = await world.makeHttpApi()
    const { ApiId } = other
    await other.route("GET /cats", echo)
    const RouteId = await other.route("GET /pets", echo)
    await world.gateway.createStage({ ApiId, StageName: "prod" })
    await world.gateway.createDeployment({ ApiId, StageName: "prod" })
    await world.gateway.deleteRoute({ ApiId, RouteId })
    assert.equal((await other.ask("/prod/pets")).status, 200)
    assert.deepEqual(told(await other.ask("/pets")), NOT_FOUND)
  })

  it("is found by path, too, and by none of another's region", async () => {
    const { port } = new URL(world.server.url)
    const path = (region: string) => `http://127.0.0.1:${port}/_execute-api/${region}/${api.ApiId}/pets/dog/1`
    const event = JSON.parse((await askSite(path("us-east-1"))).body)
    assert.equal(event.rawPath, "/pets/dog/1")
    assert.equal((await askSite(path("eu-west-1"))).status, 403)
  })

  it("is closed at its own endpoint where only custom domains are to reach it", async () => {
    const other = await world.makeHttpApi({ DisableExecuteApiEndpoint: true })
    const { ApiId } = other
    await other.route("GET /pets", echo)
    assert.deepEqual(told(await other.ask("/pets")), [403, { message: "Forbidden" }])
    const DomainName = "pets.example.com"
    const CertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/one"
    await world.gateway.createDomainName({ DomainName, DomainNameConfigurations: [{ CertificateArn }] })
    await world.gateway.createApiMapping({ DomainName, ApiId, Stage: "$default", ApiMappingKey: "v1/shop" })
    const { port } = new URL(world.server.url)
    const by = (path: string, headers = {}) =>
      askSite(`http://127.0.0.1:${port}`, { path, headers: { host: DomainName, ...headers } })
    const event = JSON.parse((await by("/v1/shop/pets")).body)
    assert.deepEqual(
      [event.rawPath, event.routeKey, event.requestContext.domainName],
      ["/v1/shop/pets", "GET /pets", DomainName],
    )
    assert.equal((await by("/v1/shopping/pets")).status, 403)
    await world.gateway.updateDomainName({ DomainName, RoutingMode: "ROUTING_RULE_THEN_API_MAPPING" })
    await world.gateway.createRoutingRule({
      DomainName,
      Priority: 1,
      Conditions: [{ MatchHeaders: { AnyOf: [{ Header: "X-Shop", ValueGlob: "new*" }] } }],
      Actions: [{ InvokeApi: { ApiId, Stage: "$default" } }],
    })
    assert.equal((await by("/pets", { "x-shop": "newer" })).status, 200)
    assert.equal((await by("/pets", { "x-shop": "old" })).status, 403)
  })
})

describe("what a function gets", () => {
  let api: HttpApi
  before(async () => {
    api = await world.makeHttpApi()
    await api.route("POST /second/{id}", echo)
    await api.route(
      "POST /first/{id}",
      await world.makeFunction("echo-1", "return { statusCode: 200, body: JSON.stringify(event) }"),
      {},
      { PayloadFormatVersion: "1.0" },
    )
  })

  it("is a request in payload format 2.0", async () => {
    const answer = await api.ask("/second/7", {
      method: "POST",
      path: "/second/7?a=1&a=2&b=x%20y",
      headers: { "content-type": "application/json", "X-Custom": "v", cookie: "c=1; d=2", "user-agent": "test" },
      body: '{"x":1}',
    })
    const { headers, requestContext, ...event } = JSON.parse(answer.body)
    assert.deepEqual(event, {
      version: "2.0",
      routeKey: "POST /second/{id}",
      rawPath: "/second/7",
      rawQueryString: "a=1&a=2&b=x%20y",
      cookies: ["c=1", "d=2"],
      queryStringParameters: { a: "1,2", b: "x y" },
      pathParameters: { id: "7" },
      body: '{"x":1}',
      isBase64Encoded: false,
    })
    assert.deepEqual([headers["x-custom"], headers.cookie, headers["x-forwarded-proto"]], ["v", undefined, "http"])
    assert.match(headers["x-amzn-trace-id"], /^Root=1-/)
    const { time, timeEpoch, ...context } = requestContext
    assert.match(time, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
    assert.equal(typeof timeEpoch, "number")
    assert.deepEqual(context, {
      accountId: world.server.account,
      apiId: api.ApiId,
      domainName: `${api.ApiId}.execute-api.us-east-1.localhost`,
      domainPrefix: api.ApiId,
      http: { method: "POST", path: "/second/7", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
      requestId: answer.headers["apigw-requestid"],
      routeKey: "POST /second/{id}",
      stage: "$default",
    })
  })

  it("is a request in payload format 1.0, where the integration says so", async () => {
    const answer = await api.ask("/first/7?a=1&a=2", {
      method: "POST",
      headers: { "content-type": "text/plain", "user-agent": "test" },
      body: "hi",
    })
    const { headers, multiValueHeaders, requestContext, ...event } = JSON.parse(answer.body)
    assert.deepEqual(event, {
      version: "1.0",
      resource: "/first/{id}",
      path: "/first/7",
      httpMethod: "POST",
      queryStringParameters: { a: "2" },
      multiValueQueryStringParameters: { a: ["1", "2"] },
      pathParameters: { id: "7" },
      stageVariables: null,
      body: "hi",
      isBase64Encoded: false,
    })
    assert.deepEqual([headers["content-type"], multiValueHeaders["content-type"]], ["text/plain", ["text/plain"]])
    assert.equal(requestContext.identity.sourceIp, "127.0.0.1")
    assert.equal(requestContext.identity.userArn, null)
    assert.deepEqual([requestContext.resourcePath, requestContext.httpMethod], ["/first/{id}", "POST"])
  })

  it("is Base64 of what is no text", async () => {
    const bytes = Buffer.from([0, 1, 2, 255])
    const answer = await api.ask("/second/1", {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: bytes,
    })
    const { body, isBase64Encoded } = JSON.parse(answer.body)
    assert.deepEqual([body, isBase64Encoded], [bytes.toString("base64"), true])
  })

  it("is at most ten megabytes", async () => {
    const answer = await api
      .ask("/second/1", { method: "POST", headers: { "content-length": String(10 * 1024 * 1024 + 1) } })
      .catch(() => undefined)
    if (answer) assert.deepEqual(told(answer), [413, { message: "Request Entity Too Large" }])
  })
})

describe("what a function answers", () => {
  let api: HttpApi
  before(async () => {
    api = await world.makeHttpApi()
    const says = await world.makeFunction("says", "return JSON.parse(event.body)")
    await api.route("POST /second", says)
    await api.route("POST /first", says, {}, { PayloadFormatVersion: "1.0" })
    await api.route("GET /throws", await world.makeFunction("throws", "throw new Error('no')"))
  })
  const say = (path: string, answer: unknown) =>
    api.ask(path, { method: "POST", body: JSON.stringify(answer), headers: { "content-type": "application/json" } })

  it("is the body as it is, where it names no status (2.0)", async () => {
    const object = await say("/second", { a: 1 })
    assert.deepEqual([object.status, object.body, object.headers["content-type"]], [200, '{"a":1}', "application/json"])
    assert.equal((await say("/second", "plain")).body, "plain")
    assert.equal((await say("/second", null)).body, "")
    assert.equal((await say("/second", [1])).body, "[1]")
  })

  it("is status, headers, cookies and bytes (2.0)", async () => {
    const answer = await say("/second", {
      statusCode: 201,
      headers: { "X-A": 1, "content-type": "text/x" },
      cookies: ["a=1", "b=2"],
      body: Buffer.from("bytes").toString("base64"),
      isBase64Encoded: true,
    })
    assert.deepEqual(
      [answer.status, answer.body, answer.headers["x-a"], answer.headers["content-type"]],
      [201, "bytes", "1", "text/x"],
    )
    assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2"])
  })

  it("is the form of REST APIs (1.0)", async () => {
    const answer = await say("/first", {
      statusCode: "202",
      headers: { a: "1" },
      multiValueHeaders: { b: ["2", "3"] },
      body: "x",
    })
    assert.deepEqual([answer.status, answer.body, answer.headers.a, answer.headers.b], [202, "x", "1", "2, 3"])
  })

  for (const [what, path, answer] of [
    ["no status in 1.0", "/first", { body: "x" }],
    ["a text in 1.0", "/first", "x"],
    ["a status that is none", "/second", { statusCode: 42 }],
    ["a body that is no text", "/second", { statusCode: 200, body: { a: 1 } }],
    ["headers that are none", "/second", { statusCode: 200, headers: "x" }],
    ["a header that splits", "/second", { statusCode: 200, headers: { a: "1\r\nb: 2" } }],
    ["cookies that are none", "/second", { statusCode: 200, cookies: "a" }],
  ] as const)
    it(`is an error where it is ${what}`, async () => assert.deepEqual(told(await say(path, answer)), INTERNAL))

  it("is an error where it throws, and where it may not be invoked; explained as any other refusal", async () => {
    assert.deepEqual(told(await api.ask("/throws")), INTERNAL)
    await world.create("private", {})
    await api.route("GET /private", world.arn("private"))
    const answer = await api.ask("/private")
    assert.deepEqual(told(answer), INTERNAL)
    const explained = await askControl(world.server, "GET", `decisions/${answer.headers["apigw-requestid"]}`)
    assert.match(JSON.stringify(explained), /a function that may be invoked/)
  })
})

describe("cross-origin rules", () => {
  let api: HttpApi
  const origin = "https://app.example.com"
  before(async () => {
    const CorsConfiguration = {
      AllowOrigins: [origin, "http://*"],
      AllowMethods: ["GET", "POST"],
      AllowHeaders: ["authorization", "x-a"],
      ExposeHeaders: ["x-b"],
      MaxAge: 300,
      AllowCredentials: true,
    }
    api = await world.makeHttpApi({ CorsConfiguration })
    const own =
      "return { statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*', 'access-control-allow-methods': 'PUT', 'x-b': '1' }, body: 'x' }"
    await api.route("GET /x", await world.makeFunction("own-cors", own), { AuthorizationType: "AWS_IAM" })
    await api.route("GET /open", world.arn("own-cors"))
  })
  const asking = { "access-control-request-method": "GET" }

  it("answer a browser's question, whatever the route asks of its caller", async () => {
    const answer = await api.ask("/x", { method: "OPTIONS", headers: { origin, ...asking } })
    assert.equal(answer.status, 204)
    const { headers } = answer
    assert.deepEqual(
      ["origin", "methods", "headers", "credentials"].map((name) => headers[`access-control-allow-${name}`]),
      [origin, "GET,POST", "authorization,x-a", "true"],
    )
    assert.equal(headers["access-control-max-age"], "300")
    assert.ok(headers["apigw-requestid"])
  })

  it("let in every origin of a scheme, and no others", async () => {
    const other = await api.ask("/x", { method: "OPTIONS", headers: { origin: "http://any.example", ...asking } })
    assert.equal(other.headers["access-control-allow-origin"], "http://any.example")
    const none = await api.ask("/x", { method: "OPTIONS", headers: { origin: "https://evil.example", ...asking } })
    assert.deepEqual([none.status, none.headers["access-control-allow-origin"]], [204, undefined])
  })

  it("replace what the backend says of it, and are on refusals, too", async () => {
    const answer = await api.ask("/open", { headers: { origin } })
    assert.deepEqual(
      [answer.status, answer.headers["access-control-allow-origin"], answer.headers["access-control-allow-methods"]],
      [200, origin, undefined],
    )
    assert.deepEqual([answer.headers["access-control-expose-headers"], answer.headers["x-b"]], ["x-b", "1"])
    const plain = await api.ask("/open")
    assert.equal(plain.headers["access-control-allow-origin"], undefined)
    const refused = await api.ask("/x", { headers: { origin } })
    assert.deepEqual([refused.status, refused.headers["access-control-allow-origin"]], [403, origin])
  })

  it("are the backend's own where the API has none", async () => {
    const other = await world.makeHttpApi()
    await other.route("ANY /x", world.arn("own-cors"))
    const answer = await other.ask("/x", { method: "OPTIONS", headers: { origin, ...asking } })
    assert.deepEqual([answer.status, answer.headers["access-control-allow-origin"]], [200, "*"])
  })
})

describe("how often a route is called", () => {
  it("is bounded as its stage says", async () => {
    const api = await world.makeHttpApi()
    await api.route("GET /slow", echo)
    await api.route("GET /fast", echo)
    await world.gateway.updateStage({
      ApiId: api.ApiId,
      StageName: "$default",
      RouteSettings: { "GET /slow": { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 1 } },
    })
    assert.equal((await api.ask("/slow")).status, 200)
    assert.deepEqual(told(await api.ask("/slow")), [429, { message: "Too Many Requests" }])
    assert.equal((await api.ask("/fast")).status, 200)
  })
})
