import assert from "node:assert/strict"
import { test } from "node:test"
import { Auth, customFetch as authFetch } from "@auth/core"
import Cognito from "@auth/core/providers/cognito"
import { CognitoIdentityClient, CreateIdentityPoolCommand, GetIdCommand } from "@aws-sdk/client-cognito-identity"
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam"
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { JwtVerifier } from "aws-jwt-verify"
import * as oauth from "oauth4webapi"
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from "oidc-client-ts"
import * as openid from "openid-client"
import { askSite } from "../harness/site-request.ts"
import { claimsOf, openWorld } from "./cognito-idp-world.ts"
import { CALLBACK, type HostedWorld, LOGGED_OUT, openHosted } from "./hosted-world.ts"

const ISSUES_UNDER_URL = { flags: ["--issuer", "public-url"] }
const issuerOf = ({ server, poolId }: HostedWorld): string => `${server.url}/${poolId}`

test("openid-client finds a pool by discovery, signs in, refreshes, revokes and signs out", async () => {
  await using world = await openHosted({}, {}, ISSUES_UNDER_URL)
  await world.addUser("ann", { email: "ann@example.com" })
  const config = await openid.discovery(new URL(issuerOf(world)), world.clientId, undefined, openid.None(), {
    execute: [openid.allowInsecureRequests],
  })
  const pkceCodeVerifier = openid.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()]
  const address = openid.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: "openid email",
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
  })
  const browser = world.browser()
  const callback = new URL(await browser.signIn(address.href, "ann"))
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  const tokens = await openid.authorizationCodeGrant(config, callback, checks)
  const { sub } = tokens.claims()!
  const info = await openid.fetchUserInfo(config, tokens.access_token, sub)
  assert.equal(info.email, "ann@example.com")
  const renewed = await openid.refreshTokenGrant(config, tokens.refresh_token!)
  assert.equal(renewed.claims()!.sub, sub)
  await openid.tokenRevocation(config, tokens.refresh_token!)
  await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token!), { error: "invalid_grant" })
  const end = openid.buildEndSessionUrl(config, { logout_uri: LOGGED_OUT })
  assert.equal((await browser.follow(end.href)).location, LOGGED_OUT)
  await assert.rejects(openid.authorizationCodeGrant(config, callback, checks), { error: "invalid_grant" })
})

test("oidc-client-ts signs in and refreshes, whoever is the issuer", async () => {
  for (const options of [{}, ISSUES_UNDER_URL]) {
    await using world = await openHosted({}, {}, options)
    await world.addUser("ann", { email: "ann@example.com" })
    const client = new OidcClient({
      authority: issuerOf(world),
      client_id: world.clientId,
      redirect_uri: CALLBACK,
      response_type: "code",
      scope: "openid email",
      loadUserInfo: true,
      stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    })
    const { url } = await client.createSigninRequest({ state: "where I was", nonce: "N" })
    const response = await client.processSigninResponse(await world.browser().signIn(url, "ann"))
    assert.deepEqual([response.profile.email, response.userState], ["ann@example.com", "where I was"])
    const state = {
      refresh_token: response.refresh_token!,
      id_token: response.id_token!,
      session_state: null,
      scope: "openid email",
      profile: response.profile,
      data: undefined,
    }
    const renewed = await client.useRefreshToken({ state: state as never })
    assert.ok(renewed.access_token)
  }
})

/** Whatever name a client asks, it is this server that answers: as by a name server of one's own, without TLS. */
const everyNameIs =
  ({ server }: HostedWorld) =>
  async (address: string | URL | Request, options: RequestInit = {}): Promise<Response> => {
    const url = new URL(address instanceof Request ? address.url : address)
    const { status, headers, body } = await askSite(`http://127.0.0.1:${new URL(server.url).port}`, {
      method: options.method ?? "GET",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...Object.fromEntries(new Headers(options.headers)), host: url.host },
      ...(options.body != null && { body: String(options.body) }),
    })
    const sent = new Headers()
    for (const [name, value] of Object.entries(headers)) sent.set(name, String(value))
    return new Response(body, { status, headers: sent })
  }

test("oauth4webapi, which is strict, finds everything by AWS's own names", async () => {
  await using world = await openHosted({}, { GenerateSecret: true })
  await world.addUser("ann")
  const options = { [oauth.customFetch]: everyNameIs(world) }
  const issuer = new URL(`https://cognito-idp.us-east-1.amazonaws.com/${world.poolId}`)
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
  assert.equal(as.token_endpoint, "https://people-1.auth.us-east-1.amazoncognito.com/oauth2/token")
  const client = { client_id: world.clientId }
  for (const authentication of [
    oauth.ClientSecretBasic(world.clientSecret!),
    oauth.ClientSecretPost(world.clientSecret!),
  ]) {
    const verifier = oauth.generateRandomCodeVerifier()
    const query = {
      client_id: world.clientId,
      response_type: "code",
      redirect_uri: CALLBACK,
      scope: "openid",
      nonce: "N",
      state: "S",
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    }
    const location = await world.browser().signIn(`${world.base}/oauth2/authorize?${new URLSearchParams(query)}`, "ann")
    const parameters = oauth.validateAuthResponse(as, client, new URL(location), "S")
    const answer = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authentication,
      parameters,
      CALLBACK,
      verifier,
      options,
    )
    const expected = { expectedNonce: "N", requireIdToken: true }
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, expected)
    await oauth.validateApplicationLevelSignature(as, answer, options)
    const info = await oauth.userInfoRequest(as, client, tokens.access_token, options)
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)!
    assert.equal((await oauth.processUserInfoResponse(as, client, sub, info)).username, "ann")
    const bad = await oauth.userInfoRequest(as, client, "bad", options)
    await assert.rejects(oauth.processUserInfoResponse(as, client, sub, bad))
  }
})

