import assert from "node:assert/strict"
import { test } from "node:test"
import {
  AdminDisableUserCommand,
  AdminUserGlobalSignOutCommand,
  GetUserCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { refuses } from "./cognito-idp-world.ts"
import { authorizeQuery, CALLBACK, codeOf, type HostedWorld, LOGGED_OUT, openHosted } from "./hosted-world.ts"

const tokensFor = async (world: HostedWorld, username: string, scope = "openid aws.cognito.signin.user.admin") => {
  const code = await world.codeFor(username, { scope })
  const form = { grant_type: "authorization_code", client_id: world.clientId, code, redirect_uri: CALLBACK }
  return (await world.token(form)).body
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

test("userInfo tells what the scopes show, flags as texts", async () => {
  await using world = await openHosted()
  await world.addUser("ann", { email: "ann@example.com", email_verified: "true", nickname: "A", address: "here" })
  const ask = async (scope: string) => {
    const { access_token } = await tokensFor(world, "ann", scope)
    const { sub, ...info } = JSON.parse((await world.browser().ask("/oauth2/userInfo", bearer(access_token))).body)
    assert.match(sub, /^[0-9a-f-]{36}$/)
    return info
  }
  const email = { email: "ann@example.com", email_verified: "true" }
  assert.deepEqual(await ask("openid email"), { ...email, username: "ann" })
  assert.deepEqual(await ask("openid phone"), { username: "ann" })
  assert.deepEqual(await ask("openid profile"), { ...email, nickname: "A", address: "here", username: "ann" })
  assert.deepEqual(await ask("openid"), { ...email, nickname: "A", address: "here", username: "ann" })
})

test("userInfo refuses each token with its reason", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const browser = world.browser()
  const refused = async (authorization: string | undefined, status: number, error: string, description: string) => {
    const answer = await browser.ask("/oauth2/userInfo", { headers: authorization ? { authorization } : {} })
    assert.equal(answer.status, status)
    assert.equal(answer.headers["www-authenticate"], `error="${error}", error_description="${description}"`)
    assert.deepEqual(JSON.parse(answer.body), { error, error_description: description })
    assert.equal(answer.headers["access-control-allow-origin"], "*")
  }
  const bad = "Bad OAuth2 request at UserInfo Endpoint"
  const dead = "Access token is expired, disabled, or deleted, or the user has globally signed out."
  await refused(undefined, 400, "invalid_request", bad)
  await refused("Basic eDp5", 400, "invalid_request", bad)
  await refused("Bearer x", 401, "invalid_token", dead)
  const { AccessToken } = await world.signIn("ann")
  await refused(`Bearer ${AccessToken}`, 401, "invalid_token", "Access token does not contain openid scope")
  const { id_token, access_token } = await tokensFor(world, "ann")
  await refused(`Bearer ${id_token}`, 401, "invalid_token", dead)
  await refused(`Bearer ${access_token.slice(0, -4)}AAAA`, 401, "invalid_token", dead)
  await world.idp.send(new AdminUserGlobalSignOutCommand({ UserPoolId: world.poolId, Username: "ann" }))
  await refused(`Bearer ${access_token}`, 401, "invalid_token", dead)
  const later = await tokensFor(world, "ann")
  await world.advance(3600)
  await refused(`Bearer ${later.access_token}`, 401, "invalid_token", dead)
})

test("revoking a refresh token ends its sign-in and no other", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const [first, second] = [await tokensFor(world, "ann"), await tokensFor(world, "ann")]
  const browser = world.browser()
  const revoke = async (form: Record<string, string>) => {
    const { status, body } = await browser.post("/oauth2/revoke", form)
    return [status, body]
  }
  const client_id = world.clientId
  assert.deepEqual(await revoke({ client_id }), [400, '{"error":"invalid_request"}'])
  assert.deepEqual(await revoke({ client_id: "x", token: first.refresh_token }), [401, '{"error":"invalid_client"}'])
  assert.deepEqual(await revoke({ client_id, token: first.access_token }), [400, '{"error":"unsupported_token_type"}'])
  assert.deepEqual(await revoke({ client_id, token: "unknown" }), [200, ""])
  assert.deepEqual(await revoke({ client_id, token: first.refresh_token }), [200, ""])
  assert.deepEqual(await revoke({ client_id, token: first.refresh_token }), [200, ""])
  await refuses(
    world.idp.send(new GetUserCommand({ AccessToken: first.access_token })),
    "NotAuthorizedException",
    "Access Token has been revoked",
  )
  await world.idp.send(new GetUserCommand({ AccessToken: second.access_token }))
})

