import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { fileURLToPath } from "node:url"
import { GetObjectCommand, S3 } from "@aws-sdk/client-s3"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import type { Browser, Page } from "playwright-core"
import { rolldown } from "rolldown"
import { launchChromium, openPage, type Watched } from "../harness/chromium.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { PASSWORD } from "../wire/cognito-idp-world.ts"
import { type HostedWorld, openHosted } from "../wire/hosted-world.ts"

const launched = await launchChromium()

/** One script with all that it imports. */
async function bundle(): Promise<string> {
  const input = fileURLToPath(new URL("oidc-client.js", import.meta.url))
  const bundled = await rolldown({ input, platform: "browser", logLevel: "silent" })
  const { output } = await bundled.generate({ format: "es", codeSplitting: false })
  return output[0].code
}

/** A single page at `/`, whichever path is asked for. */
function serveApplication(script: string, config: object): Promise<WebServer> {
  return startWebServer((request, response) => {
    const { pathname } = new URL(request.url!, "http://application")
    if (pathname === "/app.js") response.writeHead(200, { "content-type": "text/javascript" }).end(script)
    else if (pathname === "/config.json")
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(config))
    else
      response
        .writeHead(200, { "content-type": "text/html" })
        .end(
          '<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/app.js"></script>',
        )
  })
}

describe("oidc-client-ts, and a neighbour of the pages", {
  skip: typeof launched === "string" && launched,
}, () => {
  const browser = launched as Browser
  const stack = new AsyncDisposableStack()
  const watched: Watched[] = []
  let world: HostedWorld
  let application: WebServer
  /** Told to the application when it asks: its address has to be the client's before. */
  const settings: Record<string, unknown> = {}

  before(async () => {
    application = stack.use(await serveApplication(await bundle(), settings))
    const addresses = [`${application.url}/`]
    world = stack.use(
      await openHosted({}, { CallbackURLs: addresses, LogoutURLs: addresses, AllowedOAuthFlows: ["code"] }),
    )
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    Object.assign(settings, {
      authority: `${world.server.url}/${world.poolId}`,
      client_id: world.clientId,
      redirect_uri: `${application.url}/`,
      response_type: "code",
      scope: "openid email",
      cognitoDomain: world.base,
      logoutUri: `${application.url}/`,
    })
  })
  after(async () => {
    await browser.close()
    await stack.disposeAsync()
  })

  async function visit(url: string): Promise<Page> {
    const one = await openPage(browser)
    watched.push(one)
    await one.page.goto(url)
    return one.page
  }

  async function signIn(page: Page): Promise<void> {
    await page.getByRole("heading", { level: 1 }).waitFor()
    await page.locator("input[name=username]").fill("ann")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.getByRole("button", { name: "Sign in", exact: true }).click()
  }

  test("oidc-client-ts as AWS's console has it, with a silent refresh", async () => {
    const page = await visit(`${application.url}/`)
    const isReady = () => page.waitForFunction("globalThis.application !== undefined")
    const user = () => page.evaluate("application.user()") as Promise<{ email: string; token: string } | null>
    await isReady()
    assert.equal(await user(), null)
    await page.evaluate("application.signIn()")
    await page.waitForURL(/\/login\?/)
    assert.equal(new URL(page.url()).searchParams.get("code_challenge_method"), "S256")
    await signIn(page)
    await page.waitForURL(`${application.url}/`)
    await isReady()
    const first = (await user())!
    assert.equal(first.email, "ann@example.com")
    await page.evaluate("application.renew()")
    const second = (await user())!
    assert.equal(second.email, "ann@example.com")
    assert.notEqual(second.token, first.token)

    await page.evaluate("void application.signOut()")
    await page.waitForFunction("globalThis.application?.user().then((user) => user === null)")
    await page.evaluate("application.signIn()")
    await page.waitForURL(/\/login\?/)
    await page.locator("input[name=password]").waitFor()
  })

  test("a page in a bucket, which is of the same host as the pages' paths, neither reads them nor sends their forms", async () => {
    const s3 = new S3({ ...world.server.client, forcePathStyle: true })
    await s3.createBucket({ Bucket: "pages" })
    const login = `${world.base}/login?${new URLSearchParams({ client_id: world.clientId, response_type: "code", redirect_uri: `${application.url}/` })}`
    const Body = `<!doctype html><title>?</title><script>
      fetch(${JSON.stringify(login)}).then((answer) => answer.text()).then(
        (text) => { document.title = text.includes("_csrf") ? "read" : "nothing" },
        () => { document.title = "refused" })
    </script>`
    await s3.putObject({ Bucket: "pages", Key: "evil.html", Body, ContentType: "text/html" })
    const { page } = await openPage(browser)
    await page.goto(login)
    await page.goto(await getSignedUrl(s3, new GetObjectCommand({ Bucket: "pages", Key: "evil.html" })))
    await page.waitForFunction(() => document.title !== "?")
    assert.equal(await page.title(), "refused")
    assert.equal(await page.evaluate(() => globalThis.origin), "null")
  })

  test("none of the pages met an error of its own", () => {
    for (const { faults } of watched) assert.deepEqual(faults, [])
  })
})