test("aws-jwt-verify takes tokens of either issuer", async () => {
  await using world = await openHosted({}, {}, ISSUES_UNDER_URL)
  await world.addUser("ann")
  const { IdToken } = await world.signIn("ann")
  const document = await (await fetch(`${issuerOf(world)}/.well-known/openid-configuration`)).json()
  const { issuer, jwks_uri } = document as { issuer: string; jwks_uri: string }
  assert.equal(issuer, issuerOf(world))
  const verifier = JwtVerifier.create({ issuer, audience: world.clientId, jwksUri: jwks_uri })
  verifier.cacheJwks((await (await fetch(jwks_uri)).json()) as never)
  assert.equal((await verifier.verify(IdToken))["cognito:username"], "ann")
})

test("identity pools and STS take tokens that are issued under the public URL", async () => {
  await using world = await openHosted({}, {}, { flags: [...ISSUES_UNDER_URL.flags, "--allow-http-issuers"] })
  await world.addUser("ann")
  const { IdToken } = await world.signIn("ann")
  const { client } = world.server
  const ProviderName = `cognito-idp.us-east-1.amazonaws.com/${world.poolId}`
  const identity = new CognitoIdentityClient(client)
  const { IdentityPoolId } = await identity.send(
    new CreateIdentityPoolCommand({
      IdentityPoolName: "people",
      AllowUnauthenticatedIdentities: false,
      CognitoIdentityProviders: [{ ProviderName, ClientId: world.clientId }],
    }),
  )
  const found = await identity.send(new GetIdCommand({ IdentityPoolId, Logins: { [ProviderName]: IdToken } }))
  assert.match(found.IdentityId!, /^us-east-1:/)

  const iam = new IAMClient(client)
  const Url = issuerOf(world)
  const { OpenIDConnectProviderArn: Federated } = await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: [world.clientId], ThumbprintList: ["a".repeat(40)] }),
  )
  const Statement = [{ Effect: "Allow", Principal: { Federated }, Action: "sts:AssumeRoleWithWebIdentity" }]
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: "r",
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
    }),
  )
  const sts = new STSClient(client)
  const assume = (WebIdentityToken: string) =>
    sts.send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn: Role!.Arn!, RoleSessionName: "session", WebIdentityToken }),
    )
  assert.equal((await assume(IdToken)).Provider, Federated)
  const [head, , signature] = IdToken.split(".")
  const forged = Buffer.from(JSON.stringify({ ...claimsOf(IdToken), sub: "x" })).toString("base64url")
  await assert.rejects(assume(`${head}.${forged}.${signature}`), { name: "InvalidIdentityTokenException" })
  for (const one of [identity, iam, sts]) one.destroy()
})

test("tokens under a URL are nobody's where the server issues under AWS's name", async () => {
  await using world = await openHosted()
  const url = `http://127.0.0.1:1/${world.poolId}`
  const token = `${Buffer.from('{"alg":"RS256","kid":"x"}').toString("base64url")}.${Buffer.from(JSON.stringify({ iss: url })).toString("base64url")}.AAAA`
  const { status } = await world.browser().ask("/oauth2/userInfo", { headers: { authorization: `Bearer ${token}` } })
  assert.equal(status, 401)
})

test("a pool without a domain names endpoints that answer nothing, as on AWS", async () => {
  await using world = await openWorld()
  const own = `${world.server.url}/${world.poolId}`
  const document = (await (await fetch(`${own}/.well-known/openid-configuration`)).json()) as Record<string, unknown>
  assert.deepEqual(Object.keys(document), [
    ...["authorization_endpoint", "end_session_endpoint", "id_token_signing_alg_values_supported", "issuer"],
    ...["jwks_uri", "response_types_supported", "revocation_endpoint", "scopes_supported", "subject_types_supported"],
    ...["token_endpoint", "token_endpoint_auth_methods_supported", "userinfo_endpoint"],
  ])
  for (const name of ["authorization_endpoint", "end_session_endpoint", "token_endpoint", "userinfo_endpoint"]) {
    const address = String(document[name])
    assert.ok(address.startsWith(`${own}/`) && !address.includes("oauth2"), address)
    const answer = await fetch(address)
    assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [400, "BadRequest"])
  }
})

test("Auth.js's Cognito provider signs somebody in", async () => {
  const callback = "http://localhost:3000/auth/callback/cognito"
  await using world = await openHosted({}, { GenerateSecret: true, CallbackURLs: [callback] }, ISSUES_UNDER_URL)
  await world.addUser("ann", { email: "ann@example.com", name: "Ann" })
  const config = {
    basePath: "/auth",
    secret: "a secret of the application",
    trustHost: true,
    providers: [
      Cognito({
        clientId: world.clientId,
        clientSecret: world.clientSecret!,
        issuer: issuerOf(world),
        [authFetch]: fetch,
      }),
    ],
  }
  const cookies = new Map<string, string>()
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "))
    const response = await Auth(new Request(new URL(path, "http://localhost:3000"), { ...init, headers }), config)
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      cookies.set(name!, value!)
    }
    return response
  }
  const { csrfToken } = (await (await ask("/auth/csrf")).json()) as { csrfToken: string }
  const begun = await ask("/auth/signin/cognito", { method: "POST", body: new URLSearchParams({ csrfToken }) })
  const address = begun.headers.get("location")!
  assert.ok(address.startsWith(`${world.base}/oauth2/authorize?`), address)
  const back = new URL(await world.browser().signIn(address, "ann"))
  await ask(back.pathname + back.search)
  const session = (await (await ask("/auth/session")).json()) as { user: { name: string; email: string } }
  assert.deepEqual(session.user, { name: "Ann", email: "ann@example.com" })
})
