import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { SetUserPoolMfaConfigCommand } from "@aws-sdk/client-cognito-identity-provider"
import type { Browser, Page } from "playwright-core"
import { rolldown } from "rolldown"
import { launchChromium, openPage } from "../harness/chromium.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { openWorld, PASSWORD, type World } from "../wire/cognito-idp-world.ts"

const launched = await launchChromium()

/** An application with Amplify as it is; what it does, the test calls. */
const APPLICATION = `
import { Amplify } from "aws-amplify"
import {
  associateWebAuthnCredential, deleteWebAuthnCredential, fetchAuthSession, getCurrentUser, listWebAuthnCredentials, signIn, signOut,
} from "aws-amplify/auth"
Amplify.configure(window.settings)
const told = (work) => work.then((value) => ({ value: value ?? null }), (error) => ({ error: error.name }))
Object.assign(window, { associateWebAuthnCredential, deleteWebAuthnCredential, fetchAuthSession, getCurrentUser, listWebAuthnCredentials, signIn, signOut, told })
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

describe("Amplify, with passkeys", { skip: typeof launched === "string" && launched }, () => {
  const browser = launched as Browser
  let world: World
  let application: WebServer
  let page: Page
  let faults: string[]

  before(async () => {
    world = await openWorld(
      { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } },
      {
        ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        PreventUserExistenceErrors: "ENABLED",
      },
    )
    await world.idp.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: world.poolId,
        MfaConfiguration: "OFF",
        WebAuthnConfiguration: { RelyingPartyId: "localhost", UserVerification: "required" },
      }),
    )
    await world.addUser("ann")
    const script = await bundle()
    const userPoolEndpoint = world.server.url
    const Cognito = { userPoolId: world.poolId, userPoolClientId: world.clientId, userPoolEndpoint }
    const settings = JSON.stringify({ Auth: { Cognito } })
    application = await startWebServer((request, response) => {
      const isScript = request.url === "/application.js"
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8")
      response.end(
        isScript
          ? script
          : `<!doctype html><link rel="icon" href="data:,"><title>Application</title><script>window.settings = ${settings}</script><script src="/application.js"></script>`,
      )
    })
    ;({ page, faults } = await openPage(browser))
  })
  after(async () => {
    await browser.close()
    await application[Symbol.asyncDispose]()
    await world[Symbol.asyncDispose]()
  })

  const call = <T>(expression: string): Promise<T> => page.evaluate(expression) as Promise<T>

  test("a passkey is made, listed, signs in without a password, and is deleted", async () => {
    const tools = await page.context().newCDPSession(page)
    await tools.send("WebAuthn.enable")
    await tools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await page.goto(application.url.replace("127.0.0.1", "localhost"))
    await call(`signIn({ username: "ann", password: ${JSON.stringify(PASSWORD)} })`)
    assert.deepEqual(await call("told(associateWebAuthnCredential())"), { value: null })
    // The same authenticator makes no second one.
    assert.deepEqual(await call("told(associateWebAuthnCredential())"), { error: "PasskeyAlreadyExists" })
    const { credentials } = await call<{ credentials: { credentialId: string; relyingPartyId: string }[] }>(
      "listWebAuthnCredentials()",
    )
    assert.deepEqual(
      credentials.map(({ relyingPartyId }) => relyingPartyId),
      ["localhost"],
    )
    await call("signOut()")
    const signIn = `told(signIn({ username: "ann", options: { authFlowType: "USER_AUTH", preferredChallenge: "WEB_AUTHN" } }))`
    const signedIn = await call<{ value?: { isSignedIn: boolean }; error?: string }>(signIn)
    assert.deepEqual([signedIn.error, signedIn.value?.isSignedIn], [undefined, true])
    assert.equal((await call<{ username: string }>("getCurrentUser()")).username, "ann")
    await call(`deleteWebAuthnCredential({ credentialId: ${JSON.stringify(credentials[0]!.credentialId)} })`)
    assert.deepEqual((await call<{ credentials: unknown[] }>("listWebAuthnCredentials()")).credentials, [])
    assert.deepEqual(faults, [])
  })
})
