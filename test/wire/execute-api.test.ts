import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { askSite } from "../harness/site-request.ts"
import { type Deployed, type ExecuteWorld, openExecuteWorld, policy, told } from "./execute-api-world.ts"

let world: ExecuteWorld
before(async () => {
  world = await openExecuteWorld()
})
after(() => world[Symbol.asyncDispose]())

const OK = [200, { ok: true }]
const MISSING = [403, { message: "Missing Authentication Token" }]
const FORBIDDEN = [403, { message: "Forbidden" }]

const saying = (text: string) => [{ responseTemplates: { "application/json": JSON.stringify({ text }) } }]

describe("where an API is called", () => {
  let api: Deployed
  before(async () => {
    api = await world.make([
      { path: "/", responses: saying("root") },
      { path: "/pets", responses: saying("pets") },
      { path: "/pets/{id}", responses: saying("one pet") },
      { path: "/pets/mine", responses: saying("my pet") },
      { path: "/pets", httpMethod: "ANY", responses: saying("any") },
      { path: "/files/{proxy+}", httpMethod: "ANY", responses: saying("file") },
    ])
  })

  for (const [path, text] of [
    ["", "root"],
    ["pets", "pets"],
    ["pets/", "pets"],
    ["pets/7", "one pet"],
    ["pets/mine", "my pet"],
    ["files/a//b/%2e%2e/c", "file"],
    ["pets?x=1", "pets"],
  ] as const)
    it(`leads from /${path} to ${text}`, async () => {
      const answer = await world.ask(api, path)
      assert.deepEqual(told(answer), [200, { text }])
      assert.match(String(answer.headers["x-amzn-requestid"]), /^[0-9a-f-]{36}$/)
      assert.match(String(answer.headers["x-amz-apigw-id"]), /^[\w+/]{15}=$/)
      assert.equal(answer.headers["content-type"], "application/json")
    })

  it("leads to ANY where there is no method of the name", async () => {
    assert.deepEqual(told(await world.ask(api, "pets", { method: "POST", body: "x" })), [200, { text: "any" }])
    assert.equal((await world.ask(api, "pets", { method: "OPTIONS" })).status, 200)
    const head = await world.ask(api, "files/x", { method: "HEAD" })
    assert.deepEqual([head.status, head.body], [200, ""])
  })

  it("refuses what is not there as if a signature were missing", async () => {
    for (const [path, method] of [
      ["nowhere", "GET"],
      ["files", "GET"],
      ["pets/7/toys", "GET"],
      ["pets/7", "POST"],
      ["%70ets", "GET"],
    ] as const) {
      const answer = await world.ask(api, path, { method })
      assert.deepEqual(told(answer), MISSING, path)
      assert.equal(answer.headers["x-amzn-errortype"], "MissingAuthenticationTokenException")
    }
    const id = String((await world.ask(api, "pets/7", { method: "POST" })).headers["x-amzn-requestid"])
    assert.match(await world.server.explain(id), /no POST of \/pets\/\{id\}/)
  })

  it("is a path, too, for those who cannot resolve names", async () => {
    const { port } = new URL(world.server.url)
    const url = `http://localhost:${port}/_execute-api/us-east-1/${api.restApiId}/prod/`
    assert.deepEqual(told(await askSite(url, { path: "pets/7" })), [200, { text: "one pet" }])
    assert.deepEqual(told(await askSite(url.slice(0, -1))), [200, { text: "root" }])
  })

  it("is no place without such an API, such a stage or in another region", async () => {
    const { port } = new URL(world.server.url)
    const base = `localhost:${port}/`
    for (const url of [
      `http://abcdefghij.execute-api.us-east-1.${base}prod/pets`,
      `http://${api.restApiId}.execute-api.us-east-1.${base}nix/pets`,
      `http://${api.restApiId}.execute-api.us-east-1.${base}`,
      `http://${api.restApiId}.execute-api.eu-west-1.${base}prod/pets`,
      `http://${api.restApiId}.execute-api.us-east-1.${base}prod%2Fpets`,
      `http://${api.restApiId}.execute-api.us-east-1.${base}__proto__/pets`,
    ]) {
      const answer = await askSite(url)
      assert.deepEqual(told(answer), FORBIDDEN, url)
      assert.equal(answer.headers["x-amzn-errortype"], "ForbiddenException")
    }
  })

  it("is what was deployed, and not what is edited", async () => {
    const { restApiId } = api
    await world.addMethods(restApiId, [{ path: "/later", responses: saying("later") }])
    assert.deepEqual(told(await world.ask(api, "later")), MISSING)
    await world.deploy(restApiId)
    assert.deepEqual(told(await world.ask(api, "later")), [200, { text: "later" }])
    const { items = [] } = await world.gateway.getResources({ restApiId, limit: 500 })
    const resourceId = items.find(({ path }) => path === "/later")!.id!
    await world.gateway.deleteResource({ restApiId, resourceId })
    assert.equal((await world.ask(api, "later")).status, 200)
  })
})

