import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { startJsonServer } from "../harness/web-server.ts"
import { ECHO, type HttpApi, type HttpWorld, openHttpWorld, told } from "./http-apis-world.ts"

let world: HttpWorld
let api: HttpApi
before(async () => {
  world = await openHttpWorld(["--allow-http-issuers"])
  api = await world.makeHttpApi({ CorsConfiguration: { AllowOrigins: ["https://*"] } })
  await api.route("ANY /{a}/{b}/{c}/{proxy+}", await world.makeFunction("echo", ECHO))
  await api.route("GET /x/{__proto__}", world.arn("echo"))
  await api.route("POST /says", await world.makeFunction("says", "return JSON.parse(event.body)"))
})
after(() => world[Symbol.asyncDispose]())

const INTERNAL = [500, { message: "Internal Server Error" }]

describe("a call that means no good", () => {
  for (const path of [
    "//",
    "/x//",
    "/x/%",
    "/x/%ff",
    "/x/%00",
    "/$default",
    "/..%2f..%2f",
    "/__proto__",
    "/constructor/x",
    `/${"a/".repeat(3_000)}`,
    `/${"%41".repeat(2_000)}`,
    "/x/y?__proto__=1&constructor=2&toString=3&a[b]=c&&=&%",
    `/x/y?${"a=1&".repeat(300)}`,
  ])
    it(`is answered: ${path.slice(0, 40)}`, async () => {
      const { status, headers } = await api.ask(path)
      assert.ok([200, 404].includes(status), `${status}`)
      assert.ok(headers["apigw-requestid"])
    })

  it("has headers of any name, which are the function's to read", async () => {
    const headers = {
      ["__proto__"]: "1",
      constructor: "2",
      "x-forwarded-for": "1.2.3.4",
      "x-forwarded-proto": "https",
      "x-amzn-trace-id": "Root=<x>",
    }
    const event = JSON.parse((await api.ask("/x/y", { headers })).body)
    assert.deepEqual([event.headers.constructor, event.headers["x-forwarded-proto"]], ["2", "http"])
    assert.equal(event.headers["x-forwarded-for"], "1.2.3.4, 127.0.0.1")
    assert.match(event.headers["x-amzn-trace-id"], /^Root=1-/)
    assert.equal(event.requestContext.http.sourceIp, "127.0.0.1")
  })

  it("comes from any origin that it likes to name", async () => {
    for (const origin of [
      "null",
      "https://",
      "https://a b",
      "https://evil.example\u00e9",
      "javascript:alert(1)",
      "x".repeat(5_000),
    ]) {
      const answer = await api.ask("/x/y", { headers: { origin: Buffer.from(origin).toString("latin1") } })
      assert.equal(answer.status, 200)
    }
  })
})

describe("a function that means no good", () => {
  const say = (answer: unknown) =>
    api.ask("/says", { method: "POST", body: JSON.stringify(answer), headers: { "content-type": "application/json" } })
  for (const answer of [
    { statusCode: 200, headers: { "bad name": "1" } },
    { statusCode: 200, headers: { a: { toString: null } } },
    { statusCode: 200, headers: [], body: { toString: null } },
    { statusCode: { toString: null } },
    { statusCode: "2e2" },
    { statusCode: 100 },
    { statusCode: 200, cookies: [{ toString: null }] },
    { statusCode: 200, cookies: ["a=1\r\nx: y"] },
  ])
    it(`is answered as an error: ${JSON.stringify(answer)}`, async () =>
      assert.deepEqual(told(await say(answer)), INTERNAL))

  it("cannot take the connection or the request's id", async () => {
    const answer = await say({
      statusCode: 200,
      headers: {
        "Content-Length": "999",
        "apigw-requestid": "x",
        "Transfer-Encoding": "chunked",
        Connection: "upgrade",
      },
      body: "abc",
    })
    assert.deepEqual([answer.status, answer.body], [200, "abc"])
    assert.match(String(answer.headers["apigw-requestid"]), /^[\w-]{15}=$/)
  })
})

describe("a token that means no good", () => {
  it("has claims of any kind", async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256")
    const pages: Record<string, unknown> = {}
    const provider = await startJsonServer(pages)
    pages["/.well-known/openid-configuration"] = { jwks_uri: `${provider.url}/keys` }
    pages["/keys"] = { keys: [{ ...(await exportJWK(publicKey)), kid: "one" }] }
    const { AuthorizerId } = await world.gateway.createAuthorizer({
      ApiId: api.ApiId,
      Name: "people",
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: provider.url, Audience: ["web"] },
    })
    await api.route("GET /jwt", world.arn("echo"), {
      AuthorizationType: "JWT",
      AuthorizerId: AuthorizerId!,
      AuthorizationScopes: ["a"],
    })
    const now = Math.floor(Date.now() / 1000)
    const ask = async (claims: object) => {
      const token = await new SignJWT({ iss: provider.url, aud: "web", exp: now + 600, scope: "a", ...claims })
        .setProtectedHeader({ alg: "RS256", kid: "one" })
        .sign(privateKey)
      return (await api.ask("/jwt", { headers: { authorization: token } })).status
    }
    assert.equal(
      await ask({ ["__proto__"]: 1, deep: { toString: null }, list: [{ toString: null }, null], n: null }),
      200,
    )
    assert.equal(await ask({ scope: ["b", { toString: null }], scp: "a" }), 403)
    assert.equal(await ask({ scope: { toString: null } }), 403)
    assert.equal(await ask({ aud: [{ toString: null }, null] }), 401)
    assert.equal(await ask({ exp: "9999999999" }), 401)
    assert.equal(await ask({ exp: 1e308 }), 200)
    assert.equal(await ask({ nbf: { toString: null } }), 401)
    await provider[Symbol.asyncDispose]()
  })

  it("is of any length and any letters", async () => {
    for (const authorization of [
      "Bearer a.b",
      "Bearer ..",
      `Bearer ${"a".repeat(9_000)}`,
      "Bearer e30.e30.e30",
      `Bearer ${Buffer.from("[]").toString("base64url")}.e30.x`,
      "bearer bearer",
    ]) {
      const answer = await api.ask("/jwt", { headers: { authorization } })
      assert.equal(answer.status, 401, authorization.slice(0, 20))
    }
  })
})
