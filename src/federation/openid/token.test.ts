import assert from "node:assert/strict"
import { test } from "node:test"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { startJsonServer } from "../../../test/harness/web-server.ts"
import { movableClock } from "../../base/clock.ts"
import { createOutgoing } from "../../base/outgoing.ts"
import { createLoginEndpoints } from "../login-endpoints.ts"
import { type OpenIdFault, OpenIdTokenError, parseOpenIdToken, verifyProviderToken } from "./token.ts"

const NAME = "idp.example.com"

async function createKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("RS256")
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256" } }
}

type Key = Awaited<ReturnType<typeof createKey>>

/** A provider with keys that can be exchanged, and a server's side of it. */
async function createWorld(keys: Key[]) {
  const pages: Record<string, unknown> = {}
  const web = await startJsonServer(pages)
  pages["/.well-known/openid-configuration"] = { jwks_uri: `${web.url}/keys` }
  const publish = (published: Key[]) => {
    pages["/keys"] = { keys: published.map(({ jwk }) => jwk) }
  }
  publish(keys)
  const clock = movableClock()
  const loginEndpoints = createLoginEndpoints({ [NAME]: web.url }, false)
  const deps = { clock, outgoing: createOutgoing({ reachOf: loginEndpoints.reachOf }), loginEndpoints }
  const issue = ({ kid, privateKey }: Key, claims: Record<string, unknown> = {}, alg = "RS256") => {
    const iat = Math.floor(clock.now() / 1000)
    const all = { iss: `https://${NAME}`, sub: "ann", aud: "shop", iat, exp: iat + 300, ...claims }
    return new SignJWT(JSON.parse(JSON.stringify(all))).setProtectedHeader({ alg, kid }).sign(privateKey)
  }
  const verify = async (text: string) =>
    verifyProviderToken(deps, parseOpenIdToken(text), { name: NAME, clientIds: ["shop", "kiosk"] })
  return { web, pages, publish, clock, issue, verify, [Symbol.asyncDispose]: () => web[Symbol.asyncDispose]() }
}

const fails = (fault: OpenIdFault) => (error: unknown) => {
  assert.ok(error instanceof OpenIdTokenError, String(error))
  assert.equal(error.fault, fault)
  return true
}

test("a token holds, or the first thing that is wrong with it is named", async () => {
  const [key, other] = [await createKey("one"), await createKey("one")]
  await using world = await createWorld([key])
  const { issue, verify, clock } = world
  const now = Math.floor(clock.now() / 1000)
  assert.deepEqual(await verify(await issue(key)), { audience: "shop" })
  assert.deepEqual(await verify(await issue(key, { aud: ["x", "kiosk"] })), { audience: "kiosk" })
  assert.deepEqual(await verify(await issue(key, { aud: ["x", "y"], azp: "shop" })), { audience: "shop" })
  const cases: [Record<string, unknown>, OpenIdFault][] = [
    [{ iss: "https://other.example.com" }, "issuer"],
    [{ iss: `http://${NAME}` }, "issuer"],
    [{ iss: 7 }, "malformed"],
    [{ sub: "" }, "malformed"],
    [{ sub: undefined }, "missing claim"],
    [{ aud: undefined }, "missing claim"],
    [{ exp: undefined }, "missing claim"],
    [{ exp: "later" }, "malformed"],
    [{ aud: "other" }, "audience"],
    // Where there is an azp, it is what counts.
    [{ aud: ["shop"], azp: "other" }, "audience"],
    [{ exp: now - 1 }, "expired"],
    [{ nbf: now + 600 }, "not yet valid"],
  ]
  for (const [claims, fault] of cases)
    await assert.rejects(async () => verify(await issue(key, claims)), fails(fault), JSON.stringify(claims))
  await assert.rejects(verify(await issue(other)), fails("signature"))
  for (const text of ["", "a.b.c", "a", `${await issue(key)}.x`])
    await assert.rejects(async () => verify(text), fails("malformed"), text)
})

test("no algorithm gets in that is not one of a public key", async () => {
  const key = await createKey("one")
  await using world = await createWorld([key])
  const body = (await world.issue(key)).split(".")[1]
  const none = Buffer.from('{"alg":"none"}').toString("base64url")
  await assert.rejects(world.verify(`${none}.${body}.`), (error: OpenIdTokenError) =>
    ["signature", "malformed", "no key"].includes(error.fault),
  )
  const secret = Buffer.from(JSON.stringify(key.jwk))
  const claims = JSON.parse(Buffer.from(body!, "base64url").toString())
  const forged = await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "one" }).sign(secret)
  await assert.rejects(world.verify(forged), OpenIdTokenError)
})

test("keys are kept, and asked for again when a token names another, but not at every such token", async () => {
  const [first, second] = [await createKey("first"), await createKey("second")]
  await using world = await createWorld([first])
  const { web, issue, verify, clock, publish } = world
  const fetches = () => web.requests.filter((request) => request === "GET /keys").length
  for (let i = 0; i < 3; i++) await verify(await issue(first))
  assert.equal(fetches(), 1)
  // A moment after they were fetched they are not fetched again, whatever tokens say.
  publish([second])
  for (let i = 0; i < 3; i++) await assert.rejects(verify(await issue(second)), fails("no key"))
  assert.equal(fetches(), 1)
  clock.set(clock.now() + 11_000)
  await verify(await issue(second))
  assert.equal(fetches(), 2)
  // What the provider took back is refused as soon as that is known.
  await assert.rejects(verify(await issue(first)), fails("no key"))
  // And in time they are fetched without any token saying so.
  clock.set(clock.now() + 11 * 60_000)
  await verify(await issue(second))
  assert.equal(fetches(), 3)
})

test("a provider that fails is not asked at every token", async () => {
  const key = await createKey("one")
  await using world = await createWorld([key])
  const { web, pages, issue, verify, clock, publish } = world
  delete pages["/keys"]
  for (let i = 0; i < 3; i++) await assert.rejects(verify(await issue(key)), fails("no key"))
  assert.equal(web.requests.length, 2)
  publish([key])
  clock.set(clock.now() + 11_000)
  await verify(await issue(key))
})

test("a key set is fetched over https, or from the very server that the operator named", async () => {
  const key = await createKey("one")
  await using elsewhere = await startJsonServer({ "/keys": { keys: [key.jwk] } })
  await using world = await createWorld([])
  for (const jwks_uri of [`${elsewhere.url}/keys`, "file:///etc/passwd", 7, undefined]) {
    world.pages["/.well-known/openid-configuration"] = { jwks_uri }
    world.clock.set(world.clock.now() + 60 * 60_000)
    await assert.rejects(world.verify(await world.issue(key)), fails("no key"))
  }
  assert.deepEqual(elsewhere.requests, [])
})

test("a provider that is not there is unreachable", async () => {
  const key = await createKey("one")
  const world = await createWorld([key])
  const token = await world.issue(key)
  await world[Symbol.asyncDispose]()
  await assert.rejects(world.verify(token), fails("unreachable"))
})
