import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { rawConnection } from "../harness/raw-http.ts"
import { type Deployed, type ExecuteWorld, openExecuteWorld, told } from "./execute-api-world.ts"

let world: ExecuteWorld
let api: Deployed
before(async () => {
  world = await openExecuteWorld(FUNCTION_FLAGS)
  const uri = await world.makeFunction(
    "echo",
    "export const handler = async (event) => ({ body: JSON.stringify(event) })\n",
  )
  const integration = { type: "AWS_PROXY" as const, uri, integrationHttpMethod: "POST" }
  const restApiId = await world.create()
  await world.gateway.putGatewayResponse({
    restApiId,
    responseType: "DEFAULT_4XX",
    responseParameters: {
      "gatewayresponse.header.x-echo": "method.request.header.X-Echo",
      "gatewayresponse.header.x-query": "method.request.querystring.q",
    },
  })
  await world.addMethods(restApiId, [
    { path: "/{proxy+}", httpMethod: "ANY", integration },
    { path: "/iam", method: { authorizationType: "AWS_IAM" } },
    { path: "/small", httpMethod: "POST" },
  ])
  api = await world.deploy(restApiId)
})
after(() => world[Symbol.asyncDispose]())

/** Sends bytes as they are; `@` stands for the stage. */
async function send(text: string) {
  await using connection = await rawConnection(world.server.url)
  const { host } = new URL(api.url)
  connection.send(text.replace("@", `/_execute-api/us-east-1/${api.restApiId}/prod`).replace("HOST", `Host: ${host}`))
  const [answer] = await connection.answers(1)
  return answer!
}

describe("a hostile caller of an API", () => {
  for (const path of [
    "/%",
    "/%zz",
    "/%00",
    "/..%2f..%2f",
    "/%ff%fe",
    "/a;b=c",
    "/constructor",
    "/q?%=%&%%%&=&a=%ff",
    "/q?__proto__=1&toString=2",
    "/\\x",
    "//",
    `/${"a/".repeat(2_000)}`,
  ])
    it(`sends the path ${path.slice(0, 40)}, and it goes on as it is`, async () => {
      const answer = await send(`GET @${path} HTTP/1.1\r\nHOST\r\nConnection: close\r\n\r\n`)
      assert.equal(answer.status, 200, answer.body)
      const event = JSON.parse(answer.body)
      assert.equal(event.path, path.split("?")[0])
    })

  it("sends a header several times, and all of them go on", async () => {
    const answer = await send(
      "GET @/x HTTP/1.1\r\nHOST\r\nX-A: 1\r\nx-a: 2\r\nX-A: 3\r\n__proto__: x\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n",
    )
    const event = JSON.parse(answer.body)
    assert.deepEqual(event.multiValueHeaders["X-A"], ["1", "2", "3"])
    assert.equal(event.headers["X-A"], "3")
    assert.equal(event.headers["X-Forwarded-For"], "1.2.3.4, 127.0.0.1")
    assert.equal(event.headers["X-Forwarded-Proto"], "http")
    assert.equal(event.requestContext.identity.sourceIp, "127.0.0.1")
  })

  it("sends two lengths, or a length and chunks, and is not understood", async () => {
    for (const lengths of [
      "Content-Length: 3\r\nContent-Length: 4",
      "Content-Length: 3\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked, identity",
      "Content-Length: -1",
    ]) {
      const answer = await send(`POST @/x HTTP/1.1\r\nHOST\r\n${lengths}\r\n\r\n3\r\nabc\r\n0\r\n\r\n`)
      assert.equal(answer.status, 400, lengths)
    }
    const several = await send("GET @/x HTTP/1.1\r\nHOST\r\nHost: other\r\nConnection: close\r\n\r\n")
    assert.equal(several.status, 400)
  })

  it("sends chunks, and the function gets the whole", async () => {
    const answer = await send(
      "POST @/x HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    )
    const event = JSON.parse(answer.body)
    assert.equal(event.body, "abcde")
    assert.equal(event.headers["Transfer-Encoding"], undefined)
  })

  it("sends more than ten megabytes, and is refused before they come", async () => {
    const declared = await send(
      `POST @/small HTTP/1.1\r\nHOST\r\nContent-Length: ${10 * 1024 * 1024 + 1}\r\nConnection: close\r\n\r\n`,
    )
    assert.equal(declared.status, 413)
    assert.equal(declared.body, '{"message":"Request Too Long"}')
    assert.match(declared.head, /x-amzn-ErrorType: RequestTooLargeException/i)
    const whole = await world.ask(api, "small", { method: "POST", body: Buffer.alloc(10 * 1024 * 1024) })
    assert.equal(whole.status, 200)
  })

  it("sends a long head, and is refused", async () => {
    const answer = await world.ask(api, "x", { headers: { "x-long": "a".repeat(10_300) } })
    assert.deepEqual(told(answer), [431, { message: "Request Header Fields Too Large" }])
  })

  it("writes nothing into the headers of an answer but what a header can have", async () => {
    const asked = { query: { q: "a\r\nSet-Cookie: x=1" }, headers: { "x-echo": "caf\u00e9" } }
    const answer = await world.ask(api, "iam", asked)
    assert.equal(answer.status, 403)
    assert.equal(answer.headers["x-query"], undefined)
    assert.equal(answer.headers["set-cookie"], undefined)
    assert.equal(answer.headers["x-echo"], "caf\u00e9")
  })

  it("names a host that is no API's", async () => {
    const { port } = new URL(world.server.url)
    for (const host of [`.execute-api.us-east-1.localhost:${port}`, `a.b.execute-api.us-east-1.localhost:${port}`]) {
      await using connection = await rawConnection(world.server.url)
      connection.send(`GET /prod/x HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      const [answer] = await connection.answers(1)
      assert.ok(answer!.status >= 400 && answer!.status < 500, `${host}: ${answer!.status}`)
    }
    for (const path of ["/_execute-api/", "/_execute-api/x", "/_execute-api//", "/_execute-api/us-east-1/a'b/prod"]) {
      await using connection = await rawConnection(world.server.url)
      connection.send(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
      const [answer] = await connection.answers(1)
      assert.equal(answer!.status, 403, path)
    }
  })
})
