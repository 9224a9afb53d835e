import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { after, before, describe, test } from "node:test"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import type { Browser } from "playwright-core"
import { type Certificate, makeCertificate } from "../harness/certificate.ts"
import { launchChromium, openPage, WIDE } from "../harness/chromium.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { PASSWORD } from "../wire/cognito-idp-world.ts"
import { authorizeQuery, type HostedWorld, openHosted } from "../wire/hosted-world.ts"

const launched = await launchChromium()

describe("a browser by https", { skip: typeof launched === "string" && launched }, () => {
  const browser = launched as Browser
  let certificate: Certificate
  let application: WebServer
  let world: HostedWorld

  before(async () => {
    certificate = makeCertificate()
    setDefaultCACertificates([...getCACertificates("default"), readFileSync(certificate.cert, "utf8")])
    application = await startWebServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>The application</title>")
    })
    const CallbackURLs = [`${application.url}/callback`]
    const flags = ["--tls-cert", certificate.cert, "--tls-key", certificate.key]
    world = await openHosted({}, { CallbackURLs }, { flags })
    await world.addUser("ann", { email: "ann@example.com" })
  })
  after(async () => {
    await browser.close()
    await world[Symbol.asyncDispose]()
    await application[Symbol.asyncDispose]()
    certificate[Symbol.dispose]()
  })

  test("speaks HTTP/2: it signs in on the pages, with their cookies and forms", async () => {
    const { page, faults } = await openPage(browser, { ...WIDE, ignoreHTTPSErrors: true })
    const callback = `${application.url}/callback`
    const query = new URLSearchParams(authorizeQuery(world, { redirect_uri: callback }))
    await page.goto(`${world.base}/oauth2/authorize?${query}`)
    const protocol = "performance.getEntriesByType('navigation')[0].nextHopProtocol"
    assert.equal(await page.evaluate(protocol), "h2")
    await page.locator("input[name=username]").fill("ann")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.getByRole("button", { name: "Sign in", exact: true }).click()
    await page.waitForURL(`${callback}?code=*`)
    // Who is signed in is known by a cookie.
    await page.goto(`${world.base}/oauth2/authorize?${query}`)
    await page.waitForURL(`${callback}?code=*`)
    assert.deepEqual(faults, [])
  })
})
