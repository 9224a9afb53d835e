import assert from "node:assert/strict"
import { generateKeyPairSync } from "node:crypto"
import { describe, test } from "node:test"
import {
  DescribeIdentityProviderCommand,
  UpdateIdentityProviderCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose"
import { CLIENT_ID, CLIENT_SECRET, startForeignProvider } from "../harness/foreign-openid.ts"
import { startWebServer } from "../harness/web-server.ts"
import { claimsOf, refuses } from "./cognito-idp-world.ts"
import { goTo, openFederation, signInAt, toldAt } from "./federation-world.ts"

const AT_GOOGLE = ["accounts.google.com", "www.googleapis.com", "people.googleapis.com"]
const flagsFor = (hosts: string[], url: string) => hosts.flatMap((host) => ["--login-endpoint", `${host}=${url}`])

/** Other people's servers, each path by what it answers; a POST's form is there. */
async function startSocial(
  pages: Record<string, (form: URLSearchParams, url: URL, authorization?: string) => unknown>,
) {
  return startWebServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const url = new URL(request.url!, "http://social.example")
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    const answer = await pages[`${request.method} ${url.pathname}`]?.(form, url, request.headers.authorization)
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" })
    response.end(JSON.stringify(answer ?? { error: { message: "unknown" } }))
  })
}

