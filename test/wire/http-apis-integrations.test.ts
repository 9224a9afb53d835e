import assert from "node:assert/strict"
import type { IncomingMessage, ServerResponse } from "node:http"
import { after, before, describe, it } from "node:test"
import { APIGateway } from "@aws-sdk/client-api-gateway"
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs"
import { Kinesis } from "@aws-sdk/client-kinesis"
import { NodeHttpHandler } from "@smithy/node-http-handler"
import { askControl } from "../harness/control.ts"
import { eventually } from "../harness/eventually.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { createRole, policy } from "./cognito-identity-world.ts"
import { ECHO, type HttpApi, type HttpWorld, openHttpWorld, told } from "./http-apis-world.ts"

let world: HttpWorld
let backend: WebServer
before(async () => {
  backend = await startWebServer((request, response) => void serve(request, response))
  world = await openHttpWorld(["--integration-target", backend.url])
})
after(async () => {
  await world[Symbol.asyncDispose]()
  await backend[Symbol.asyncDispose]()
})

/** Says what it was asked; `/status/<n>` with a status, `/silent` never. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  if (request.url!.startsWith("/silent")) return
  const { method, url, headers } = request
  const status = Number(/^\/status\/(\d+)/.exec(url!)?.[1] ?? 200)
  response.writeHead(status, {
    "content-type": "application/json",
    "X-Backend": "1",
    connection: "close",
    "set-cookie": ["a=1", "b=2"],
  })
  response.end(
    JSON.stringify({
      method,
      url,
      headers,
      body: Buffer.concat(pieces).toString(),
      inner: { list: [{ name: "ann" }] },
    }),
  )
}

const UNAVAILABLE = [503, { message: "Service Unavailable" }]

async function proxied(routeKey: string, path: string, settings: object = {}): Promise<HttpApi> {
  const api = await world.makeHttpApi()
  const { IntegrationId } = await world.gateway.createIntegration({
    ApiId: api.ApiId,
    IntegrationType: "HTTP_PROXY",
    IntegrationMethod: "ANY",
    IntegrationUri: `${backend.url}${path}`,
    PayloadFormatVersion: "1.0",
    ...settings,
  })
  await world.gateway.createRoute({ ApiId: api.ApiId, RouteKey: routeKey, Target: `integrations/${IntegrationId}` })
  return api
}

describe("another server behind a route", () => {
  it("gets the request as it came, and says the answer", async () => {
    const api = await proxied("ANY /shop/{proxy+}", "/base/{proxy}")
    const answer = await api.ask("/shop/a%2Fb/c?x=1&x=2", {
      method: "POST",
      headers: { "content-type": "text/plain", "X-Own": "v", te: "trailers" },
      body: "hello",
    })
    const { method, url, headers, body } = JSON.parse(answer.body)
    assert.deepEqual([method, url, body], ["POST", "/base/a%2Fb/c?x=1&x=2", "hello"])
    assert.deepEqual(
      [headers["x-own"], headers.te, headers.host, headers.via, headers["content-length"]],
      ["v", undefined, new URL(backend.url).host, "HTTP/1.1 AmazonAPIGateway", "5"],
    )
    assert.equal(headers.forwarded, `for=127.0.0.1;host=${new URL(api.url).hostname};proto=http`)
    assert.match(headers["x-amzn-trace-id"], /^Root=/)
    assert.deepEqual([answer.status, answer.headers["x-backend"]], [200, "1"])
    assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2"])
    assert.ok(answer.headers["apigw-requestid"])
  })

  it("gets another method and another path where the integration says so", async () => {
    const api = await proxied("GET /x/{id}", "/fixed", {
      IntegrationMethod: "PUT",
      RequestParameters: { "overwrite:path": "/orders/$" + "{request.path.id}" },
    })
    const { method, url } = JSON.parse((await api.ask("/x/7")).body)
    assert.deepEqual([method, url], ["PUT", "/orders/7"])
  })

  it("cannot be led to another server by what a caller sends", async () => {
    const api = await proxied("GET /x/{proxy+}", "/{proxy}")
    for (const path of ["/x/@evil.example/", "/x//evil.example", "/x/..%2f..%2f", "/x/a?b=@evil"]) {
      const { headers } = JSON.parse((await api.ask(path)).body)
      assert.equal(headers.host, new URL(backend.url).host)
    }
  })

  it("gets the rest of the path of a catch-all route", async () => {
    const api = await proxied("$default", "/base")
    assert.equal(JSON.parse((await api.ask("/a/b?c=d")).body).url, "/base/a/b?c=d")
  })

  it("is mapped to: headers, queries, paths of the body", async () => {
    const api = await proxied("POST /x", "/", {
      RequestParameters: {
        "append:header.x-list": "more",
        "overwrite:header.x-name": "$request.body.people[1].name",
        "remove:header.x-gone": "''",
        "overwrite:header.x-joined":
          "$" + "{request.header.x-list}-$" + "{context.routeKey}-$" + "{request.querystring.q}",
        "append:querystring.q": "2",
        "remove:querystring.gone": "''",
        "append:querystring.stage": "$context.stage",
      },
    })
    const answer = await api.ask("/x?q=1&gone=1", {
      method: "POST",
      headers: { "x-list": "one", "x-gone": "1", "content-type": "application/json" },
      body: JSON.stringify({ people: [{ name: "ann" }, { name: "bob" }] }),
    })
    const { headers, url } = JSON.parse(answer.body)
    assert.deepEqual(
      [headers["x-list"], headers["x-name"], headers["x-gone"], headers["x-joined"]],
      ["one, more", "bob", undefined, "one-POST /x-1"],
    )
    assert.equal(url, "/?q=1&q=2&stage=%24default")
  })

  it("is mapped back, by its status", async () => {
    const api = await proxied("GET /status/{n}", "/status/{n}", {
      ResponseParameters: {
        500: { "overwrite:statuscode": "403", "append:header.x-why": "$response.body.inner.list[0].name" },
        404: { "remove:header.x-backend": "''", "overwrite:header.x-id": "$context.requestId" },
      },
    })
    const mapped = await api.ask("/status/500")
    assert.deepEqual([mapped.status, mapped.headers["x-why"], mapped.headers["x-backend"]], [403, "ann", "1"])
    const other = await api.ask("/status/404")
    assert.deepEqual(
      [other.status, other.headers["x-backend"], other.headers["x-id"]],
      [404, undefined, other.headers["apigw-requestid"]],
    )
    assert.equal((await api.ask("/status/201")).headers["x-backend"], "1")
  })

  it("has so long and no longer", async () => {
    const api = await proxied("GET /x", "/silent", { TimeoutInMillis: 100 })
    const answer = await api.ask("/x")
    assert.deepEqual(told(answer), UNAVAILABLE)
    const explained = await askControl(world.server, "GET", `decisions/${answer.headers["apigw-requestid"]}`)
    assert.match(JSON.stringify(explained), /within 100 ms/)
  })

  it("is at no private address that the operator has not named", async () => {
    for (const uri of ["http://127.0.0.1:9", "http://169.254.169.254/latest", "http://localhost:1"]) {
      const api = await proxied("GET /x", "/", { IntegrationUri: uri })
      const { status } = await api.ask("/x")
      assert.ok(status === 500 || status === 503, `${uri}: ${status}`)
    }
  })

  it("may have stage variables in its URL", async () => {
    const api = await proxied("GET /x", "/$" + "{stageVariables.place}/y")
    await world.gateway.updateStage({ ApiId: api.ApiId, StageName: "$default", StageVariables: { place: "here" } })
    assert.equal(JSON.parse((await api.ask("/x")).body).url, "/here/y")
  })
})

describe("a function behind a route", () => {
  it("has so long and no longer", async () => {
    const api = await world.makeHttpApi()
    const slow = await world.makeFunction("slow", "await new Promise((done) => setTimeout(done, 1500)); return 1")
    await api.route("GET /x", slow, {}, { TimeoutInMillis: 100 })
    assert.deepEqual(told(await api.ask("/x")), UNAVAILABLE)
  })

  it("is invoked as a role, where the integration has one, and named by a stage variable", async () => {
    const { server, gateway } = world
    const trust = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }],
    })
    const allow = policy({ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: "*" })
    const CredentialsArn = await createRole(server, "Caller", trust, allow)
    const { zipOf } = await import("../harness/zip.ts")
    await world.create("unshared", {
      Code: { ZipFile: zipOf({ "index.mjs": `export const handler = async (event) => { ${ECHO} }` }) },
    })
    const api = await world.makeHttpApi()
    await gateway.updateStage({ ApiId: api.ApiId, StageName: "$default", StageVariables: { fn: "unshared" } })
    const uri = world.arn("$" + "{stageVariables.fn}")
    await api.route("GET /x", uri, {}, { CredentialsArn })
    assert.equal((await api.ask("/x")).status, 200)
    await api.route("GET /y", uri)
    assert.equal((await api.ask("/y")).status, 500)
  })

  it("lets in the routes that its permission names", async () => {
    const api = await world.makeHttpApi()
    const { lambda } = world
    await world.create("picky", {})
    await lambda.addPermission({
      FunctionName: "picky",
      StatementId: "one",
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
      SourceArn: `${api.arn}/*/GET/pets/{id}`,
    })
    await api.route("GET /pets/{id}", world.arn("picky"))
    await api.route("GET /dogs/{id}", world.arn("picky"))
    assert.deepEqual([(await api.ask("/pets/1")).status, (await api.ask("/dogs/1")).status], [200, 500])
  })
})

describe("a stream behind a route", () => {
  it("gets what the request says, as the integration's role", async () => {
    const { server, gateway } = world
    const kinesis = new Kinesis({ ...server.client, requestHandler: new NodeHttpHandler() })
    await kinesis.createStream({ StreamName: "orders", ShardCount: 1 })
    await server.work.settle()
    const trust = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }],
    })
    const CredentialsArn = await createRole(
      server,
      "Putter",
      trust,
      policy({ Effect: "Allow", Action: "kinesis:PutRecord", Resource: "*" }),
    )
    const api = await world.makeHttpApi()
    const { IntegrationId } = await gateway.createIntegration({
      ApiId: api.ApiId,
      IntegrationType: "AWS_PROXY",
      IntegrationSubtype: "Kinesis-PutRecord",
      PayloadFormatVersion: "1.0",
      CredentialsArn,
      RequestParameters: {
        StreamName: "$request.path.stream",
        Data: "$request.body.data",
        PartitionKey: "$context.requestId",
      },
    })
    const Target = `integrations/${IntegrationId}`
    await gateway.createRoute({ ApiId: api.ApiId, RouteKey: "POST /{stream}", Target })
    const put = (stream: string, body: object) =>
      api.ask(`/${stream}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      })
    const answer = await put("orders", { data: Buffer.from("hello").toString("base64") })
    assert.equal(answer.status, 200, answer.body)
    const { ShardId, SequenceNumber } = JSON.parse(answer.body)
    const { ShardIterator } = await kinesis.getShardIterator({
      StreamName: "orders",
      ShardId,
      ShardIteratorType: "AT_SEQUENCE_NUMBER",
      StartingSequenceNumber: SequenceNumber,
    })
    const { Records } = await kinesis.getRecords({ ShardIterator })
    assert.equal(Buffer.from(Records![0]!.Data!).toString(), "hello")
    assert.equal((await put("nowhere", { data: "aGk=" })).status, 400)
    assert.equal((await put("orders", {})).status, 400)
  })
})

