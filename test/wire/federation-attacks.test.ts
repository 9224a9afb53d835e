import assert from "node:assert/strict"
import type { IncomingMessage, ServerResponse } from "node:http"
import { describe, test } from "node:test"
import { CreateIdentityProviderCommand } from "@aws-sdk/client-cognito-identity-provider"
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose"
import { CLIENT_ID, CLIENT_SECRET, startForeignProvider } from "../harness/foreign-openid.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { refuses } from "./cognito-idp-world.ts"
import { corpOf } from "./federation-providers.ts"
import {
  type FederationWorld,
  follow,
  goTo,
  openFederation,
  signInAt,
  toldAt,
  walkProvider,
} from "./federation-world.ts"
import type { Browser } from "./hosted-world.ts"

const refusal = (told: URLSearchParams) => [told.get("error"), told.get("error_description")]

describe("who comes back from a provider", () => {
  test("is the browser that was sent there: a state is good once, and in no other", async () => {
    await using corp = await startForeignProvider()
    await using world = await openFederation()
    await world.addProvider(corpOf(corp))
    const client = await world.addClient({ SupportedIdentityProviders: ["Corp"] })
    corp.people.set("1", {})
    corp.next = "1"
    const browser = world.browser()
    const back = await walkProvider(await goTo(browser, client, "Corp"), world.base)
    const page = `${world.base}/error?error=invalid_request`
    // Whoever is lured to it with somebody else's answer, with no cookie or with one of another sign-in.
    const other = world.browser()
    assert.equal((await follow(other, back)).headers.location, page)
    await goTo(other, client, "Corp")
    assert.equal((await follow(other, back)).headers.location, page)
    const asked = corp.requests.filter((line) => line === "POST /token").length
    assert.equal(asked, 0)
    assert.deepEqual(refusal(toldAt(await follow(browser, back))), [null, null])
    assert.equal((await follow(browser, back)).headers.location, page)
    assert.equal((await follow(browser, `${world.base}/oauth2/idpresponse?code=x`)).headers.location, page)
    for (const state of ["x", back.split("state=")[1]!.slice(0, 200)])
      assert.equal((await browser.get("/oauth2/idpresponse", { code: "x", state })).headers.location, page)
  })

  test("is too late after five minutes", async () => {
    await using corp = await startForeignProvider()
    await using world = await openFederation()
    await world.addProvider(corpOf(corp))
    const client = await world.addClient({ SupportedIdentityProviders: ["Corp"] })
    corp.people.set("1", {})
    corp.next = "1"
    const browser = world.browser()
    const back = await walkProvider(await goTo(browser, client, "Corp"), world.base)
    await world.advance(301)
    assert.equal((await follow(browser, back)).headers.location, `${world.base}/error?error=invalid_request`)
  })

  test("brings the answer of the provider that was asked: no other's code is taken to it, and no other's name in it", async () => {
    await using honest = await startForeignProvider()
    await using evil = await startForeignProvider()
    await using world = await openFederation()
    await world.addProvider(corpOf(honest, "Honest"))
    await world.addProvider(corpOf(evil, "Evil"))
    const client = await world.addClient({ SupportedIdentityProviders: ["Honest", "Evil"] })
    honest.people.set("victim", {})
    honest.next = "victim"
    // A sign-in at Evil is sent on to Honest (RFC 9207): what Honest answers says who it is.
    const browser = world.browser()
    const toEvil = new URL(await goTo(browser, client, "Evil"))
    const back = await walkProvider(`${honest.url}/auth${toEvil.search}`, world.base)
    assert.equal(new URL(back).searchParams.get("iss"), honest.issuer)
    assert.deepEqual(refusal(toldAt(await follow(browser, back))), ["invalid_request", "Evil Error - invalid response"])
    assert.ok(!evil.requests.includes("POST /token"))
    // The same without that name: a provider that says it always tells it is not believed without.
    const fresh = new URL(await goTo(browser, client, "Evil"))
    const nameless = new URL(await walkProvider(`${honest.url}/auth${fresh.search}`, world.base))
    nameless.searchParams.delete("iss")
    assert.equal(refusal(toldAt(await follow(browser, nameless.href)))[1], "Evil Error - invalid response")
    assert.ok(!evil.requests.includes("POST /token"))
  })

  test("is told what the provider says of who did not want to", async () => {
    await using corp = await startForeignProvider()
    await using world = await openFederation()
    await world.addProvider(corpOf(corp))
    const client = await world.addClient({ SupportedIdentityProviders: ["Corp"], AllowedOAuthFlows: ["code"] })
    const browser = world.browser()
    const state = new URL(await goTo(browser, client, "Corp", { response_type: "code" })).searchParams.get("state")!
    const error_description = "The user said no\r\nSet-Cookie: a=b"
    const answer = await browser.get("/oauth2/idpresponse", {
      error: "access_denied",
      error_description,
      state,
      iss: corp.issuer,
    })
    assert.deepEqual(refusal(toldAt(answer)), ["access_denied", "The user said no Set-Cookie: a=b"])
    assert.equal(answer.headers["set-cookie"], undefined)
  })
})

