import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { test } from "node:test"
import {
  AdminDisableUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { askSite } from "../harness/site-request.ts"
import { claimsOf, PASSWORD } from "./cognito-idp-world.ts"
import { authorizeQuery, Browser, CALLBACK, codeOf, type HostedWorld, openHosted, WEB_CLIENT } from "./hosted-world.ts"

const loginOf = (world: HostedWorld, more: Record<string, string> = {}) =>
  `${world.base}/login?${new URLSearchParams(authorizeQuery(world, more))}`

const exchange = ({ token }: HostedWorld, clientId: string, code: string, more: Record<string, string> = {}) =>
  token({ grant_type: "authorization_code", client_id: clientId, code, redirect_uri: CALLBACK, ...more })

async function addClient({ idp, poolId: UserPoolId }: HostedWorld, more: object = {}) {
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({ UserPoolId, ClientName: "other", ...WEB_CLIENT, ...more }),
  )
  return UserPoolClient!.ClientId!
}

test("a right password takes nobody to an address that is not registered", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const browser = world.browser()
  const page = await browser.ask(loginOf(world).slice(world.base.length))
  const csrf = /name="_csrf" value="([^"]+)"/.exec(page.body)![1]!
  const form = { _csrf: csrf, username: "ann", password: PASSWORD }
  const to = (query: Record<string, string>) => `/login?${new URLSearchParams(authorizeQuery(world, query))}`
  for (const path of [
    to({ redirect_uri: "https://evil.example/" }),
    `${to({})}&redirect_uri=${encodeURIComponent("https://evil.example/")}`,
    `/login?redirect_uri=${encodeURIComponent("https://evil.example/")}&${to({}).slice("/login?".length)}`,
  ]) {
    const { status, headers } = await browser.post(path, form)
    assert.equal(status, 302)
    assert.match(headers.location!, new RegExp(`^${world.base}/error\\?error=redirect_mismatch`), path)
    assert.ok(!browser.cookies.has("cognito"), path)
  }
})

test("an address that looks like a registered one is another", async () => {
  await using world = await openHosted({}, { CallbackURLs: [CALLBACK, "myapp://callback"] })
  const { clientId: client_id } = world
  const browser = world.browser()
  const stays = `${world.base}/error?${new URLSearchParams({ error: "redirect_mismatch", client_id })}`
  for (const address of [
    ...["/", "x", "#", "#x", "?", "?a=b", "%2f..%2fevil", "/../evil", ".", "\n", " ", "\u0000"].map(
      (end) => CALLBACK + end,
    ),
    ...["HTTPS://app.example/callback", "https://APP.example/callback", "https://app.example:443/callback"],
    ...["https://app.example@evil.example/callback", "https://app.example.evil.example/callback"],
    ...["https://app.example\\@evil.example/callback", "https://\u0430pp.example/callback", "//app.example/callback"],
    ...["http://app.example/callback", "MYAPP://callback", "myapp://callback/", " myapp://callback"],
  ]) {
    for (const path of ["/oauth2/authorize", "/login", "/signup", "/forgotPassword"]) {
      const { headers } = await browser.get(path, authorizeQuery(world, { redirect_uri: address }))
      assert.equal(headers.location, stays, `${path} ${JSON.stringify(address)}`)
    }
    const { headers } = await browser.get("/logout", { client_id, logout_uri: address })
    assert.equal(headers.location, stays, `/logout ${JSON.stringify(address)}`)
  }
})

test("a session is of one pool, whoever sends its cookie", async () => {
  await using world = await openHosted()
  const { idp } = world
  await world.addUser("ann")
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: "other" }))
  const UserPoolId = UserPool!.Id!
  await idp.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: `${world.domain}0` }))
  const clientId = await addClient({ ...world, poolId: UserPoolId })
  const browser = world.browser()
  codeOf(await browser.signIn(loginOf(world), "ann"))
  const elsewhere = new Browser(`${world.base}0`)
  for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value)
  const location = async (query: Record<string, string>) =>
    (await elsewhere.get("/oauth2/authorize", query)).headers.location!
  assert.match(await location(authorizeQuery({ clientId })), /\/login\?/)
  assert.match(await location(authorizeQuery(world)), /\/error\?error=redirect_mismatch/)
})

