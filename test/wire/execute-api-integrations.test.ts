import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import { S3 } from "@aws-sdk/client-s3"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import {
  type Deployed,
  type ExecuteWorld,
  type MethodSpec,
  openExecuteWorld,
  policy,
  told,
} from "./execute-api-world.ts"

/** What came last, as it came. */
let last: { method: string; url: string; headers: string[]; body: string }
let backend: WebServer
let world: ExecuteWorld
before(async () => {
  backend = await startWebServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    last = {
      method: request.method!,
      url: request.url!,
      headers: request.rawHeaders,
      body: Buffer.concat(pieces).toString("utf8"),
    }
    if (request.url!.startsWith("/never")) return
    if (request.url!.startsWith("/broken")) return void request.socket.destroy()
    if (request.url!.startsWith("/blanks")) return void response.end(`${" ".repeat(2_000_000)}!`)
    if (request.url!.startsWith("/long")) return void response.end(Buffer.alloc(11 * 1024 * 1024))
    const status = Number(/^\/status\/(\d+)/.exec(request.url!)?.[1] ?? 200)
    response.writeHead(status, [
      ["x-one", "a"],
      ["x-one", "b"],
      ["server", "backend"],
      ["www-authenticate", "Basic"],
      ["content-type", "application/json"],
    ] as never)
    response.end(JSON.stringify({ status, deep: { list: ["x", "y"] } }))
  })
  world = await openExecuteWorld([...FUNCTION_FLAGS, "--integration-target", backend.url])
})
after(async () => {
  await world[Symbol.asyncDispose]()
  await backend[Symbol.asyncDispose]()
})

const FAILED = [500, { message: "Internal server error" }]
const headersOf = (raw: readonly string[]): Map<string, string> => {
  const headers = new Map<string, string>()
  for (let i = 0; i + 1 < raw.length; i += 2) headers.set(raw[i]!.toLowerCase(), raw[i + 1]!)
  return headers
}

const ECHO = `
export const handler = async (event) => {
  if (event.path?.endsWith("/throws")) throw new Error("no such pet")
  if (event.path?.endsWith("/empty")) return { statusCode: 204, body: "not sent" }
  if (event.path?.endsWith("/ours"))
    return { headers: { "X-Amzn-Requestid": "theirs", "X-Amz-Apigw-Id": "theirs", "x-amzn-trace-id": "t", "Content-Length": "1" } }
  if (event.path?.endsWith("/malformed")) return { wrong: 1 }
  if (event.path?.endsWith("/bytes"))
    return { statusCode: 200, headers: { "content-type": "image/png" }, body: "iVBORw==", isBase64Encoded: true }
  if (event.fails) throw new Error(event.fails)
  return {
    statusCode: 201,
    headers: { "X-Own": "one", Server: "mine" },
    multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] },
    body: JSON.stringify(event),
  }
}
`