test("whatever is sent to where providers answer, it is no defect", async () => {
  await using corp = await startForeignProvider()
  await using world = await openFederation()
  await world.addProvider(corpOf(corp))
  const client = await world.addClient({ SupportedIdentityProviders: ["Corp"] })
  const texts = [
    "",
    "x",
    "\0",
    "\ud800",
    "%",
    "a".repeat(2000),
    "../..",
    "<script>",
    "\r\nSet-Cookie: a=b",
    "__proto__",
  ]
  for (const text of texts) {
    const browser = world.browser()
    const state = new URL(await goTo(browser, client, "Corp")).searchParams.get("state")!
    const form = { code: text, state: text, iss: text, error: text, user: text, SAMLResponse: text, RelayState: text }
    const answers = [
      await browser.post("/oauth2/idpresponse", form),
      await browser.post("/saml2/idpresponse", form),
      await browser.post("/saml2/logout", form),
      await browser.post("/saml2/idpresponse", {
        ...form,
        RelayState: `identity_provider=${text}&client_id=${client}`,
      }),
      await browser.post("/saml2/idpresponse", { ...form, RelayState: state }),
      await browser.post("/saml2/logout", { ...form, RelayState: state }),
      await browser.get("/oauth2/idpresponse", { code: text, state: "x" }),
      await browser.get("/oauth2/authorize", { client_id: client, identity_provider: text, idp_identifier: text }),
    ]
    for (const { status, headers } of answers) {
      assert.ok(status === 302 || status === 400, `${JSON.stringify(text)} ${status}`)
      assert.ok(!String(headers["set-cookie"] ?? "").includes("a=b"))
    }
    const code = await browser.post("/oauth2/idpresponse", { ...form, state })
    assert.equal(code.status, 302)
  }
})