test("a name of one's own is one pool's, and no other region's, account's or service's", async () => {
  await using world = await openHosted()
  const { idp, server, poolId } = world
  const CustomDomainConfig = { CertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/x" }
  const Domain = "auth.example.com"
  await idp.send(new CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain, CustomDomainConfig }))
  // Its region comes first in the order of their names.
  const abroad = new CognitoIdentityProviderClient({ ...server.client, region: "af-south-1" })
  const { UserPool } = await abroad.send(new CreateUserPoolCommand({ PoolName: "thief" }))
  const take = (name: string) =>
    abroad.send(new CreateUserPoolDomainCommand({ UserPoolId: UserPool!.Id!, Domain: name, CustomDomainConfig }))
  await assert.rejects(take(Domain), { name: "InvalidParameterException" })
  await assert.rejects(take("cognito-idp.us-east-1.amazonaws.com"), { name: "InvalidParameterException" })
  const host = `http://${Domain}:${new URL(server.url).port}`
  const { headers } = await askSite(host, { path: "/oauth2/authorize", query: authorizeQuery(world) })
  assert.match(headers.location!, /^http:\/\/auth\.example\.com:\d+\/login\?/)
})

test("what a request gives does not become a header", async () => {
  await using world = await openHosted()
  const state = "x\r\nset-cookie: cognito=evil\r\n\r\n<script>"
  for (const query of [
    authorizeQuery(world, { state, scope: "none" }),
    authorizeQuery(world, { state, client_id: `x${state}` }),
    authorizeQuery(world, { state, login_hint: state, nonce: state }),
  ]) {
    const { headers, status } = await world.browser().get("/oauth2/authorize", query)
    assert.equal(status, 302)
    assert.doesNotMatch(headers.location!, /[\r\n<>]/)
    assert.ok(!headers["set-cookie"]?.some((line) => line.includes("evil")))
  }
})

test("a form from elsewhere signs nobody in", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const path = loginOf(world).slice(world.base.length)
  const send = async (change: { form?: Record<string, string>; headers?: Record<string, string>; cookie?: string }) => {
    const browser = world.browser()
    const page = await browser.ask(path)
    const token = /name="_csrf" value="([^"]+)"/.exec(page.body)![1]!
    if (change.cookie !== undefined) browser.cookies.set("XSRF-TOKEN", change.cookie)
    const form = { _csrf: token, username: "ann", password: PASSWORD, ...change.form }
    const answer = await browser.post(path, form, { headers: change.headers ?? {} })
    return { isSignedIn: browser.cookies.has("cognito"), location: answer.headers.location }
  }
  assert.ok((await send({})).isSignedIn)
  assert.ok(
    (await send({ headers: { origin: new URL(world.base).origin, "sec-fetch-site": "same-origin" } })).isSignedIn,
  )
  const changes: Parameters<typeof send>[0][] = [
    { form: { _csrf: "" } },
    { form: { _csrf: "a".repeat(32) } },
    { cookie: "" },
    { cookie: "b".repeat(32) },
    { headers: { origin: "https://evil.example" } },
    { headers: { origin: "null", "sec-fetch-site": "cross-site" } },
    { headers: { "sec-fetch-site": "same-site" } },
  ]
  for (const change of changes) {
    const { isSignedIn, location } = await send(change)
    assert.ok(!isSignedIn && !location?.includes("code="), JSON.stringify(change))
  }
})

test("a session that somebody else has planted is not the one that a sign-in makes", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const planted = "a".repeat(43)
  const victim = world.browser()
  victim.cookies.set("cognito", planted)
  await victim.signIn(loginOf(world), "ann")
  assert.notEqual(victim.cookies.get("cognito"), planted)
  const thief = world.browser()
  thief.cookies.set("cognito", planted)
  assert.match((await thief.get("/oauth2/authorize", authorizeQuery(world))).headers.location!, /\/login\?/)
})

test("cookies are for this domain, for no script and, under TLS, for nothing else", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const browser = world.browser()
  const page = await browser.ask(loginOf(world).slice(world.base.length))
  const answer = await browser.submit(page, loginOf(world), { username: "ann", password: PASSWORD })
  const lines = [...page.headers["set-cookie"]!, ...answer.headers["set-cookie"]!]
  assert.ok(lines.some((line) => line.startsWith("cognito=")))
  for (const line of lines) {
    assert.match(line, /; HttpOnly/)
    assert.match(line, /; SameSite=Lax/)
    assert.match(line, /; Path=\/_auth\/us-east-1\/people-1(;|$)/)
    assert.doesNotMatch(line, /Secure|Domain=/)
  }
  // A proxy in front speaks TLS.
  await using secure = await openHosted({}, {}, { flags: ["--trust-proxy", "127.0.0.1"] })
  const path = loginOf(secure).slice(secure.base.length)
  const { headers } = await secure.browser().ask(path, { headers: { "x-forwarded-proto": "https" } })
  for (const line of headers["set-cookie"]!) assert.match(line, /; Secure/)
  assert.match(headers["strict-transport-security"]!, /max-age=31536000/)
})

