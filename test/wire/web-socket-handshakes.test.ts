import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { Sha256 } from "@aws-crypto/sha256-js"
import { IAM } from "@aws-sdk/client-iam"
import { SignatureV4 } from "@smithy/signature-v4"
import { askControl } from "../harness/control.ts"
import { eventually } from "../harness/eventually.ts"
import type { Credentials } from "../harness/server.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { openWebSocketWorld, type Refused, type SocketApi, type WebSocketWorld } from "./web-socket-world.ts"

let world: WebSocketWorld
let backend: WebServer
/** Bodies that the backend was sent. */
const bodies: Record<string, unknown>[] = []
let echo: string
before(async () => {
  backend = await startWebServer(async (request, response) => {
    let text = ""
    for await (const piece of request) text += piece
    if (text !== "") bodies.push(JSON.parse(text))
    response.writeHead(Number(/\d{3}/.exec(request.url ?? "")?.[0] ?? 200), { "content-type": "application/json" })
    response.end('{"said":"hello"}')
  })
  world = await openWebSocketWorld(["--integration-target", backend.url])
  echo = await world.makeFunction("echo", "return { statusCode: 200, body: JSON.stringify(event) }")
})
after(async () => {
  await world[Symbol.asyncDispose]()
  await backend[Symbol.asyncDispose]()
})

const refusedWith = (status: number, body?: object) => (error: Refused) => {
  assert.equal(error.status, status, error.message)
  if (body) assert.deepEqual(JSON.parse(error.body), body)
  return true
}

