import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { CreateIdentityProviderCommand, UpdateUserPoolClientCommand } from "@aws-sdk/client-cognito-identity-provider"
import type { Browser, Page } from "playwright-core"
import { rolldown } from "rolldown"
import { launchChromium, openPage } from "../harness/chromium.ts"
import { type ForeignProvider, startForeignProvider } from "../harness/foreign-openid.ts"
import { startTlsProxy, type TlsProxy } from "../harness/tls-proxy.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { PASSWORD } from "../wire/cognito-idp-world.ts"
import { corpOf } from "../wire/federation-providers.ts"
import { type HostedWorld, openHosted, WEB_CLIENT } from "../wire/hosted-world.ts"

const launched = await launchChromium()

/** An application with Amplify as it is; what it does, the test calls. */
const APPLICATION = `
import { Amplify } from "aws-amplify"
import { fetchAuthSession, getCurrentUser, signInWithRedirect, signOut } from "aws-amplify/auth"
import "aws-amplify/auth/enable-oauth-listener"
import { Hub } from "aws-amplify/utils"
window.events = []
Hub.listen("auth", ({ payload }) => window.events.push(payload.event))
Amplify.configure(window.settings)
Object.assign(window, { fetchAuthSession, getCurrentUser, signInWithRedirect, signOut })
`

async function bundle(): Promise<string> {
  const built = await rolldown({
    input: "application",
    platform: "browser",
    plugins: [
      {
        name: "application",
        resolveId: (id) => (id === "application" ? `${process.cwd()}/application.js` : null),
        load: (id) => (id.endsWith("/application.js") && !id.includes("node_modules") ? APPLICATION : null),
      },
    ],
  })
  const { output } = await built.generate({ format: "iife", codeSplitting: false })
  await built.close()
  return output[0].code
}

describe("Amplify, by redirect", { skip: typeof launched === "string" && launched }, () => {
  const browser = launched as Browser
  let world: HostedWorld
  let proxy: TlsProxy
  let application: WebServer
  let corp: ForeignProvider
  let page: Page
  let faults: string[]

  before(async () => {
    corp = await startForeignProvider()
    world = await openHosted({}, {}, { flags: ["--trust-proxy", "127.0.0.1", "--allow-http-issuers"] })
    await world.idp.send(new CreateIdentityProviderCommand({ UserPoolId: world.poolId, ...corpOf(corp) }))
    await world.addUser("ann", { email: "ann@example.com" })
    proxy = await startTlsProxy(world.server.url)
    const script = await bundle()
    application = await startWebServer((request, response) => {
      const isScript = request.url === "/application.js"
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8")
      response.end(isScript ? script : pageOf(settings()))
    })
    const home = `${application.url}/`
    await world.idp.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: world.poolId,
        ClientId: world.clientId,
        ...WEB_CLIENT,
        SupportedIdentityProviders: ["COGNITO", "Corp"],
        CallbackURLs: [home],
        LogoutURLs: [home],
      }),
    )
    ;({ page, faults } = await openPage(browser, { ignoreHTTPSErrors: true }))
  })
  after(async () => {
    await browser.close()
    await application[Symbol.asyncDispose]()
    await proxy[Symbol.asyncDispose]()
    await world[Symbol.asyncDispose]()
    await corp[Symbol.asyncDispose]()
  })

  const settings = () => ({
    Auth: {
      Cognito: {
        userPoolId: world.poolId,
        userPoolClientId: world.clientId,
        userPoolEndpoint: proxy.url,
        loginWith: {
          oauth: {
            domain: `${new URL(proxy.url).host}/_auth/us-east-1/${world.domain}`,
            scopes: ["openid", "email", "aws.cognito.signin.user.admin"],
            redirectSignIn: [`${application.url}/`],
            redirectSignOut: [`${application.url}/`],
            responseType: "code",
          },
        },
      },
    },
  })

  const pageOf = (config: object) =>
    `<!doctype html><title>Application</title><script>window.settings = ${JSON.stringify(config)}</script><script src="/application.js"></script>`

  const call = <T>(expression: string): Promise<T> => page.evaluate(expression) as Promise<T>

  test("signs in on the page and comes back, refreshes, is remembered and signs out", async () => {
    await page.goto(application.url)
    await call("void signInWithRedirect()")
    await page.waitForURL(/\/login\?/)
    await page.fill("input[name=username]", "ann")
    await page.fill("input[name=password]", PASSWORD)
    await page.click("form [type=submit]")
    await page.waitForURL(`${application.url}/**`)
    await page.waitForFunction("window.events.includes('signInWithRedirect')")
    assert.equal(await call("getCurrentUser().then((user) => user.username)"), "ann")
    const idOf = (options = "") =>
      call<Record<string, unknown>>(`fetchAuthSession(${options}).then(({ tokens }) => tokens.idToken.payload)`)
    const id = await idOf()
    assert.equal(id.email, "ann@example.com")
    const renewed = await idOf("{ forceRefresh: true }")
    assert.equal(renewed.sub, id.sub)
    assert.notEqual(renewed.jti, id.jti)

    // The application forgets, and the pages do not: nobody is asked again.
    await page.evaluate("localStorage.clear()")
    await page.goto(application.url)
    await call("void signInWithRedirect()")
    await page.waitForFunction("window.events?.includes('signInWithRedirect')")
    assert.equal((await idOf()).sub, id.sub)

    await call("void signOut()")
    await page.waitForFunction("window.events?.length === 0")
    assert.equal(await call("getCurrentUser().catch((error) => error.name)"), "UserUnAuthenticatedException")
    await call("void signInWithRedirect()")
    await page.waitForURL(/\/login\?/)
    assert.deepEqual(faults, [])
  })

  test("goes to a provider at once that the application names, and comes back by TLS with its user", async () => {
    corp.people.set("1", { email: "bo@corp.example", email_verified: true })
    corp.next = "1"
    await page.goto(application.url)
    await call(`void signInWithRedirect({ provider: { custom: "Corp" } })`)
    await page.waitForFunction("window.events?.includes('signInWithRedirect')")
    const payload = await call<Record<string, unknown>>(
      "fetchAuthSession().then(({ tokens }) => tokens.idToken.payload)",
    )
    assert.deepEqual([payload["cognito:username"], payload.email], ["Corp_1", "bo@corp.example"])
    const cookies = await page.context().cookies()
    const bound = cookies.filter(({ name }) => name.startsWith("csrf-state"))
    assert.deepEqual(bound.map(({ name, sameSite, secure, httpOnly }) => [name, sameSite, secure, httpOnly]).sort(), [
      ["csrf-state", "None", true, true],
      ["csrf-state-legacy", "Lax", true, true],
    ])
    assert.deepEqual(faults, [])
  })
})
