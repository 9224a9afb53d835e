import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { brotliCompressSync, deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import type { SiteRequest } from "../harness/site-request.ts"
import { type Deployed, type ExecuteWorld, openExecuteWorld, told } from "./execute-api-world.ts"

const MEGABYTE = 1024 * 1024
/** Of `/text`, whose answer is this long. */
const TEXT_BYTES = 100

let world: ExecuteWorld
let integration: { type: "AWS_PROXY"; uri: string; integrationHttpMethod: string }
let api: Deployed
/** The same, without `minimumCompressionSize`. */
let plain: Deployed

before(async () => {
  world = await openExecuteWorld(FUNCTION_FLAGS)
  const uri = await world.makeFunction(
    "echo",
    `import { gzipSync } from "node:zlib"
const ANSWERS = {
  "/bytes": { headers: { "Content-Type": "image/png" }, body: Buffer.alloc(500, 255).toString("base64"), isBase64Encoded: true },
  "/packed": { headers: { "content-encoding": "gzip", "Content-Type": "image/png" }, body: gzipSync("x".repeat(500)).toString("base64"), isBase64Encoded: true },
  "/empty": { statusCode: 204, body: "" },
  "/broken": 1,
}
export const handler = async (event) => ANSWERS[event.path] ?? { body: JSON.stringify(event) }
`,
  )
  integration = { type: "AWS_PROXY", uri, integrationHttpMethod: "POST" }
  const specs = [
    { path: "/{proxy+}", httpMethod: "ANY", integration },
    {
      path: "/text",
      httpMethod: "ANY",
      responses: [{ responseTemplates: { "text/plain": "é".repeat(TEXT_BYTES / 2) } }],
    },
    { path: "/iam", httpMethod: "POST", method: { authorizationType: "AWS_IAM" }, integration },
  ]
  const binaryMediaTypes = ["image/png"]
  api = await world.make(specs, { minimumCompressionSize: TEXT_BYTES, binaryMediaTypes })
  plain = await world.make(specs, { binaryMediaTypes })
})
after(() => world[Symbol.asyncDispose]())

const accepting = (coding: string, more: SiteRequest = {}): SiteRequest => ({
  ...more,
  headers: { "accept-encoding": coding, ...more.headers },
})

describe("an answer", () => {
  const text = "é".repeat(TEXT_BYTES / 2)

  it("is compressed as the caller asks", async () => {
    const zipped = await world.ask(api, "text", accepting("gzip, deflate, br"))
    assert.equal(zipped.status, 200)
    assert.equal(zipped.headers["content-encoding"], "gzip")
    assert.equal(zipped.headers["content-length"], String(zipped.bytes.length))
    assert.equal(gunzipSync(zipped.bytes).toString(), text)
    const deflated = await world.ask(api, "text", accepting("gzip;q=0.5, deflate"))
    assert.equal(deflated.headers["content-encoding"], "deflate")
    assert.equal(inflateSync(deflated.bytes).toString(), text)
  })

  it("is as it is where nothing that is spoken is asked for", async () => {
    for (const options of [{}, accepting("*"), accepting("identity"), accepting("br, gzip"), accepting("gzip;q=0")]) {
      const answer = await world.ask(api, "text", options)
      assert.equal(answer.headers["content-encoding"], undefined)
      assert.equal(answer.body, text)
    }
    const head = await world.ask(api, "text", accepting("gzip", { method: "HEAD" }))
    assert.equal(head.headers["content-encoding"], undefined)
  })

  it("of fewer bytes than the API says, or of an API that says none, is as it is", async () => {
    const { restApiId } = api
    await world.gateway.updateRestApi({
      restApiId,
      patchOperations: [{ op: "replace", path: "/minimumCompressionSize", value: String(TEXT_BYTES + 1) }],
    })
    // Not before it is deployed.
    assert.equal((await world.ask(api, "text", accepting("gzip"))).headers["content-encoding"], "gzip")
    const other = await world.deploy(restApiId, { stageName: "other" })
    assert.equal((await world.ask(other, "text", accepting("gzip"))).body, text)
    assert.equal((await world.ask(plain, "text", accepting("gzip"))).body, text)
  })

  it("of bytes is compressed, and one that is compressed already is not", async () => {
    const bytes = await world.ask(api, "bytes", accepting("gzip"))
    assert.deepEqual(gunzipSync(bytes.bytes), Buffer.alloc(500, 255))
    const packed = await world.ask(api, "packed", accepting("gzip"))
    assert.equal(gunzipSync(packed.bytes).toString(), "x".repeat(500))
  })

  it("that has no body, or is the gateway's own, is as it is", async () => {
    const empty = await world.ask(api, "empty", accepting("gzip"))
    assert.deepEqual([empty.status, empty.headers["content-encoding"], empty.bytes.length], [204, undefined, 0])
    const broken = await world.ask(api, "broken", accepting("gzip"))
    assert.deepEqual(told(broken), [502, { message: "Internal server error" }])
  })
})

describe("a body that comes compressed", () => {
  const post = (coding: string, body: Uint8Array, headers: Record<string, string> = {}, to = api, path = "echo") =>
    world.ask(to, path, { method: "POST", headers: { "content-encoding": coding, ...headers }, body })

  it("reaches what is behind the method as it was before", async () => {
    for (const to of [api, plain])
      for (const [coding, body] of [
        ["gzip", gzipSync('{"a":"é"}')],
        ["DEFLATE", deflateSync('{"a":"é"}')],
        ["identity", Buffer.from('{"a":"é"}')],
      ] as const) {
        const answer = await post(coding, body, {}, to)
        assert.equal(answer.status, 200, answer.body)
        const event = JSON.parse(answer.body)
        assert.equal(event.body, '{"a":"é"}')
        assert.equal(event.isBase64Encoded, false)
        if (coding !== "identity") assert.equal(event.headers["content-encoding"], undefined)
      }
  })

  it("is bytes after it where its type is binary", async () => {
    const bytes = Buffer.from([0, 255, 128, 1])
    const event = JSON.parse((await post("gzip", gzipSync(bytes), { "content-type": "image/png" })).body)
    assert.equal(event.isBase64Encoded, true)
    assert.deepEqual(Buffer.from(event.body, "base64"), bytes)
  })

  it("in another coding, or in none, is refused", async () => {
    for (const [coding, body] of [
      ["br", brotliCompressSync("a")],
      ["gzip", Buffer.from("no gzip")],
      ["gzip", gzipSync("cut off".repeat(100)).subarray(0, 20)],
      ["deflate", deflateRawSync("raw")],
      ["gzip, deflate", gzipSync("a")],
      ["constructor", Buffer.from("a")],
    ] as const) {
      const answer = await post(coding, body)
      assert.deepEqual(told(answer), [415, { message: "Unsupported Media Type" }], coding)
    }
    assert.match(await world.server.explain(), /content encoding/)
    // Without a body there is nothing to be refused.
    assert.equal((await world.ask(api, "echo", { headers: { "content-encoding": "br" } })).status, 200)
  })

  it("is bounded by what comes out of it", async () => {
    const most = await post("gzip", gzipSync(Buffer.alloc(10 * MEGABYTE, "a")), {}, api, "text")
    assert.equal(most.status, 200)
    for (const body of [gzipSync(Buffer.alloc(10 * MEGABYTE + 1, "a")), gzipSync(Buffer.alloc(200 * MEGABYTE))])
      assert.deepEqual(told(await post("gzip", body, {}, api, "text")), [413, { message: "Request Too Long" }])
    const twice = Buffer.concat([gzipSync(Buffer.alloc(6 * MEGABYTE)), gzipSync(Buffer.alloc(6 * MEGABYTE))])
    assert.equal((await post("gzip", twice, {}, api, "text")).status, 413)
  })

  it("is signed as it is sent, and not looked at before its caller is let in", async () => {
    const allowed = { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }
    const options = (body: Uint8Array): SiteRequest => ({
      method: "POST",
      headers: { "content-encoding": "gzip" },
      body,
    })
    const signedBy = await world.user("ann", allowed)
    const answer = await world.ask(api, "iam", { ...options(gzipSync("secret")), signedBy })
    assert.equal(answer.status, 200, answer.body)
    assert.equal(JSON.parse(answer.body).body, "secret")
    const stranger = await world.user("bob")
    const refused = await world.ask(api, "iam", { ...options(Buffer.from("no gzip")), signedBy: stranger })
    assert.equal(refused.status, 403)
  })
})