test("a cookie that a host beside the domain has planted is not read", async () => {
  await using world = await openHosted({}, {}, { flags: ["--trust-proxy", "127.0.0.1"] })
  await world.addUser("ann")
  await world.addUser("thief")
  const base = world.server.url.replace("127.0.0.1", `${world.domain}.auth.us-east-1.localhost`)
  const secure = (browser: Browser): Browser => {
    const ask = browser.ask.bind(browser)
    browser.ask = (path, options = {}) =>
      ask(path, { ...options, headers: { "x-forwarded-proto": "https", ...options.headers } })
    return browser
  }
  // What the server says of itself by TLS, the test's browser reaches without.
  const signIn = async (browser: Browser, username: string) => {
    const page = await browser.get("/login", authorizeQuery(world))
    return browser.submit(page, `${base}/login`, { username, password: PASSWORD })
  }
  const thief = secure(world.browser(base))
  assert.match((await signIn(thief, "thief")).headers.location!, /[?&]code=/)
  const name = [...thief.cookies.keys()].find((one) => one.endsWith("cognito"))!
  assert.equal(name, "__Host-cognito")
  const isRemembered = async (cookie: string): Promise<boolean> => {
    const victim = secure(world.browser(base))
    victim.cookies.set(cookie, thief.cookies.get(name)!)
    const { headers } = await victim.get("/oauth2/authorize", authorizeQuery(world))
    return /[?&]code=/.test(headers.location!)
  }
  // Browsers take this one from nobody else.
  assert.equal(await isRemembered("__Host-cognito"), true)
  assert.equal(await isRemembered("cognito"), false)
  const victim = secure(world.browser(base))
  await signIn(victim, "ann")
  for (const line of (await victim.get("/login", authorizeQuery(world))).headers["set-cookie"]!)
    assert.match(line, /^(?:__Host-|XSRF-TOKEN=).*; Path=\/; .*; Secure$/)
})

test("whatever host a request names, it is no defect and no place to be sent to but where it came", async () => {
  await using world = await openHosted()
  for (const host of ["evil.example:99999", "[::::]", "1.2.3.999", "a b", "evil.example/x?", "user@evil.example"]) {
    const answer = await askSite(world.base, {
      path: "/oauth2/authorize",
      query: authorizeQuery(world),
      headers: { host },
    })
    if (answer.status === 302) assert.ok(answer.headers.location!.startsWith(`${world.base}/login?`), host)
    else assert.equal(answer.status, 400, host)
  }
})

test("nobody puts words of their own on the error page", async () => {
  await using world = await openHosted()
  const shown = async (error: string) => {
    const { status, body } = await world.browser().get("/error", { error })
    assert.equal(status, 400)
    return /<code>([^<]*)<\/code>/.exec(body)?.[1]
  }
  for (const known of ["redirect_mismatch", "Required parameters missing", "Client is not enabled for OAuth2.0 flows."])
    assert.equal(await shown(known), known)
  for (const own of ["", "Your account is blocked. Call 1 555 0100", "a\r\nb", "\u202egnp.exe", "<b>", "x".repeat(41)])
    assert.equal(await shown(own), "invalid_request", own)
})

test("no page may be framed, kept or read as something else", async () => {
  await using world = await openHosted()
  const query = authorizeQuery(world)
  for (const path of ["/login", "/oauth2/authorize", "/error", "/signup", "/forgotPassword", "/logout"]) {
    const { headers } = await world.browser().get(path, query)
    assert.equal(headers["x-frame-options"], "DENY", path)
    assert.match(String(headers["content-security-policy"]), /frame-ancestors 'none'/, path)
    assert.doesNotMatch(String(headers["content-security-policy"]), /unsafe/, path)
    assert.equal(headers["x-content-type-options"], "nosniff", path)
    assert.equal(headers["referrer-policy"], "no-referrer", path)
    assert.match(headers["cache-control"]!, /no-store/, path)
  }
})

test("a code is good for nobody but the client and the pool that it was given for", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const other = await addClient(world)
  const invalid = { status: 400, body: { error: "invalid_grant" } }
  const code = await world.codeFor("ann")
  assert.deepEqual(await exchange(world, other, code), invalid)
  const { idp } = world
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: "elsewhere" }))
  const elsewhere = { ...world, poolId: UserPool!.Id! }
  await idp.send(new CreateUserPoolDomainCommand({ UserPoolId: elsewhere.poolId, Domain: "elsewhere" }))
  const foreign = await addClient(elsewhere)
  const away = new Browser(`${world.server.url}/_auth/us-east-1/elsewhere`)
  const sent = { grant_type: "authorization_code", code, redirect_uri: CALLBACK }
  assert.equal((await away.post("/oauth2/token", { ...sent, client_id: foreign })).body, '{"error":"invalid_grant"}')
  assert.equal(
    (await away.post("/oauth2/token", { ...sent, client_id: world.clientId })).body,
    '{"error":"invalid_client"}',
  )
  const { status, body } = await exchange(world, world.clientId, code)
  assert.equal(status, 200)
  const info = await away.ask("/oauth2/userInfo", { headers: { authorization: `Bearer ${body.access_token}` } })
  assert.equal(info.status, 401)
  // Nor does the session hold there.
  const browser = world.browser()
  await browser.signIn(loginOf(world), "ann")
  away.cookies.set("cognito", browser.cookies.get("cognito")!)
  const query = authorizeQuery({ clientId: foreign })
  assert.match((await away.get("/oauth2/authorize", query)).headers.location!, /\/login\?/)
})

