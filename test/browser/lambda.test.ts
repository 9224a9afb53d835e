import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { Sha256 } from "@aws-crypto/sha256-js"
import { SignatureV4 } from "@smithy/signature-v4"
import type { Browser, Page } from "playwright-core"
import { launchChromium, openPage } from "../harness/chromium.ts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { zipOf } from "../harness/zip.ts"
import { type LambdaWorld, openLambdaWorld } from "../wire/lambda-world.ts"

const launched = await launchChromium()

const SOURCE = `export const handler = async (event) => {
  if (event.fail) throw new Error("no good")
  return { hello: event.name ?? event.requestContext.http.method }
}
`

describe("functions, from a page of another origin", { skip: typeof launched === "string" && launched }, () => {
  const browser = launched as Browser
  let world: LambdaWorld
  let elsewhere: WebServer
  let page: Page

  before(async () => {
    world = await openLambdaWorld([...FUNCTION_FLAGS])
    await world.create("f", { Code: { ZipFile: zipOf({ "index.mjs": SOURCE }) } })
    ;({ page } = await openPage(browser))
    elsewhere = await startWebServer((_request, response) => {
      response.setHeader("content-type", "text/html").end("<!doctype html><title>A page</title>")
    })
    await page.goto(elsewhere.url)
  })
  after(async () => {
    await browser.close()
    await elsewhere[Symbol.asyncDispose]()
    await world[Symbol.asyncDispose]()
  })

  /** What the page is given to see of an answer. */
  const asks = (url: string, init: { method: string; headers?: Record<string, string>; body?: string }) =>
    page.evaluate(
      async ([target, options]) => {
        const answer = await fetch(target, options)
        const headers = Object.fromEntries(answer.headers)
        return { status: answer.status, headers, body: await answer.text() }
      },
      [url, init] as const,
    )

  /** Signed here, sent by the page: the browser asks first whether it may. */
  async function invoke(event: object) {
    const { port } = new URL(world.server.url)
    const { credentials, region } = world.server.client
    const signer = new SignatureV4({ service: "lambda", region, credentials, sha256: Sha256 })
    const path = "/2015-03-31/functions/f/invocations"
    const body = JSON.stringify(event)
    const host = `localhost:${port}`
    const signed = await signer.sign({
      method: "POST",
      protocol: "http:",
      hostname: "localhost",
      path,
      headers: { host, "content-type": "application/json", "x-amz-log-type": "Tail" },
      body,
    })
    const { host: _, ...headers } = signed.headers
    return asks(`http://${host}${path}`, { method: "POST", headers, body })
  }

  test("are invoked, and tell how it went", async () => {
    const good = await invoke({ name: "world" })
    assert.equal(good.status, 200)
    assert.equal(good.body, '{"hello":"world"}')
    assert.match(Buffer.from(good.headers["x-amz-log-result"]!, "base64").toString(), /^START RequestId/)
    const bad = await invoke({ fail: true })
    assert.equal(bad.headers["x-amz-function-error"], "Unhandled")
  })

  test("answer at their URLs where these let the page's origin in, and nowhere else", async () => {
    const { FunctionUrl } = await world.lambda.createFunctionUrlConfig({
      FunctionName: "f",
      AuthType: "NONE",
      Cors: { AllowOrigins: [elsewhere.url], AllowMethods: ["PUT"], AllowHeaders: ["x-token"] },
    })
    for (const [StatementId, Action] of [
      ["url", "lambda:InvokeFunctionUrl"],
      ["invoke", "lambda:InvokeFunction"],
    ] as const)
      await world.lambda.addPermission({ FunctionName: "f", StatementId, Action, Principal: "*" })
    const put = { method: "PUT", headers: { "x-token": "t" } }
    assert.equal((await asks(FunctionUrl!, put)).body, '{"hello":"PUT"}')
    await assert.rejects(asks(FunctionUrl!, { ...put, headers: { "x-other": "t" } }), /Failed to fetch/)
    await world.lambda.updateFunctionUrlConfig({ FunctionName: "f", Cors: { AllowOrigins: ["https://a.example"] } })
    await assert.rejects(asks(FunctionUrl!, { method: "GET" }), /Failed to fetch/)
  })
})