describe("social providers", () => {
  test("Google: ID token, and what the People API has beside", async () => {
    await using google = await startForeignProvider({
      issuer: "https://accounts.google.com",
      routes: { authorization: "/o/oauth2/v2/auth", token: "/oauth2/v4/token", jwks: "/oauth2/v3/certs" },
      // Google has it all in the ID token.
      more: { conformIdTokenClaims: false },
    })
    google.instead = (request, response) => {
      if (!request.url!.startsWith("/v1/people/me?personFields=phoneNumbers")) return false
      const phoneNumbers = [{ value: "+15550000001" }, { metadata: { primary: true }, value: "+15550000002" }]
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ phoneNumbers }))
      return true
    }
    await using world = await openFederation(
      { UsernameConfiguration: { CaseSensitive: false } },
      { flags: flagsFor(AT_GOOGLE, google.url) },
    )
    await world.addProvider({
      ProviderName: "Google",
      ProviderType: "Google",
      ProviderDetails: { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, authorize_scopes: "email profile openid" },
      AttributeMapping: {
        username: "sub",
        email: "email",
        email_verified: "email_verified",
        phone_number: "phoneNumbers",
      },
    })
    const client = await world.addClient({ SupportedIdentityProviders: ["Google", "COGNITO"] })
    google.people.set("1035", { email: "ann@gmail.example", email_verified: true })
    google.next = "1035"
    const claims = claimsOf((await signInAt(world.browser(), client, "Google")).get("id_token")!)
    assert.deepEqual(
      [claims["cognito:username"], claims.email, claims.email_verified, claims.phone_number],
      ["google_1035", "ann@gmail.example", true, "+15550000002"],
    )
  })

  test("Facebook: no ID token, its own words for who it is", async () => {
    const asked: URL[] = []
    await using facebook = await startSocial({
      "GET /v19.0/oauth/access_token": (_form, url) => {
        asked.push(url)
        return { access_token: "facebook's", token_type: "bearer", expires_in: 3600 }
      },
      "GET /v19.0/me": (_form, url, authorization) => {
        asked.push(url)
        return authorization === "Bearer facebook's" && { id: "77", email: "ann@fb.example", first_name: "Ann" }
      },
    })
    await using world = await openFederation(
      {},
      { flags: flagsFor(["www.facebook.com", "graph.facebook.com"], facebook.url) },
    )
    await world.addProvider({
      ProviderName: "Facebook",
      ProviderType: "Facebook",
      ProviderDetails: {
        client_id: "app",
        client_secret: "s",
        authorize_scopes: "public_profile, email",
        api_version: "v19.0",
      },
      AttributeMapping: { username: "id", email: "email", given_name: "first_name" },
    })
    const client = await world.addClient({ SupportedIdentityProviders: ["Facebook", "COGNITO"] })
    const browser = world.browser()
    const url = new URL(await goTo(browser, client, "Facebook", { login_hint: "ann" }))
    assert.equal(url.origin + url.pathname, `${facebook.url}/v19.0/dialog/oauth`)
    const asks = Object.fromEntries(url.searchParams)
    assert.deepEqual(Object.keys(asks).sort(), ["client_id", "redirect_uri", "response_type", "scope", "state"])
    const told = toldAt(await browser.get("/oauth2/idpresponse", { code: "fb-code", state: asks.state! }))
    const claims = claimsOf(told.get("id_token")!)
    assert.deepEqual(
      [claims["cognito:username"], claims.email, claims.email_verified, claims.given_name],
      ["Facebook_77", "ann@fb.example", false, "Ann"],
    )
    assert.deepEqual(Object.fromEntries(asked[0]!.searchParams), {
      client_id: "app",
      client_secret: "s",
      code: "fb-code",
      redirect_uri: `${world.base}/oauth2/idpresponse`,
    })
    assert.equal(asked[1]!.search, "?fields=id,email,first_name")
  })

  test("Amazon: its user_id, and its profile", async () => {
    const forms: URLSearchParams[] = []
    await using amazon = await startSocial({
      "POST /auth/o2/token": (form) => {
        forms.push(form)
        return { access_token: "amazon's", token_type: "bearer" }
      },
      "GET /user/profile": () => ({ user_id: "amzn1.account.X", email: "ann@amazon.example", postal_code: "1" }),
    })
    await using world = await openFederation({}, { flags: flagsFor(["www.amazon.com", "api.amazon.com"], amazon.url) })
    const ProviderName = "LoginWithAmazon"
    await world.addProvider({
      ProviderName,
      ProviderType: ProviderName,
      ProviderDetails: { client_id: "a", client_secret: "b", authorize_scopes: "profile postal_code" },
      AttributeMapping: { username: "user_id", email: "email" },
    })
    const client = await world.addClient({ SupportedIdentityProviders: [ProviderName, "COGNITO"] })
    const browser = world.browser()
    const state = new URL(await goTo(browser, client, ProviderName)).searchParams.get("state")!
    const told = toldAt(await browser.get("/oauth2/idpresponse", { code: "c", state }))
    assert.equal(claimsOf(told.get("id_token")!)["cognito:username"], "LoginWithAmazon_amzn1.account.X")
    const { code_verifier, ...form } = Object.fromEntries(forms[0]!)
    assert.match(code_verifier!, /^[\w-]{43}$/)
    assert.deepEqual(form, {
      grant_type: "authorization_code",
      client_id: "a",
      client_secret: "b",
      code: "c",
      redirect_uri: `${world.base}/oauth2/idpresponse`,
    })
  })

  test("Apple: a secret that is signed, an answer that is posted, a name that comes once; its key is shown to nobody", async () => {
    const ours = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
    const apples = await generateKeyPair("ES256", { extractable: true })
    let nonce = ""
    let secret = ""
    await using apple = await startSocial({
      "GET /auth/keys": async () => ({
        keys: [{ ...(await exportJWK(apples.publicKey)), kid: "apple", alg: "ES256" }],
      }),
      "POST /auth/token": async (form) => {
        secret = form.get("client_secret")!
        const claims = { nonce, email: "ann@apple.example", email_verified: "true" }
        const id_token = await new SignJWT(claims)
          .setProtectedHeader({ alg: "ES256", kid: "apple" })
          .setIssuer("https://appleid.apple.com")
          .setAudience("com.example.app")
          .setSubject("000.abc")
          .setIssuedAt()
          .setExpirationTime("5m")
          .sign(apples.privateKey)
        return { access_token: "a", token_type: "Bearer", id_token }
      },
    })
    await using world = await openFederation({}, { flags: flagsFor(["appleid.apple.com"], apple.url) })
    const pem = ours.privateKey.export({ type: "pkcs8", format: "pem" }).toString()
    const ProviderName = "SignInWithApple"
    const details = { client_id: "com.example.app", team_id: "TEAM", key_id: "KEY", authorize_scopes: "email name" }
    const provider = {
      ProviderName,
      ProviderType: "SignInWithApple" as const,
      AttributeMapping: { username: "sub", email: "email", email_verified: "email_verified", given_name: "firstName" },
    }
    const noKey = { ...provider, ProviderDetails: { ...details, private_key: "x" } }
    await refuses(world.addProvider(noKey), "InvalidParameterException", "private_key is not a valid private key.")
    // As the file has it, and as AWS's documentation has it: without the lines around it.
    const bare = pem.replace(/-----[^-]+-----|\n/g, "")
    await world.addProvider({ ...provider, ProviderDetails: { ...details, private_key: bare } })
    const { poolId: UserPoolId } = world
    const update = new UpdateIdentityProviderCommand({ UserPoolId, ProviderName, ProviderDetails: details })
    const { IdentityProvider } = await world.idp.send(update)
    assert.equal(IdentityProvider!.ProviderDetails!.private_key, undefined)
    const shown = await world.idp.send(new DescribeIdentityProviderCommand({ UserPoolId, ProviderName }))
    assert.equal(shown.IdentityProvider!.ProviderDetails!.private_key, undefined)

    const client = await world.addClient({ SupportedIdentityProviders: [ProviderName, "COGNITO"] })
    const browser = world.browser()
    const url = new URL(await goTo(browser, client, ProviderName))
    assert.equal(url.searchParams.get("response_mode"), "form_post")
    nonce = url.searchParams.get("nonce")!
    const user = JSON.stringify({ name: { firstName: "Ann", lastName: "Lee" }, email: "evil@apple.example" })
    const form = { code: "c", state: url.searchParams.get("state")!, user }
    const origin = { headers: { origin: "https://appleid.apple.com" } }
    const claims = claimsOf(toldAt(await browser.post("/oauth2/idpresponse", form, origin)).get("id_token")!)
    assert.deepEqual(
      [claims["cognito:username"], claims.email, claims.email_verified, claims.given_name],
      ["SignInWithApple_000.abc", "ann@apple.example", true, "Ann"],
    )
    const { payload, protectedHeader } = await jwtVerify(secret, ours.publicKey, {
      issuer: "TEAM",
      audience: "https://appleid.apple.com",
      subject: "com.example.app",
    })
    assert.equal(protectedHeader.kid, "KEY")
    assert.ok(payload.exp! - payload.iat! <= 600)
  })
})