describe("a function behind a method (AWS_PROXY)", () => {
  let uri: string
  let api: Deployed
  before(async () => {
    uri = await world.makeFunction("proxied", ECHO)
    const integration = { type: "AWS_PROXY" as const, uri, integrationHttpMethod: "POST" }
    const restApiId = await world.create({ binaryMediaTypes: ["image/png"] })
    await world.addMethods(restApiId, [
      { path: "/files/{proxy+}", httpMethod: "ANY", integration },
      { path: "/iam", method: { authorizationType: "AWS_IAM" }, integration },
      { path: "/get", integration: { ...integration, integrationHttpMethod: "GET" } },
      { path: "/nowhere", integration: { ...integration, uri: uri.replace("proxied", "unknown") } },
    ])
    api = await world.deploy(restApiId, { variables: { colour: "blue" } })
  })

  it("gets the request as an event of the payload format 1.0", async () => {
    const answer = await world.ask(api, "files/a//b%2Bc", {
      method: "POST",
      query: { q: "1 2" },
      headers: { "X-Name": "value", "content-type": "application/json", "user-agent": "test" },
      body: '{"hello":"wörld"}',
    })
    assert.equal(answer.status, 201)
    assert.equal(answer.headers["x-own"], "one")
    assert.equal(answer.headers["x-amzn-remapped-server"], "mine")
    assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2"])
    assert.match(String(answer.headers["x-amzn-trace-id"]), /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/)
    const { headers, multiValueHeaders, requestContext, ...event } = JSON.parse(answer.body)
    assert.deepEqual(event, {
      resource: "/files/{proxy+}",
      path: "/files/a//b%2Bc",
      httpMethod: "POST",
      queryStringParameters: { q: "1 2" },
      multiValueQueryStringParameters: { q: ["1 2"] },
      pathParameters: { proxy: "a//b%2Bc" },
      stageVariables: { colour: "blue" },
      body: '{"hello":"wörld"}',
      isBase64Encoded: false,
    })
    assert.equal(headers["X-Name"], "value")
    assert.deepEqual(multiValueHeaders["X-Name"], ["value"])
    assert.equal(headers["X-Forwarded-For"], "127.0.0.1")
    for (const name of ["content-length", "Content-Length", "connection", "Connection"])
      assert.equal(headers[name], undefined)
    const { requestTime, requestTimeEpoch, requestId, extendedRequestId, ...context } = requestContext
    assert.match(requestTime, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
    assert.equal(typeof requestTimeEpoch, "number")
    assert.equal(requestId, answer.headers["x-amzn-requestid"])
    assert.equal(extendedRequestId, answer.headers["x-amz-apigw-id"])
    const { resourceId, deploymentId, ...known } = context
    assert.ok(resourceId && deploymentId)
    assert.deepEqual(known, {
      resourcePath: "/files/{proxy+}",
      httpMethod: "POST",
      path: "/prod/files/a//b%2Bc",
      accountId: world.server.account,
      protocol: "HTTP/1.1",
      stage: "prod",
      domainPrefix: api.restApiId,
      domainName: `${api.restApiId}.execute-api.us-east-1.localhost`,
      apiId: api.restApiId,
      identity: {
        cognitoIdentityPoolId: null,
        accountId: null,
        cognitoIdentityId: null,
        caller: null,
        sourceIp: "127.0.0.1",
        principalOrgId: null,
        accessKey: null,
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: null,
        userAgent: "test",
        user: null,
      },
    })
  })

  it("is told who signed, and never the signature", async () => {
    const may = { Effect: "Allow", Action: "execute-api:Invoke", Resource: `${api.arn}/*` }
    const signedBy = await world.user("signer", may)
    const { headers, requestContext } = JSON.parse((await world.ask(api, "iam", { signedBy })).body)
    assert.equal(requestContext.identity.accessKey, signedBy.accessKeyId)
    assert.equal(requestContext.identity.userArn, `arn:aws:iam::${world.server.account}:user/signer`)
    assert.equal(requestContext.identity.caller, requestContext.identity.user)
    assert.match(requestContext.identity.user, /^AIDA/)
    assert.ok(!Object.keys(headers).some((name) => name.toLowerCase() === "authorization"))
  })

  it("gets bytes as Base64, and answers with them, where the API takes the type for bytes", async () => {
    const body = new Uint8Array([0, 255, 128])
    const png = await world.ask(api, "files/x", { method: "POST", headers: { "content-type": "image/png" }, body })
    const event = JSON.parse(png.body)
    assert.deepEqual([event.body, event.isBase64Encoded], ["AP+A", true])
    const bytes = await world.ask(api, "files/bytes")
    assert.equal(bytes.headers["content-length"], "4")
    const none = JSON.parse((await world.ask(api, "files/x")).body)
    assert.deepEqual([none.body, none.isBase64Encoded], [null, false])
  })

  it("does not say what is the gateway's to say", async () => {
    const empty = await world.ask(api, "files/empty")
    assert.deepEqual([empty.status, empty.body], [204, ""])
    const { headers } = await world.ask(api, "files/ours")
    assert.match(String(headers["x-amzn-requestid"]), /^[0-9a-f-]{36}$/)
    assert.equal(headers["x-amzn-remapped-x-amzn-requestid"], "theirs")
    assert.match(String(headers["x-amz-apigw-id"]), /=$/)
    assert.match(String(headers["x-amzn-trace-id"]), /^Root=/)
    assert.equal(headers["x-amzn-remapped-content-length"], "1")
    assert.equal(headers["content-length"], "0")
  })

  it("that fails, or answers wrongly, is a bad gateway", async () => {
    for (const path of ["files/throws", "files/malformed"])
      assert.deepEqual(told(await world.ask(api, path)), [502, { message: "Internal server error" }])
  })

  it("that is not there, not allowed or asked by another method is an error of the configuration", async () => {
    for (const path of ["get", "nowhere"]) assert.deepEqual(told(await world.ask(api, path)), FAILED)
    await world.lambda.removePermission({ FunctionName: "proxied", StatementId: "gateway" })
    await world.lambda.addPermission({
      FunctionName: "proxied",
      StatementId: "gateway",
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
      SourceArn: `${api.arn}/*/GET/files/{proxy+}`,
    })
    assert.equal((await world.ask(api, "files/a/b")).status, 201)
    const refused = await world.ask(api, "files/a/b", { method: "POST" })
    assert.deepEqual(told(refused), FAILED)
    const why = await world.server.explain(String(refused.headers["x-amzn-requestid"]))
    assert.match(why, /lambda:InvokeFunction/)
  })
})

describe("a function whose event and answer are mapped (AWS)", () => {
  it("is selected by its error, and answers as it is without a template", async () => {
    const uri = await world.makeFunction("mapped", ECHO)
    const api = await world.make([
      {
        path: "/x",
        httpMethod: "POST",
        integration: { type: "AWS", uri, integrationHttpMethod: "POST" },
        responses: [
          { statusCode: "200" },
          { statusCode: "404", selectionPattern: "no such .*" },
          {
            statusCode: "409",
            selectionPattern: "taken",
            responseTemplates: { "application/json": '{"taken":true}' },
            responseParameters: { "method.response.header.x-why": "integration.response.body.errorMessage" },
          },
        ],
      },
      {
        path: "/strict",
        httpMethod: "POST",
        integration: { type: "AWS", uri, integrationHttpMethod: "POST" },
        responses: [{ statusCode: "404", selectionPattern: "no such .*" }],
      },
    ])
    const post = (path: string, body: object) => world.ask(api, path, { method: "POST", body: JSON.stringify(body) })
    const [status, answer] = told(await post("x", { a: 1 })) as [number, { statusCode: number; body: string }]
    assert.equal(status, 200)
    assert.equal(answer.statusCode, 201)
    assert.deepEqual(JSON.parse(answer.body), { a: 1 })
    const missing = await post("x", { fails: "no such pet" })
    assert.equal(missing.status, 404)
    assert.equal(JSON.parse(missing.body).errorMessage, "no such pet")
    assert.ok(missing.headers["x-amzn-trace-id"])
    const taken = await post("x", { fails: "taken" })
    assert.deepEqual(told(taken), [409, { taken: true }])
    assert.equal(taken.headers["x-why"], "taken")
    assert.equal((await post("x", { fails: "else" })).status, 200)
    assert.deepEqual(told(await post("strict", { fails: "else" })), FAILED)
  })
})

describe("other services behind a method (AWS)", () => {
  const TRUST = policy({
    Effect: "Allow",
    Principal: { Service: "apigateway.amazonaws.com" },
    Action: "sts:AssumeRole",
  })
  async function role(RoleName: string, trust: string, ...statements: object[]): Promise<string> {
    const { Role } = await world.iam.createRole({ RoleName, AssumeRolePolicyDocument: trust })
    await world.iam.putRolePolicy({ RoleName, PolicyName: "p", PolicyDocument: policy(...statements) })
    return Role!.Arn!
  }
  const action = (service: string, name: string) => `arn:aws:apigateway:us-east-1:${service}:action/${name}`
  const path = (service: string, rest: string) => `arn:aws:apigateway:us-east-1:${service}:path/${rest}`

  it("are asked as the integration's role, whose policies decide", async () => {
    const dynamodb = new DynamoDB(world.server.client)
    await dynamodb.createTable({
      TableName: "pets",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    })
    await world.server.work.settle()
    await dynamodb.putItem({ TableName: "pets", Item: { id: { S: "7" }, name: { S: "Rex" } } })
    const may = { Effect: "Allow", Action: "dynamodb:GetItem", Resource: "*" }
    const reader = await role("reader", TRUST, may)
    const stranger = await role("stranger", TRUST.replace("apigateway", "lambda"), may)
    const responses: MethodSpec["responses"] = [
      { statusCode: "200" },
      { statusCode: "400", selectionPattern: "4\\d\\d" },
    ]
    const get = (credentials: string | undefined, what = "GetItem") => ({
      type: "AWS" as const,
      integrationHttpMethod: "POST",
      uri: action("dynamodb", what),
      ...(credentials !== undefined && { credentials }),
      requestTemplates: { "application/json": '{"TableName":"pets","Key":{"id":{"S":"7"}}}' },
    })
    const api = await world.make([
      { path: "/get", integration: get(reader), responses },
      { path: "/delete", integration: get(reader, "DeleteItem"), responses },
      { path: "/stranger", integration: get(stranger), responses },
      {
        path: "/caller",
        method: { authorizationType: "AWS_IAM" },
        integration: get("arn:aws:iam::*:user/*"),
        responses,
      },
    ])
    assert.deepEqual(told(await world.ask(api, "get")), [200, { Item: { id: { S: "7" }, name: { S: "Rex" } } }])
    const refused = await world.ask(api, "delete")
    assert.equal(refused.status, 400)
    assert.match(
      refused.body,
      /assumed-role\/reader\/BackplaneAssumeRoleSession is not authorized to perform: dynamodb:DeleteItem/,
    )
    const untrusted = await world.ask(api, "stranger")
    assert.equal(untrusted.status, 400)
    assert.match(untrusted.body, /cannot assume the role/)
    const invoke = { Effect: "Allow", Action: "execute-api:Invoke", Resource: `${api.arn}/*` }
    const both = await world.user("both", invoke, may)
    const one = await world.user("one", invoke)
    assert.equal((await world.ask(api, "caller", { signedBy: both })).status, 200)
    assert.equal((await world.ask(api, "caller", { signedBy: one })).status, 400)
  })

  it("are asked by their paths", async () => {
    const s3 = new S3({ ...world.server.client, forcePathStyle: true })
    await s3.createBucket({ Bucket: "pictures" })
    await s3.putObject({ Bucket: "pictures", Key: "a/b.txt", Body: "hello" })
    const credentials = await role(
      "fetcher",
      TRUST,
      { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], Resource: "*" },
      { Effect: "Allow", Action: "iam:GetRole", Resource: "*" },
    )
    const object = {
      type: "AWS" as const,
      credentials,
      uri: path("s3", "{bucket}/{key}"),
      requestParameters: {
        "integration.request.path.bucket": "'pictures'",
        "integration.request.path.key": "method.request.path.key",
      },
    }
    const responses: MethodSpec["responses"] = [
      {
        statusCode: "200",
        responseParameters: {
          "method.response.header.Content-Type": "integration.response.header.Content-Type",
          "method.response.header.x-tag": "integration.response.header.ETag",
        },
      },
      { statusCode: "404", selectionPattern: "404" },
    ]
    const method = { requestParameters: { "method.request.path.key": true } }
    const api = await world.make([
      { path: "/pictures/{key}", method, integration: { ...object, integrationHttpMethod: "GET" }, responses },
      {
        path: "/pictures/{key}",
        httpMethod: "PUT",
        method,
        integration: { ...object, integrationHttpMethod: "PUT" },
        responses,
      },
      {
        path: "/role",
        integration: {
          type: "AWS",
          credentials,
          integrationHttpMethod: "POST",
          uri: action("iam", "GetRole"),
          requestParameters: { "integration.request.querystring.RoleName": "'fetcher'" },
        },
        responses,
      },
      {
        path: "/queue",
        integration: { type: "AWS", credentials, integrationHttpMethod: "POST", uri: path("sqs", "1/queue") },
        responses,
      },
    ])
    const put = await world.ask(api, "pictures/new.txt", {
      method: "PUT",
      body: "new",
      headers: { "content-type": "text/plain" },
    })
    assert.equal(put.status, 200, put.body)
    const got = await world.ask(api, "pictures/new.txt")
    assert.deepEqual([got.status, got.body, got.headers["content-type"]], [200, "new", "text/plain"])
    assert.match(String(got.headers["x-tag"]), /^"[0-9a-f]{32}"$/)
    assert.equal((await world.ask(api, "pictures/none")).status, 404)
    const found = await world.ask(api, "role")
    assert.match(found.body, /<RoleName>fetcher<\/RoleName>/)
    assert.deepEqual(told(await world.ask(api, "queue")), FAILED)
  })
})