describe("an ID token", () => {
  /** A provider that signs what it is told to, whatever the nonce, the audience and the key. */
  async function openForger(make: (claims: JWTPayload, world: Forger) => Promise<string>): Promise<Forger> {
    const rsa = await generateKeyPair("RS256", { extractable: true })
    const jwk = { ...(await exportJWK(rsa.publicKey)), kid: "k1", alg: "RS256", use: "sig" }
    const nonces: string[] = []
    let forger: Forger
    const web = await startWebServer((request, response) => {
      const json = (value: unknown) => {
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value))
      }
      const url = web.url
      if (request.url === "/keys") return json({ keys: [jwk] })
      if (request.url === "/me") return json({ sub: forger.profileSub, email: "eve@evil.example" })
      const now = Math.floor(Date.now() / 1000)
      const claims = { iss: url, sub: "1", aud: CLIENT_ID, iat: now, exp: now + 60, nonce: nonces.at(-1) }
      void make(claims, forger).then((id_token) => json({ access_token: "at", token_type: "Bearer", id_token }))
    })
    const world = await openFederation()
    await world.addProvider({
      ...corpOf({ issuer: web.url } as never),
      ProviderDetails: {
        ...corpOf({ issuer: web.url } as never).ProviderDetails,
        authorize_url: `${web.url}/authorize`,
        token_url: `${web.url}/token`,
        jwks_uri: `${web.url}/keys`,
        attributes_url: `${web.url}/me`,
      },
    })
    const client = await world.addClient({ SupportedIdentityProviders: ["Corp"] })
    forger = Object.assign(world, {
      web,
      profileSub: "1",
      privateKey: rsa.privateKey,
      publicPem: JSON.stringify(jwk),
      async enter(browser: Browser = world.browser()) {
        const url = new URL(await goTo(browser, client, "Corp"))
        nonces.push(url.searchParams.get("nonce")!)
        return toldAt(await browser.get("/oauth2/idpresponse", { code: "c", state: url.searchParams.get("state")! }))
      },
    })
    return forger
  }

  interface Forger extends FederationWorld {
    web: WebServer
    profileSub: string
    privateKey: CryptoKey
    publicPem: string
    enter(browser?: Browser): Promise<URLSearchParams>
  }

  const sign = (claims: JWTPayload, { privateKey }: Forger, header = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k1", ...header }).sign(privateKey as never)

  test("is believed by its issuer, its audience, its time, its nonce and its key alone", async () => {
    let make: (claims: JWTPayload, world: Forger) => Promise<string> = sign
    const forger = await openForger((claims, world) => make(claims, world))
    try {
      assert.deepEqual(refusal(await forger.enter()), [null, null])
      const stranger = await generateKeyPair("RS256", { extractable: true })
      const hs = (secret: string) => (claims: JWTPayload) =>
        new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "k1" }).sign(new TextEncoder().encode(secret))
      const none = async (claims: JWTPayload) =>
        `${[{ alg: "none", kid: "k1" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`
      const cases: [what: string, make: typeof make, description: string | RegExp][] = [
        ["another nonce", (claims, world) => sign({ ...claims, nonce: "another" }, world), "Bad id_token"],
        ["no nonce", ({ nonce: _, ...claims }, world) => sign(claims, world), "Bad id_token"],
        ["another client's", (claims, world) => sign({ ...claims, aud: "another" }, world), "Bad id_token"],
        [
          "many clients' without ours authorized",
          (claims, world) => sign({ ...claims, aud: [CLIENT_ID, "another"], azp: "another" }, world),
          "Bad id_token",
        ],
        [
          "another issuer's",
          (claims, world) => sign({ ...claims, iss: "https://evil.example" }, world),
          "Bad id_token issuer https://evil.example",
        ],
        ["over", (claims, world) => sign({ ...claims, exp: claims.iat! - 100 }, world), "Bad id_token"],
        ["no subject", ({ sub: _, ...claims }, world) => sign(claims, world), "Bad id_token"],
        ["unsigned", none, "Bad id_token"],
        [
          "by a stranger's key",
          (claims, world) => sign(claims, { ...world, privateKey: stranger.privateKey as never }),
          "Bad id_token",
        ],
        ["by no key that is named", async (claims, world) => sign(claims, world, { kid: undefined }), "Bad id_token"],
        ["by the public key as a secret", (claims, world) => hs(world.publicPem)(claims), "Bad id_token"],
        ["no token", async () => "x", "Bad id_token"],
      ]
      for (const [what, forge, description] of cases) {
        make = forge
        assert.deepEqual(refusal(await forger.enter()), ["invalid_request", description], what)
      }
      // A secret that both know is a key, too.
      make = hs(CLIENT_SECRET)
      assert.deepEqual(refusal(await forger.enter()), [null, null])
      // A profile of somebody else is no part of it.
      make = sign
      forger.profileSub = "2"
      assert.equal(refusal(await forger.enter())[1], "Corp Error - error getting user info")
    } finally {
      await forger[Symbol.asyncDispose]()
      await forger.web[Symbol.asyncDispose]()
    }
  })
})

