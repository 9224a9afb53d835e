import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { test } from "node:test"
import { AdminGetUserCommand, GetUserCommand } from "@aws-sdk/client-cognito-identity-provider"
import { claimsOf, refuses } from "./cognito-idp-world.ts"
import { authorizeQuery, CALLBACK, codeOf, type HostedWorld, openHosted } from "./hosted-world.ts"

const VERIFIER = "a-verifier-of-forty-three-characters-or-more-than-it"
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url")
const PKCE = { code_challenge: CHALLENGE, code_challenge_method: "S256" }

const exchange = ({ token, clientId }: HostedWorld, code: string, more: Record<string, string> = {}) =>
  token({ grant_type: "authorization_code", client_id: clientId, code, redirect_uri: CALLBACK, ...more })

test("a code is exchanged for tokens with what was granted", async () => {
  await using world = await openHosted()
  await world.addUser("ann", { email: "ann@example.com", email_verified: "true", nickname: "A" })
  const user = await world.idp.send(new AdminGetUserCommand({ UserPoolId: world.poolId, Username: "ann" }))
  const subject = user.UserAttributes!.find(({ Name }) => Name === "sub")!.Value
  const query = { scope: "openid email", nonce: "N", state: "a b&c", ...PKCE }
  const browser = world.browser()
  const { headers } = await browser.get("/oauth2/authorize", authorizeQuery(world, query))
  const location = await browser.signIn(headers.location!, "ann")
  assert.match(location, /^https:\/\/app\.example\/callback\?code=[0-9a-f-]{36}&state=a\+b%26c$/)
  const { status, body } = await exchange(world, codeOf(location), { code_verifier: VERIFIER })
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body), ["id_token", "access_token", "refresh_token", "expires_in", "token_type"])
  assert.deepEqual([body.expires_in, body.token_type], [3600, "Bearer"])
  const id = claimsOf(body.id_token)
  const access = claimsOf(body.access_token)
  assert.equal(
    id.at_hash,
    createHash("sha256").update(body.access_token).digest().subarray(0, 16).toString("base64url"),
  )
  assert.deepEqual(
    [id.sub, id.email, id.email_verified, id.nickname, id.nonce, id.aud, id.token_use],
    [subject, "ann@example.com", true, undefined, "N", world.clientId, "id"],
  )
  assert.deepEqual(
    [access.sub, access.scope, access.version, access.client_id, access.aud, access.username],
    [subject, "openid email", 2, world.clientId, undefined, "ann"],
  )
  assert.deepEqual([id.acr, id.amr, access.nonce], [undefined, undefined, undefined])
  assert.equal(id.event_id, access.event_id)
  assert.equal(id.auth_time, access.auth_time)
})

test("without openid there is no ID token; scopes and nonce end with what refreshing keeps", async () => {
  await using world = await openHosted()
  await world.addUser("ann", { email: "ann@example.com" })
  const code = await world.codeFor("ann", { scope: "aws.cognito.signin.user.admin" })
  const { body } = await exchange(world, code)
  assert.equal(body.id_token, undefined)
  await world.idp.send(new GetUserCommand({ AccessToken: body.access_token }))
  const { body: openid } = await exchange(world, await world.codeFor("ann", { scope: "openid profile", nonce: "N" }))
  await refuses(
    world.idp.send(new GetUserCommand({ AccessToken: openid.access_token })),
    "NotAuthorizedException",
    "Access Token does not have required scopes",
  )
  await world.advance(60)
  const { status, body: renewed } = await world.token({
    grant_type: "refresh_token",
    client_id: world.clientId,
    refresh_token: openid.refresh_token,
  })
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(renewed), ["id_token", "access_token", "expires_in", "token_type"])
  const [before, after] = [claimsOf(openid.id_token), claimsOf(renewed.id_token)]
  assert.deepEqual([after.auth_time, after.origin_jti, after.nonce], [before.auth_time, before.origin_jti, undefined])
  assert.equal(claimsOf(renewed.access_token).scope, "openid profile")
})

test("a code is good once, for five minutes, for its client, callback and verifier", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const code = await world.codeFor("ann", PKCE)
  const refused = async (more: Record<string, string>, error: string, of = code) => {
    const { status, body } = await exchange(world, of, more)
    assert.deepEqual([status, body], [400, { error }])
  }
  await refused({}, "invalid_grant")
  await refused({ code_verifier: `${VERIFIER}x` }, "invalid_grant")
  await refused({ code_verifier: CHALLENGE }, "invalid_grant")
  await refused({ code_verifier: VERIFIER, redirect_uri: "https://app.example/other" }, "unauthorized_client")
  await refused({ code_verifier: VERIFIER, code: "" }, "invalid_request")
  await refused({ code_verifier: VERIFIER, code: `${code}x` }, "invalid_grant")
  const tries = await Promise.all(Array.from({ length: 4 }, () => exchange(world, code, { code_verifier: VERIFIER })))
  assert.deepEqual(tries.map(({ status }) => status).sort(), [200, 400, 400, 400])
  await refused({ code_verifier: VERIFIER }, "invalid_grant")
  // What is sent for a code that had no challenge is another flow's.
  await refused({ code_verifier: VERIFIER }, "invalid_grant", await world.codeFor("ann"))
  const old = await world.codeFor("ann")
  await world.advance(300)
  await refused({}, "invalid_grant", old)
})