describe("a handshake", () => {
  for (const [name, source, status, body] of [
    ["its function refuses it", 'return { statusCode: 401, body: "no" }', 401, undefined],
    ["its function throws", 'throw new Error("x")', 502, { message: "Internal server error" }],
    ["its function answers nothing", "return null", 502, { message: "Internal server error" }],
  ] as const)
    it(`is refused where ${name}`, async () => {
      const api = await world.makeSocketApi()
      await api.route("$connect", await world.makeFunction(`no${status}${source.length}`, source))
      await assert.rejects(api.connect(), refusedWith(status, body))
    })

  it("is explained where it is refused", async () => {
    const api = await world.makeSocketApi()
    await world.create("closed")
    await api.route("$connect", world.arn("closed"))
    const refused: Refused = await api.connect().then(
      () => assert.fail("it was let in"),
      (error) => error,
    )
    assert.equal(refused.status, 500)
    const decision = await askControl(
      world.server,
      "GET",
      `decisions/${encodeURIComponent(String(refused.headers["x-amzn-requestid"]))}`,
    )
    assert.match(JSON.stringify(decision), /a function that may be invoked/)
  })

  it("tells $connect of headers and query, and speaks the protocol that it chooses", async () => {
    const api = await world.makeSocketApi()
    const choose = await world.makeFunction(
      "choose",
      `return event.queryStringParameters.a === "1 2" && event.headers["X-Own"] === "yes" && event.requestContext.eventType === "CONNECT"
        && event.requestContext.routeKey === "$connect" && event.body === undefined
        ? { statusCode: 200, headers: { "Sec-WebSocket-Protocol": "chat" } } : { statusCode: 400 }`,
    )
    await api.route("$connect", choose)
    const client = await api.connect({ query: "?a=1%202", headers: { "X-Own": "yes" }, protocols: ["other", "chat"] })
    assert.equal(client.socket.protocol, "chat")
    client.socket.close()
  })

  it("needs execute-api:Invoke with AWS_IAM, by signed headers or a signed URL", async () => {
    const api = await world.makeSocketApi()
    await api.route("$connect", echo, { AuthorizationType: "AWS_IAM" })
    await assert.rejects(api.connect(), refusedWith(403, { message: "Missing Authentication Token" }))
    const iam = new IAM(world.server.client)
    const { client } = world.server
    await iam.createUser({ UserName: "anna" })
    const { AccessKey } = await iam.createAccessKey({ UserName: "anna" })
    const anna = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
    const signed = async (credentials: Credentials, isUrl: boolean) => {
      const { host, pathname } = new URL(api.url)
      const signer = new SignatureV4({ service: "execute-api", region: client.region, credentials, sha256: Sha256 })
      const request = {
        method: "GET",
        protocol: "https:",
        hostname: host,
        path: pathname,
        query: {},
        headers: { host },
      }
      if (!isUrl) return api.connect({ headers: (await signer.sign(request)).headers })
      const { query = {} } = await signer.presign(request)
      return api.connect({ query: `?${new URLSearchParams(query as Record<string, string>)}` })
    }
    for (const isUrl of [true, false]) {
      const root = await signed(client.credentials as Credentials, isUrl)
      root.socket.close()
      await assert.rejects(signed(anna, isUrl), (error: Refused) => {
        assert.equal(error.status, 403)
        assert.match(
          error.body,
          /user\/anna is not authorized to perform: execute-api:Invoke on resource: .*\/prod\/\$connect/,
        )
        return true
      })
    }
    await iam.putUserPolicy({
      UserName: "anna",
      PolicyName: "connect",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: `${api.arn}/prod/$connect` }],
      }),
    })
    const client2 = await signed(anna, true)
    client2.socket.close()
  })

  it("is for a Lambda authorizer to let in, whose context later messages have", async () => {
    const api = await world.makeSocketApi()
    const authorizer = await world.makeFunction(
      "doorkeeper",
      `if (event.headers.Token === "throw") throw new Error("Unauthorized")
       return { principalId: "me", context: { colour: "red" }, policyDocument: { Version: "2012-10-17", Statement: [
         { Effect: event.headers.Token === "yes" ? "Allow" : "Deny", Action: "execute-api:Invoke", Resource: event.methodArn } ] } }`,
    )
    const { AuthorizerId } = await world.gateway.createAuthorizer({
      ApiId: api.ApiId,
      Name: "doorkeeper",
      AuthorizerType: "REQUEST",
      IdentitySource: ["route.request.header.Token"],
      AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${authorizer}/invocations`,
    })
    await api.route("$connect", echo, { AuthorizationType: "CUSTOM", ...(AuthorizerId && { AuthorizerId }) })
    await api.answer(await api.route("$default", echo))
    await assert.rejects(api.connect(), refusedWith(401, { message: "Unauthorized" }))
    await assert.rejects(api.connect({ headers: { Token: "throw" } }), refusedWith(401, { message: "Unauthorized" }))
    await assert.rejects(api.connect({ headers: { Token: "no" } }), (error: Refused) => error.status === 403)
    const client = await api.connect({ headers: { Token: "yes" } })
    client.send("x")
    const { requestContext } = (await client.next()) as { requestContext: { authorizer: Record<string, unknown> } }
    const { integrationLatency, ...told } = requestContext.authorizer
    assert.equal(typeof integrationLatency, "number")
    assert.deepEqual(told, { principalId: "me", colour: "red" })
    client.socket.close()
  })

  it("needs an API key where $connect asks for one", async () => {
    const api = await world.makeSocketApi()
    await api.route("$connect", echo, { ApiKeyRequired: true })
    await assert.rejects(api.connect(), refusedWith(403, { message: "Forbidden" }))
    await assert.rejects(api.connect({ headers: { "x-api-key": "none" } }), refusedWith(403, { message: "Forbidden" }))
  })

  it("counts by the route's rate", async () => {
    const api = await world.makeSocketApi()
    await api.route("$connect", echo)
    await world.gateway.updateStage({
      ApiId: api.ApiId,
      StageName: "prod",
      RouteSettings: { $connect: { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 1 } },
    })
    const client = await api.connect()
    await assert.rejects(api.connect(), refusedWith(429, { message: "Too Many Requests" }))
    client.socket.close()
  })
})

describe("the end of a connection", () => {
  async function disconnecting(): Promise<SocketApi> {
    const api = await world.makeSocketApi()
    const told = await api.integrate({
      IntegrationType: "HTTP",
      IntegrationUri: `${backend.url}/end`,
      IntegrationMethod: "POST",
      RequestTemplates: {
        $default: `{"api":"$context.apiId","route":"$context.routeKey","type":"$context.eventType","code":$context.disconnectStatusCode,"reason":"$context.disconnectReason"}`,
      },
    })
    await api.route("$disconnect", told)
    await api.answer(await api.route("$default", echo))
    return api
  }
  const endOf = (api: SocketApi) => eventually(() => bodies.find((one) => one.api === api.ApiId))

  it("is told to $disconnect with what the client said", async () => {
    const api = await disconnecting()
    const client = await api.connect()
    client.socket.close(4001, "enough")
    assert.deepEqual(await endOf(api), {
      api: api.ApiId,
      route: "$disconnect",
      type: "DISCONNECT",
      code: 4001,
      reason: "enough",
    })
  })

  it("is told where the client said nothing", async () => {
    const api = await disconnecting()
    const client = await api.connect()
    client.socket.close()
    const { code, reason } = await endOf(api)
    assert.deepEqual([code, reason], [1005, "Client-side close frame status not set"])
  })

  it("is told where the client has gone", async () => {
    const api = await disconnecting()
    const client = await api.connect()
    client.socket.terminate()
    assert.equal((await endOf(api)).code, 1006)
  })
})

describe("what is behind a route", () => {
  it("is a server, whose request and answer templates make", async () => {
    const api = await world.makeSocketApi()
    const IntegrationId = await api.integrate({
      IntegrationType: "HTTP",
      IntegrationUri: `${backend.url}/207`,
      IntegrationMethod: "POST",
      TemplateSelectionExpression: "${request.body.kind}",
      RequestTemplates: {
        a: `{"kind":"first","id":"$context.connectionId"}`,
        $default: `{"kind":"rest","n":$input.json('$.n')}`,
      },
    })
    await world.gateway.createIntegrationResponse({
      ApiId: api.ApiId,
      IntegrationId,
      IntegrationResponseKey: "/20\\d/",
      TemplateSelectionExpression: "\\$default",
      ResponseTemplates: { $default: `{"heard":"$input.path('$.said')"}` },
    })
    await api.answer(await api.route("$default", IntegrationId))
    const client = await api.connect()
    bodies.length = 0
    client.send({ kind: "a" })
    assert.deepEqual(await client.next(), { heard: "hello" })
    client.send({ kind: "b", n: 7 })
    assert.deepEqual(await client.next(), { heard: "hello" })
    assert.equal(bodies[0]!.kind, "first")
    assert.deepEqual(bodies[1], { kind: "rest", n: 7 })
    client.socket.close()
  })

  it("is nothing but a template", async () => {
    const api = await world.makeSocketApi()
    const IntegrationId = await api.integrate({
      IntegrationType: "MOCK",
      TemplateSelectionExpression: "\\$default",
      RequestTemplates: { $default: '{"statusCode":200}' },
    })
    await world.gateway.createIntegrationResponse({
      ApiId: api.ApiId,
      IntegrationId,
      IntegrationResponseKey: "$default",
      ResponseTemplates: { $default: `{"you":"$context.connectionId"}` },
      TemplateSelectionExpression: "\\$default",
    })
    await api.answer(await api.route("$default", IntegrationId))
    const client = await api.connect()
    client.send("x")
    assert.match(((await client.next()) as { you: string }).you, /^[\w-]{15}=$/)
    client.socket.close()
  })

  it("is told to the client where it fails", async () => {
    const api = await world.makeSocketApi()
    await api.route("$default", await world.makeFunction("breaks", 'throw new Error("secret")'))
    const client = await api.connect()
    client.send("x")
    const { message, connectionId, requestId } = (await client.next()) as Record<string, string>
    assert.equal(message, "Internal server error")
    assert.match(connectionId!, /^[\w-]{15}=$/)
    const decision = await askControl(world.server, "GET", `decisions/${encodeURIComponent(requestId!)}`)
    assert.match(JSON.stringify(decision), /it failed/)
    client.socket.close()
  })

  it("gets what a model allows", async () => {
    const api = await world.makeSocketApi()
    await world.gateway.createModel({
      ApiId: api.ApiId,
      Name: "numbered",
      ContentType: "application/json",
      Schema: JSON.stringify({ type: "object", required: ["n"] }),
    })
    await api.answer(
      await api.route("$default", echo, {
        RequestModels: { $default: "numbered" },
        ModelSelectionExpression: "$default",
      }),
    )
    const client = await api.connect()
    client.send({ m: 1 })
    assert.equal(((await client.next()) as { message: string }).message, "Invalid request body")
    client.send({ n: 1 })
    assert.equal(((await client.next()) as { body: string }).body, '{"n":1}')
    client.socket.close()
  })
})