test("a challenge that was taken out of the request, or put in, gives no tokens", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const verifier = "v".repeat(64)
  const code_challenge = createHash("sha256").update(verifier).digest("base64url")
  const invalid = { status: 400, body: { error: "invalid_grant" } }
  // The attacker takes it out on the way, and has the code injected into the client, which sends its verifier.
  const stripped = await world.codeFor("ann")
  assert.deepEqual(await exchange(world, world.clientId, stripped, { code_verifier: verifier }), invalid)
  // The attacker has seen the code, and has no verifier.
  const seen = await world.codeFor("ann", { code_challenge, code_challenge_method: "S256" })
  for (const code_verifier of ["", code_challenge, "w".repeat(64)])
    assert.deepEqual(await exchange(world, world.clientId, seen, { code_verifier }), invalid)
  assert.equal((await exchange(world, world.clientId, seen, { code_verifier: verifier })).status, 200)
})

test("a code ends with its user, and a refresh token gives no more than it was granted", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const other = await addClient(world)
  const { body } = await exchange(world, world.clientId, await world.codeFor("ann", { scope: "openid" }))
  const refresh = (client_id: string, more: Record<string, string> = {}) =>
    world.token({ grant_type: "refresh_token", client_id, refresh_token: body.refresh_token, ...more })
  const wider = await refresh(world.clientId, { scope: "openid aws.cognito.signin.user.admin" })
  assert.equal(claimsOf(wider.body.access_token).scope, "openid")
  assert.deepEqual((await refresh(other)).body, { error: "invalid_grant" })
  const revoked = await world.browser().post("/oauth2/revoke", { client_id: other, token: body.refresh_token })
  assert.deepEqual([revoked.status, revoked.body], [401, '{"error":"invalid_client"}'])
  assert.equal((await refresh(world.clientId)).status, 200)
  const code = await world.codeFor("ann")
  await world.idp.send(new AdminDisableUserCommand({ UserPoolId: world.poolId, Username: "ann" }))
  assert.deepEqual((await exchange(world, world.clientId, code)).body, { error: "invalid_grant" })
  assert.deepEqual((await refresh(world.clientId)).body, { error: "invalid_grant" })
})

test("nothing that is sent makes an endpoint fail", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const code = codeOf(await world.browser().signIn(loginOf(world), "ann"))
  const odd = [
    "",
    "\u0000",
    "%",
    "%00",
    "\ud800",
    "__proto__",
    "x".repeat(9000),
    "a&b=c",
    "[]",
    "null",
    "-1",
    "🦊",
    code,
  ]
  const names = [
    ...["client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "prompt", "max_age", "acr_values"],
    ...["resource", "code_challenge", "identity_provider", "idp_identifier", "lang", "login_hint", "logout_uri"],
  ]
  const fields = ["grant_type", "client_id", "code", "code_verifier", "redirect_uri", "refresh_token", "scope", "token"]
  const seen = new Set<number>()
  for (const value of odd) {
    for (const path of ["/oauth2/authorize", "/logout", "/login", "/error", "/nowhere", "/constructor"])
      for (const name of names) {
        const query = { ...authorizeQuery(world), [name]: value }
        seen.add((await world.browser().get(path, query)).status)
      }
    for (const path of ["/oauth2/token", "/oauth2/revoke"])
      for (const name of fields) {
        const form = { grant_type: "authorization_code", client_id: world.clientId, code: "x", [name]: value }
        seen.add((await world.browser().post(path, form)).status)
      }
    const headers = { authorization: `Basic ${Buffer.from(value).toString("base64")}`, cookie: "cognito==; =;;a" }
    seen.add((await world.browser().ask("/oauth2/userInfo", { headers })).status)
  }
  assert.deepEqual(
    [...seen].filter((status) => status >= 500),
    [],
  )
  const large = await world.browser().post("/oauth2/token", { grant_type: "x".repeat(20_000) })
  assert.equal(large.status, 413)
  const { status } = await askSite(world.base, { path: "/oauth2/token", method: "DELETE" })
  assert.equal(status, 405)
})