test("the token endpoint refuses each request with its error", async () => {
  await using world = await openHosted({}, { GenerateSecret: true, AllowedOAuthFlows: ["implicit"] })
  const { clientId: client_id, clientSecret: client_secret = "" } = world
  const right = { grant_type: "refresh_token", client_id, client_secret, refresh_token: "x" }
  const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`
  const wrong = { error: "invalid_client", error_description: "invalid_client_secret" }
  const cases: [form: Record<string, string | undefined>, headers: Record<string, string>, expected: object][] = [
    [{ ...right, grant_type: undefined }, {}, { error: "invalid_request" }],
    [{ ...right, grant_type: "password" }, {}, { error: "unsupported_grant_type" }],
    [{ ...right, grant_type: "constructor" }, {}, { error: "unsupported_grant_type" }],
    [{ ...right, client_id: undefined }, {}, { error: "invalid_request" }],
    [{ ...right, client_id: "unknown" }, {}, { error: "invalid_client" }],
    [{ ...right, client_id: "a\u0000b" }, {}, { error: "invalid_client" }],
    [{ ...right, client_secret: "wrong" }, {}, wrong],
    [{ ...right, client_secret: undefined }, {}, wrong],
    [right, { authorization: basic(client_id, client_secret) }, { error: "invalid_request" }],
    [{ ...right, client_secret: undefined }, { authorization: basic(client_id, "wrong") }, wrong],
    [{ ...right, client_secret: undefined }, { authorization: basic("unknown", "x") }, { error: "invalid_request" }],
    [{ ...right, refresh_token: undefined }, {}, { error: "invalid_request" }],
    [right, {}, { error: "invalid_grant" }],
    [right, { "content-type": "application/json" }, { error: "invalid_request" }],
    [{ ...right, grant_type: "authorization_code", code: "x" }, {}, { error: "unauthorized_client" }],
    [{ ...right, grant_type: "client_credentials" }, {}, { error: "invalid_grant" }],
  ]
  for (const [form, headers, expected] of cases) {
    const given = Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined))
    const { status, body } = await world.token(given as Record<string, string>, headers)
    assert.deepEqual([status, body], [400, expected], JSON.stringify(form))
  }
  const twice = await world.browser().ask("/oauth2/token", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: "https://any.example" },
    body: `${new URLSearchParams(right)}&client_id=${client_id}`,
  })
  assert.deepEqual([twice.status, twice.body], [400, '{"error":"invalid_request"}'])
  assert.equal(twice.headers["access-control-allow-origin"], "*")
  assert.equal(twice.headers["cache-control"], "no-cache, no-store, max-age=0, must-revalidate")
  assert.equal(twice.headers["content-type"], "application/json;charset=UTF-8")
  const form = { grant_type: "refresh_token", refresh_token: "x" }
  const byHeader = await world.token(form, { authorization: basic(client_id, client_secret) })
  assert.deepEqual(byHeader.body, { error: "invalid_grant" })
})

test("a refresh token rotates, and the old one is good for the grace period", async () => {
  await using world = await openHosted(
    {},
    {
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
      RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 30 },
    },
  )
  await world.addUser("ann")
  const { body: first } = await exchange(world, await world.codeFor("ann"))
  const refresh = (refresh_token: string) =>
    world.token({ grant_type: "refresh_token", client_id: world.clientId, refresh_token })
  const { body: second } = await refresh(first.refresh_token)
  assert.notEqual(second.refresh_token, first.refresh_token)
  assert.equal((await refresh(first.refresh_token)).status, 200)
  await world.advance(31)
  assert.deepEqual((await refresh(first.refresh_token)).body, { error: "invalid_grant" })
  assert.equal((await refresh(second.refresh_token)).status, 200)
})

test("the implicit flow gives tokens in the fragment, and none to refresh", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const browser = world.browser()
  const query = authorizeQuery(world, { response_type: "token", scope: "openid", state: "S", nonce: "N" })
  const { headers } = await browser.get("/oauth2/authorize", query)
  const location = await browser.signIn(headers.location!, "ann")
  assert.ok(location.startsWith(`${CALLBACK}#id_token=`), location)
  const fragment = new URLSearchParams(location.slice(location.indexOf("#") + 1))
  assert.deepEqual([...fragment.keys()], ["id_token", "access_token", "expires_in", "token_type", "state"])
  assert.equal(claimsOf(fragment.get("id_token")!).nonce, "N")
  assert.deepEqual([fragment.get("token_type"), fragment.get("state")], ["Bearer", "S"])
})
