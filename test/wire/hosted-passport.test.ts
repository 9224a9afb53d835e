import assert from "node:assert/strict"
import { createRequire } from "node:module"
import { test } from "node:test"
import { CALLBACK, openHosted } from "./hosted-world.ts"

/** What of a strategy passport itself calls. */
interface Strategy {
  authenticate(request: object, options?: object): void
  redirect?(url: string): void
  success?(user: unknown): void
  fail?(challenge: unknown): void
  error?(error: Error): void
}

// It has no types of its own.
const { Strategy: OpenIdStrategy } = createRequire(import.meta.url)("passport-openidconnect") as {
  Strategy: new (options: object, verify: (...all: unknown[]) => void) => Strategy
}

test("passport's OpenID Connect strategy signs somebody in", async () => {
  await using world = await openHosted({}, { GenerateSecret: true }, { flags: ["--issuer", "public-url"] })
  await world.addUser("ann", { name: "Ann" })
  const { base, clientId: clientID, clientSecret } = world
  const options = {
    issuer: `${world.server.url}/${world.poolId}`,
    authorizationURL: `${base}/oauth2/authorize`,
    tokenURL: `${base}/oauth2/token`,
    userInfoURL: `${base}/oauth2/userInfo`,
    clientID,
    clientSecret,
    callbackURL: CALLBACK,
    scope: ["profile"],
  }
  const strategy = new OpenIdStrategy(options, (_issuer, profile, done) =>
    (done as (...all: unknown[]) => void)(null, profile),
  )
  const session = {}
  const pass = (query: Record<string, string>) =>
    new Promise<string | { username?: string; displayName?: string }>((resolve, reject) => {
      const one: Strategy = Object.assign(Object.create(strategy) as Strategy, {
        redirect: resolve,
        success: resolve,
        fail: (challenge: unknown) => reject(new Error(`refused: ${JSON.stringify(challenge)}`)),
        error: reject,
      })
      one.authenticate({ query, session, headers: {} })
    })
  const address = (await pass({})) as string
  const back = new URL(await world.browser().signIn(address, "ann"))
  const profile = (await pass(Object.fromEntries(back.searchParams))) as { displayName?: string }
  assert.equal(profile.displayName, "Ann")
})
