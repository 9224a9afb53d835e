import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { after, before, describe, test } from "node:test"
import type { Browser, Page } from "playwright-core"
import { launchChromium, openPage, type Watched } from "../harness/chromium.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { openSyncWorld, type SyncWorld, update, valuesOf } from "../wire/cognito-sync-world.ts"

const launched = await launchChromium()
const { resolve } = createRequire(import.meta.url)

/** A page of another origin that loads AWS's last client for Cognito Sync as its guide says, with the SDK that it is of. */
const SCRIPTS: Readonly<Record<string, string>> = {
  "/aws-sdk.js": resolve("aws-sdk/dist/aws-sdk.min.js"),
  "/amazon-cognito.js": resolve("amazon-cognito-js"),
}
const PAGE = `<!doctype html><link rel="icon" href="data:,">
<script src="/aws-sdk.js"></script><script src="/amazon-cognito.js"></script>`

const serveApplication = (): Promise<WebServer> =>
  startWebServer((request, response) => {
    const script = SCRIPTS[request.url!]
    if (script) response.writeHead(200, { "content-type": "text/javascript" }).end(readFileSync(script))
    else response.writeHead(200, { "content-type": "text/html" }).end(PAGE)
  })

interface Settings {
  url: string
  region: string
  pool: string
}

/** What the application's page does; it keeps its records, and who its guest is, in the browser's local storage. */
const synchronise = (page: Page, settings: Settings, changes: Record<string, string>) =>
  page.evaluate(
    async ({ settings: { url, region, pool }, changes }) => {
      // biome-ignore lint/suspicious/noExplicitAny: the client has no types
      const { AWS } = globalThis as any
      const endpoint = { endpoint: url }
      AWS.config.update({ region, maxRetries: 0, cognitosync: endpoint, cognitoidentity: endpoint })
      AWS.config.credentials = new AWS.CognitoIdentityCredentials({ IdentityPoolId: pool })
      await AWS.config.credentials.getPromise()
      const called = (call: (callback: (error: unknown, value: unknown) => void) => void) =>
        // biome-ignore lint/suspicious/noExplicitAny: the client has no types
        new Promise<any>((done, fail) => call((error, value) => (error ? fail(error) : done(value))))
      const manager = new AWS.CognitoSyncManager()
      const dataset = await called((callback) => manager.openOrCreateDataset("settings", callback))
      for (const [key, value] of Object.entries(changes)) await called((callback) => dataset.put(key, value, callback))
      await new Promise((onSuccess, onFailure) =>
        dataset.synchronize({
          onSuccess,
          onFailure,
          // biome-ignore lint/suspicious/noExplicitAny: the client has no types
          onConflict(_: unknown, conflicts: any[], proceed: (goOn: boolean) => void) {
            dataset.resolve(
              conflicts.map((conflict) => conflict.resolveWithLocalRecord()),
              () => proceed(true),
            )
          },
        }),
      )
      const records: Record<string, string> = await called((callback) => dataset.getAll(callback))
      return { records, identityId: AWS.config.credentials.identityId as string }
    },
    { settings, changes },
  )

describe("amazon-cognito-js in a browser", { skip: typeof launched === "string" && launched }, () => {
  const stack = new AsyncDisposableStack()
  let world: SyncWorld
  let watched: Watched
  let settings: Settings

  before(async () => {
    const application = stack.use(await serveApplication())
    world = stack.use(await openSyncWorld())
    settings = { url: world.server.url, region: world.server.region, pool: world.IdentityPoolId }
    watched = await openPage(launched as Browser)
    await watched.page.goto(application.url)
  })
  after(async () => {
    if (typeof launched !== "string") await launched.close()
    await stack.disposeAsync()
  })

  test("synchronises a guest's dataset from another origin, conflicts included, and finds it after a reload", async () => {
    const { page, faults } = watched
    const { records, identityId } = await synchronise(page, settings, { colour: "red", size: "9" })
    assert.deepEqual(records, { colour: "red", size: "9" })
    const of = { IdentityPoolId: world.IdentityPoolId, IdentityId: identityId }
    const developer = { sync: world.developer, of }
    assert.deepEqual(new Map(await valuesOf(developer, "settings")), new Map(Object.entries(records)))

    await update(developer, "settings", { Op: "replace", Key: "size", Value: "10", SyncCount: 1 })
    await page.reload()
    const again = await synchronise(page, settings, { size: "11" })
    assert.equal(again.identityId, identityId)
    assert.deepEqual(again.records, { colour: "red", size: "11" })
    assert.equal(new Map(await valuesOf(developer, "settings")).get("size"), "11")
    assert.deepEqual(faults, [])
  })
})