describe("a mock", () => {
  const mock = (template: string | undefined) => ({
    type: "MOCK" as const,
    ...(template !== undefined && { requestTemplates: { "application/json": template } }),
  })
  let api: Deployed
  before(async () => {
    api = await world.make([
      { path: "/lenient", integration: mock("{statusCode: 200}") },
      { path: "/quoted", integration: mock("{'statusCode': 200}") },
      { path: "/without", integration: mock(undefined) },
      { path: "/text", integration: mock('{"statusCode": "200"}') },
      {
        path: "/chosen",
        integration: mock('{"statusCode": 404}'),
        responses: [
          { statusCode: "200", selectionPattern: "2\\d\\d" },
          { statusCode: "404", selectionPattern: "4\\d\\d", responseTemplates: { "application/json": '{"no":1}' } },
        ],
      },
      { path: "/unmatched", integration: mock('{"statusCode": 500}'), responses: [{ selectionPattern: "2.." }] },
      {
        path: "/strict",
        httpMethod: "POST",
        integration: { ...mock('{"statusCode": 200}'), passthroughBehavior: "NEVER" },
      },
      {
        path: "/cors",
        httpMethod: "OPTIONS",
        responses: [
          {
            statusCode: "204",
            responseParameters: {
              "method.response.header.Access-Control-Allow-Origin": "'https://a.example'",
              "method.response.header.Access-Control-Allow-Headers": "'Authorization,Content-Type'",
              "method.response.header.X-Id": "context.requestId",
            },
          },
        ],
      },
    ])
  })

  const FAILED = [500, { message: "Internal server error" }]
  for (const [path, expected] of [
    ["lenient", OK],
    ["quoted", OK],
    ["without", FAILED],
    ["text", FAILED],
    ["chosen", [404, { no: 1 }]],
    ["unmatched", FAILED],
  ] as const)
    it(`answers ${expected[0]} to ${path}`, async () => assert.deepEqual(told(await world.ask(api, path)), expected))

  it("refuses a type of content without a template where that is wanted", async () => {
    const headers = { "content-type": "text/plain" }
    const refused = await world.ask(api, "strict", { method: "POST", body: "x", headers })
    assert.deepEqual(told(refused), [415, { message: "Unsupported Media Type" }])
    const json = { "content-type": "application/json; charset=utf-8" }
    assert.deepEqual(told(await world.ask(api, "strict", { method: "POST", body: "{}", headers: json })), OK)
    assert.deepEqual(told(await world.ask(api, "strict", { method: "POST" })), OK)
  })

  it("answers browsers' questions, where it is made for it", async () => {
    const answer = await world.ask(api, "cors", {
      method: "OPTIONS",
      headers: { origin: "https://a.example", "access-control-request-method": "POST" },
    })
    assert.equal(answer.status, 204)
    assert.equal(answer.headers["access-control-allow-origin"], "https://a.example")
    assert.equal(answer.headers["access-control-allow-headers"], "Authorization,Content-Type")
    assert.equal(answer.headers["x-id"], answer.headers["x-amzn-requestid"])
  })
})