describe("what providers name", () => {
  const inside = (details: Record<string, string>) => ({
    ProviderName: "Corp",
    ProviderType: "OIDC" as const,
    ProviderDetails: {
      client_id: "1",
      client_secret: "2",
      attributes_request_method: "GET",
      authorize_scopes: "openid",
      oidc_issuer: "https://corp.example",
      ...details,
    },
  })

  test("is asked where anybody may ask: no machine of this network, by no redirect", async () => {
    await using secret = await startWebServer((_request, response) => void response.end("secret"))
    await using world = await openFederation({}, { flags: [] })
    const { idp, poolId: UserPoolId } = world
    const create = (provider: object) =>
      idp.send(new CreateIdentityProviderCommand({ UserPoolId, ...(provider as ReturnType<typeof inside>) }))
    const { port } = new URL(secret.url)
    for (const host of [
      "169.254.169.254",
      "10.0.0.1",
      "[::ffff:10.0.0.1]",
      "0x0a000001",
      "192.168.1.1",
      `127.0.0.1:${port}`,
    ]) {
      await refuses(
        create(inside({ oidc_issuer: `https://${host}` })),
        "InvalidParameterException",
        "Unable to contact well-known endpoint",
      )
      const MetadataURL = `https://${host}/metadata.xml`
      await refuses(
        create({ ProviderName: "Saml", ProviderType: "SAML", ProviderDetails: { MetadataURL } }),
        "InvalidParameterException",
        `Error retrieving metadata from ${MetadataURL}`,
      )
    }
    for (const url of [
      "javascript:alert(1)",
      "file:///etc/passwd",
      "data:text/html,x",
      "https://user@corp.example",
      "corp",
    ]) {
      const all = { token_url: "https://x", jwks_uri: "https://x", attributes_url: "https://x", authorize_url: url }
      await refuses(create(inside(all)), "InvalidParameterException", /not a valid URL/)
    }
    assert.deepEqual(secret.requests, [])
  })

  test("may send a question on, but not to where it may not be asked", async () => {
    await using corp = await startForeignProvider()
    await using world = await openFederation()
    const create = () => world.addProvider(corpOf(corp))
    corp.instead = (request, response) => {
      if (request.url !== "/.well-known/openid-configuration") return false
      response.writeHead(302, { location: "https://10.0.0.1/secret" }).end()
      return true
    }
    await assert.rejects(create(), { message: "Unable to contact well-known endpoint" })
    let hops = 0
    corp.instead = (_request, response) => {
      hops++
      response.writeHead(302, { location: `/again/${hops}` }).end()
      return true
    }
    await assert.rejects(create(), { message: "Unable to contact well-known endpoint" })
    assert.equal(hops, 21)
  })

  test("that answers too much, nonsense or nothing is no provider, and its people are told so", async () => {
    await using corp = await startForeignProvider()
    await using world = await openFederation()
    await world.addProvider(corpOf(corp))
    const client = await world.addClient({ SupportedIdentityProviders: ["Corp"] })
    corp.people.set("1", {})
    corp.next = "1"
    const at =
      (path: string, answer: (response: ServerResponse) => void) =>
      (request: IncomingMessage, response: ServerResponse): boolean => {
        if (!request.url!.startsWith(path)) return false
        request.resume()
        answer(response)
        return true
      }
    const json = { "content-type": "application/json" }
    const error = JSON.stringify({ error: "invalid_client", error_description: "wrong\u0000\nsecret" })
    const cases: [path: string, answer: (response: ServerResponse) => void, description: string][] = [
      [
        "/token",
        (response) => void response.writeHead(401, json).end(error),
        "Corp Error - 401 invalid_client wrong secret",
      ],
      ["/token", (response) => void response.writeHead(500).end("<html>"), "Corp Error - 500 error getting token"],
      [
        "/token",
        (response) => void response.writeHead(200, json).end("x".repeat(600_000)),
        "Corp Error - error getting token",
      ],
      ["/token", (response) => void response.writeHead(200, json).end("[]"), "Bad id_token"],
      ["/token", (response) => void response.destroy(), "Connection reset"],
      [
        "/token",
        (response) => void response.writeHead(302, { location: "https://evil.example/" }).end(),
        "Corp Error - error getting token",
      ],
      ["/jwks", (response) => void response.destroy(), "error_description=Timeout in calling jwks uri"],
      ["/me", (response) => void response.writeHead(503).end(), "Corp Error - 503 error getting user info"],
      ["/me", (response) => void response.writeHead(200, json).end("{"), "Corp Error - error getting user info"],
    ]
    for (const [path, answer, description] of cases) {
      corp.instead = at(path, answer)
      assert.deepEqual(refusal(await signInAt(world.browser(), client, "Corp")), ["invalid_request", description], path)
    }
    corp.instead = undefined
    assert.deepEqual(refusal(await signInAt(world.browser(), client, "Corp")), [null, null])
  })

  test("that does not answer in time keeps nobody waiting for long", async () => {
    await using corp = await startForeignProvider()
    await using world = await openFederation()
    await world.addProvider(corpOf(corp))
    const client = await world.addClient({ SupportedIdentityProviders: ["Corp"] })
    corp.people.set("1", {})
    corp.next = "1"
    corp.instead = (request) => request.url === "/token"
    const description = "Timeout occurred in calling IdP token endpoint"
    assert.deepEqual(refusal(await signInAt(world.browser(), client, "Corp")), ["invalid_request", description])
  })
})