describe("another server behind a method", () => {
  let api: Deployed
  before(async () => {
    const proxy = (rest: string) => ({
      type: "HTTP_PROXY" as const,
      integrationHttpMethod: "ANY",
      uri: `${backend.url}/${rest}`,
    })
    const restApiId = await world.create()
    await world.addMethods(restApiId, [
      {
        path: "/proxy/{proxy+}",
        httpMethod: "ANY",
        method: { requestParameters: { "method.request.path.proxy": true } },
        integration: {
          ...proxy("$" + "{stageVariables.base}/{proxy}"),
          requestParameters: {
            "integration.request.path.proxy": "method.request.path.proxy",
            "integration.request.header.X-Stage": "context.stage",
            "integration.request.querystring.added": "'yes'",
          },
        },
      },
      { path: "/status", integration: proxy("status/418") },
      { path: "/never", integration: { ...proxy("never"), timeoutInMillis: 100 } },
      { path: "/broken", integration: proxy("broken") },
      { path: "/long", integration: proxy("long") },
      ...["blanks", "status/200"].map((rest) => ({
        path: `/bytes/${rest.slice(0, 6)}`,
        integration: { type: "HTTP" as const, integrationHttpMethod: "GET", uri: `${backend.url}/${rest}` },
        responses: [{ contentHandling: "CONVERT_TO_BINARY" as const }],
      })),
      { path: "/private", integration: { ...proxy(""), uri: "http://127.0.0.1:9999/" } },
      { path: "/named", integration: { ...proxy(""), uri: "http://localhost:9999/" } },
      {
        path: "/length",
        integration: { ...proxy(""), requestParameters: { "integration.request.header.Content-Length": "'5'" } },
      },
      {
        path: "/mapped",
        httpMethod: "POST",
        integration: {
          type: "HTTP",
          integrationHttpMethod: "PUT",
          uri: `${backend.url}/status/200`,
          requestParameters: { "integration.request.header.X-Mapped": "method.request.body.name" },
        },
        responses: [
          {
            statusCode: "200",
            responseParameters: {
              "method.response.header.x-deep": "integration.response.body.deep.list[1]",
              "method.response.header.x-many": "integration.response.multivalueheader.x-one",
            },
          },
        ],
      },
      {
        path: "/selected",
        integration: { type: "HTTP", integrationHttpMethod: "GET", uri: `${backend.url}/status/503` },
        responses: [
          { statusCode: "200" },
          { statusCode: "502", selectionPattern: "5\\d\\d", responseTemplates: { "application/json": '{"bad":1}' } },
        ],
      },
    ])
    api = await world.deploy(restApiId, { variables: { base: "base" } })
  })

  it("gets the request as it came, but for what is of the connection", async () => {
    const answer = await world.ask(api, "proxy/a//b%2Fc", {
      method: "PATCH",
      query: { q: "1" },
      headers: { "X-Own": "one", "x-secret": "s", connection: "x-secret", te: "trailers", "user-agent": "me" },
      body: "payload",
    })
    assert.equal(answer.status, 200)
    assert.equal(last.method, "PATCH")
    assert.equal(last.url, "/base/a//b%2Fc?q=1&added=yes")
    assert.equal(last.body, "payload")
    const sent = headersOf(last.headers)
    assert.equal(sent.get("x-own"), "one")
    assert.equal(sent.get("x-stage"), "prod")
    assert.equal(sent.get("user-agent"), "me")
    assert.equal(sent.get("host"), new URL(backend.url).host)
    assert.equal(sent.get("x-amzn-apigateway-api-id"), api.restApiId)
    assert.match(sent.get("x-amzn-trace-id")!, /^Root=/)
    for (const name of ["x-secret", "te"]) assert.equal(sent.get(name), undefined, name)
    assert.equal(answer.headers["x-one"], "a, b")
    assert.equal(answer.headers["x-amzn-remapped-server"], "backend")
    assert.equal(answer.headers["x-amzn-remapped-www-authenticate"], "Basic")
  })

  it("stays the one that was configured, whatever the path says", async () => {
    const { port } = new URL(backend.url)
    for (const path of [
      "proxy/@evil.example/",
      "proxy/../../x",
      "proxy//evil.example/",
      `proxy/http://127.0.0.1:${port}`,
    ]) {
      last = { method: "", url: "", headers: [], body: "" }
      assert.equal((await world.ask(api, path)).status, 200, path)
      assert.ok(last.url.startsWith(`/base/${path.slice("proxy/".length)}`), last.url)
    }
  })

  it("says its own status", async () => assert.equal((await world.ask(api, "status")).status, 418))

  it("that does not answer in time stalls nobody", async () => {
    const late = world.ask(api, "never")
    assert.equal((await world.ask(api, "status")).status, 418)
    assert.deepEqual(told(await late), [504, { message: "Endpoint request timed out" }])
  })

  it("that cannot be reached, or is not one to be reached, is told as an error of the gateway", async () => {
    for (const path of ["broken", "long", "private", "named", "length"])
      assert.deepEqual(told(await world.ask(api, path)), FAILED, path)
    for (const path of ["private", "named"]) {
      const id = String((await world.ask(api, path)).headers["x-amzn-requestid"])
      assert.match(await world.server.explain(id), /--integration-target/)
    }
  })

  it("says what is to be Base64, and is none, however long it takes to say so", async () => {
    for (const path of ["bytes/blanks", "bytes/status"])
      assert.deepEqual(told(await world.ask(api, path)), [500, { message: "Internal server error" }], path)
  })

  it("is asked and heard as the API maps it", async () => {
    const answer = await world.ask(api, "mapped", { method: "POST", body: '{"name":"Rex"}' })
    assert.equal(last.method, "PUT")
    const sent = headersOf(last.headers)
    assert.equal(sent.get("x-mapped"), "Rex")
    assert.equal(sent.get("user-agent"), `AmazonAPIGateway_${api.restApiId}`)
    assert.equal(sent.get("accept"), "application/json")
    assert.equal(answer.headers["x-deep"], "y")
    assert.equal(answer.headers["x-many"], "a,b")
    assert.equal(answer.headers["x-one"], undefined)
    assert.deepEqual(told(await world.ask(api, "selected")), [502, { bad: 1 }])
  })
})