describe("answers that the gateway gives by itself", () => {
  it("are as they were customised, each type or all of them", async () => {
    const restApiId = await world.create()
    await world.addMethods(restApiId, [
      { path: "/iam", method: { authorizationType: "AWS_IAM" } },
      { path: "/broken", integration: { type: "MOCK" } },
    ])
    await world.gateway.putGatewayResponse({
      restApiId,
      responseType: "MISSING_AUTHENTICATION_TOKEN",
      statusCode: "404",
      responseParameters: {
        "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
        "gatewayresponse.header.x-path": "method.request.path.proxy",
        "gatewayresponse.header.x-sent": "method.request.header.X-Sent",
        "gatewayresponse.header.x-stage": "context.stage",
      },
      responseTemplates: {
        "application/json":
          '{"what":$context.error.messageString,"type":"$context.error.responseType","ip":"$context.identity.sourceIp","none":"$context.nothing","odd":"$other"}',
      },
    })
    await world.gateway.putGatewayResponse({
      restApiId,
      responseType: "DEFAULT_5XX",
      responseTemplates: { "text/plain": "sorry: $context.error.message" },
    })
    const api = await world.deploy(restApiId)
    const missing = await world.ask(api, "nowhere", { headers: { "x-sent": "hello" } })
    assert.deepEqual(told(missing), [
      404,
      {
        what: "Missing Authentication Token",
        type: "MISSING_AUTHENTICATION_TOKEN",
        ip: "127.0.0.1",
        none: "",
        odd: "$other",
      },
    ])
    assert.equal(missing.headers["access-control-allow-origin"], "*")
    assert.equal(missing.headers["x-sent"], "hello")
    assert.equal(missing.headers["x-stage"], "prod")
    assert.equal(missing.headers["x-path"], undefined)
    assert.equal((await world.ask(api, "iam")).status, 404)
    const broken = await world.ask(api, "broken")
    assert.deepEqual([broken.status, broken.body], [500, "sorry: Internal server error"])
    assert.equal(broken.headers["content-type"], "text/plain")
  })
})