describe("the access log of a stage", () => {
  it("has a line of each call, in the stage's format, as the account's role for logs may write it", async () => {
    const { server, gateway } = world
    const logs = new CloudWatchLogs(server.client)
    const trust = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }],
    })
    const role = await createRole(server, "Logger", trust, policy({ Effect: "Allow", Action: "logs:*", Resource: "*" }))
    const patchOperations = [{ op: "replace" as const, path: "/cloudwatchRoleArn", value: role }]
    await new APIGateway(server.client).updateAccount({ patchOperations })
    await logs.createLogGroup({ logGroupName: "orders" })
    const api = await world.makeHttpApi()
    await api.route("GET /x/{id}", await world.makeFunction("logged", ECHO))
    await gateway.updateStage({
      ApiId: api.ApiId,
      StageName: "$default",
      AccessLogSettings: {
        DestinationArn: `arn:aws:logs:${server.region}:${server.account}:log-group:orders`,
        Format:
          '$context.requestId $context.status $context.routeKey $context.httpMethod $context.error.message "$context.nothing"',
      },
    })
    const found = await api.ask("/x/7")
    const missing = await api.ask("/y")
    const lines = await eventually(async () => {
      const { events = [] } = await logs.filterLogEvents({ logGroupName: "orders" })
      return events.length >= 2 && events.map(({ message }) => message!)
    })
    assert.deepEqual(
      lines.sort(),
      [
        `${found.headers["apigw-requestid"]} 200 GET /x/{id} GET - "-"`,
        `${missing.headers["apigw-requestid"]} 404  GET Not Found "-"`,
      ].sort(),
    )
  })
})