test("who is signed in in a browser is not asked again, for an hour and until they sign out", async () => {
  await using world = await openHosted({}, { CallbackURLs: [CALLBACK] }, { managedLoginVersion: 2 })
  await world.addUser("ann")
  const browser = world.browser()
  const authorize = async (more: Record<string, string> = {}) =>
    (await browser.get("/oauth2/authorize", authorizeQuery(world, more))).headers.location!
  const isSignedIn = async (more: Record<string, string> = {}) =>
    (await authorize(more)).startsWith(`${CALLBACK}?code=`)
  assert.equal(await authorize({ prompt: "none", state: "S" }), `${CALLBACK}?state=S&error=login_required`)
  const first = await browser.signIn(await authorize(), "ann")
  codeOf(first)
  const cookie = browser.cookies.get("cognito")
  assert.ok(await isSignedIn())
  assert.ok(await isSignedIn({ prompt: "none" }))
  assert.ok(await isSignedIn({ identity_provider: "COGNITO" }))
  assert.ok(!(await isSignedIn({ prompt: "login" })))
  // Each sign-in has another id, and the one before is nobody's.
  await browser.signIn(await authorize({ prompt: "login" }), "ann")
  assert.notEqual(browser.cookies.get("cognito"), cookie)
  const thief = world.browser()
  thief.cookies.set("cognito", cookie!)
  assert.match((await thief.get("/oauth2/authorize", authorizeQuery(world))).headers.location!, /\/login\?/)

  const query = { client_id: world.clientId, logout_uri: LOGGED_OUT, state: "S" }
  assert.equal((await browser.get("/logout", query)).headers.location, LOGGED_OUT)
  assert.ok(!browser.cookies.has("cognito"))
  assert.ok(!(await isSignedIn()))
  await browser.signIn(await authorize(), "ann")
  await world.advance(3500)
  assert.ok(await isSignedIn())
  await world.advance(101)
  assert.ok(!(await isSignedIn()))
  await browser.signIn(await authorize(), "ann")
  await world.idp.send(new AdminDisableUserCommand({ UserPoolId: world.poolId, Username: "ann" }))
  assert.ok(!(await isSignedIn()))
})

test("logout goes to addresses that are registered, and nowhere else", async () => {
  await using world = await openHosted()
  const browser = world.browser()
  const go = async (query: Record<string, string>) => (await browser.get("/logout", query)).headers.location
  const { base, clientId: client_id } = world
  const mismatch = `${base}/error?error=redirect_mismatch&client_id=${client_id}`
  const missing = `${base}/error?error=Required+parameters+missing&client_id=${client_id}`
  assert.equal(await go({}), `${base}/error?error=Required+parameters+missing`)
  assert.equal(await go({ client_id }), missing)
  for (const logout_uri of ["https://evil.example", `${LOGGED_OUT}/`, `${LOGGED_OUT}?x`, "//app.example/bye", CALLBACK])
    assert.equal(await go({ client_id, logout_uri }), mismatch, logout_uri)
  assert.equal(await go({ client_id, redirect_uri: CALLBACK }), missing)
  assert.equal(await go({ client_id, redirect_uri: "https://evil.example", response_type: "code" }), mismatch)
  const query = { client_id, redirect_uri: CALLBACK, response_type: "code", state: "S" }
  const scope = "openid email phone profile aws.cognito.signin.user.admin"
  const location = await go({ ...query, identity_provider: "COGNITO" })
  assert.equal(location, `${base}/login?${new URLSearchParams({ ...query, scope })}`)
  // OpenID Connect's own parameter is not understood.
  assert.equal(await go({ client_id, post_logout_redirect_uri: LOGGED_OUT }), missing)
})