describe("AWS_IAM", () => {
  let api: Deployed
  before(async () => {
    api = await world.make([
      { path: "/pets/{id}", method: { authorizationType: "AWS_IAM" } },
      { path: "/pets/{id}", httpMethod: "DELETE", method: { authorizationType: "AWS_IAM" } },
    ])
  })

  const masked = (arn: string) => arn.replace(/:(\d{8})(\d{4}):/, ":********$2:")

  it("lets in whom a policy allows the path and the method, and nobody else", async () => {
    const may = { Effect: "Allow", Action: "execute-api:Invoke", Resource: `${api.arn}/prod/GET/pets/7` }
    const signedBy = await world.user("reader", may)
    assert.deepEqual(told(await world.ask(api, "pets/7", { signedBy })), OK)
    const arn = `arn:aws:iam::${world.server.account}:user/reader`
    for (const [method, path] of [
      ["GET", "pets/8"],
      ["DELETE", "pets/7"],
    ] as const) {
      const answer = await world.ask(api, path, { method, signedBy })
      const on = masked(`${api.arn}/prod/${method}/${path}`)
      assert.deepEqual(told(answer), [
        403,
        {
          Message: `User: ${arn} is not authorized to perform: execute-api:Invoke on resource: ${on} because no identity-based policy allows the execute-api:Invoke action`,
        },
      ])
      assert.equal(answer.headers["x-amzn-errortype"], "AccessDeniedException")
      const why = await world.server.explain(String(answer.headers["x-amzn-requestid"]))
      assert.match(why, /execute-api:Invoke/)
    }
    const denied = await world.user("denied", may, { ...may, Effect: "Deny" })
    const answer = await world.ask(api, "pets/7", { signedBy: denied })
    assert.match(answer.body, /with an explicit deny in an identity-based policy"\}$/)
  })

  it("refuses what is signed wrongly, each in API Gateway's words", async () => {
    const root = world.server.client.credentials
    const refusals: [object, string, RegExp][] = [
      [{}, "MissingAuthenticationTokenException", /^Missing Authentication Token$/],
      [
        { headers: { authorization: "Bearer abc" } },
        "IncompleteSignatureException",
        /^Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed with SHA-256 and encoded with Base64\): '/,
      ],
      [
        { signedBy: root, region: "eu-west-1" },
        "InvalidSignatureException",
        /^Credential should be scoped to a valid region, not 'eu-west-1'\. $/,
      ],
      [
        { signedBy: root, service: "lambda" },
        "InvalidSignatureException",
        /^Credential should be scoped to correct service: 'execute-api'\. $/,
      ],
      [
        { signedBy: { ...root, secretAccessKey: "wrong" } },
        "InvalidSignatureException",
        /^The request signature we calculated does not match the signature you provided\./,
      ],
      [
        { signedBy: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" } },
        "UnrecognizedClientException",
        /^The security token included in the request is invalid\.$/,
      ],
    ]
    for (const [options, type, text] of refusals) {
      const answer = await world.ask(api, "pets/7", options)
      assert.equal(answer.status, 403)
      assert.equal(answer.headers["x-amzn-errortype"], type)
      assert.match(JSON.parse(answer.body).message, text)
      assert.ok(answer.headers["x-amz-apigw-id"])
    }
  })
})

describe("a resource policy", () => {
  const api = (...statements: object[]) =>
    world.make([{ path: "/open" }, { path: "/iam", method: { authorizationType: "AWS_IAM" } }], {
      policy: policy(...statements),
    })
  const everyone = {
    Effect: "Allow",
    Principal: "*",
    Action: "execute-api:Invoke",
    Resource: "execute-api:/prod/GET/*",
  }

  it("lets everybody in whom it allows, and nobody else", async () => {
    const some = await api({ ...everyone, Resource: "execute-api:/prod/GET/op*" })
    assert.deepEqual(told(await world.ask(some, "open")), OK)
    const none = await api({ ...everyone, Resource: "execute-api:/prod/POST/*" })
    const refused = await world.ask(none, "open")
    const on = `arn:aws:execute-api:us-east-1:********${world.server.account.slice(8)}:${none.restApiId}/prod/GET/open`
    assert.deepEqual(told(refused), [
      403,
      {
        Message: `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${on} because no resource-based policy allows the execute-api:Invoke action`,
      },
    ])
  })

  it("asks where a call is from", async () => {
    const from = (address: string) => ({ Condition: { IpAddress: { "aws:SourceIp": address } } })
    assert.equal((await world.ask(await api({ ...everyone, ...from("127.0.0.0/8") }), "open")).status, 200)
    const elsewhere = await api(everyone, { ...everyone, Effect: "Deny", ...from("127.0.0.1/32") })
    const slash = { ...everyone, Effect: "Deny", Resource: "execute-api:/prod/GET/open" }
    assert.equal((await world.ask(await api(everyone, slash), "open/")).status, 403)
    const refused = await world.ask(elsewhere, "open")
    assert.equal(refused.status, 403)
    assert.match(refused.body, /with an explicit deny in a resource-based policy/)
  })

  it("is decided with the caller's own policies, within an account and across", async () => {
    const nothing = await world.user("nothing")
    const something = await world.user("something", {
      Effect: "Allow",
      Action: "execute-api:Invoke",
      Resource: "arn:aws:execute-api:*",
    })
    const byName = (name: string) => ({
      ...everyone,
      Principal: { AWS: `arn:aws:iam::${world.server.account}:user/${name}` },
    })
    const allowing = await api(byName("nothing"))
    assert.equal((await world.ask(allowing, "iam", { signedBy: nothing })).status, 200)
    assert.equal((await world.ask(allowing, "iam", { signedBy: something })).status, 200)
    const denying = await api({ ...byName("something"), Effect: "Deny" })
    assert.equal((await world.ask(denying, "iam", { signedBy: something })).status, 403)
    assert.equal((await world.ask(denying, "iam", { signedBy: nothing })).status, 403)
    // Who has not signed is not looked for in it.
    assert.equal((await world.ask(allowing, "iam")).body, '{"message":"Missing Authentication Token"}')
  })
})
