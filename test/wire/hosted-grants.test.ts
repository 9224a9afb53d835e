import assert from "node:assert/strict"
import { test } from "node:test"
import {
  AdminAddUserToGroupCommand,
  CreateGroupCommand,
  CreateResourceServerCommand,
  UpdateUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { claimsOf } from "./cognito-idp-world.ts"
import { authorizeQuery, CALLBACK, type HostedWorld, openHosted, WEB_CLIENT } from "./hosted-world.ts"

const exchange = async ({ token, clientId }: HostedWorld, code: string) =>
  token({ grant_type: "authorization_code", client_id: clientId, code, redirect_uri: CALLBACK })

const refresh = async ({ token, clientId }: HostedWorld, refresh_token: string) =>
  (await token({ grant_type: "refresh_token", client_id: clientId, refresh_token })).body

test("an access token is bound to the resource that was asked for, after refreshing too", async () => {
  await using world = await openHosted({}, {}, { managedLoginVersion: 2 })
  await world.addUser("ann")
  const resource = "https://api.example/books"
  const { body } = await exchange(world, await world.codeFor("ann", { resource }))
  assert.equal(claimsOf(body.access_token).aud, resource)
  assert.equal(claimsOf(body.id_token).aud, world.clientId)
  assert.equal(claimsOf((await refresh(world, body.refresh_token)).access_token).aud, resource)
  for (const wrong of ["books", "http://api.example/", "https://api.example/#x", ""]) {
    const { headers } = await world.browser().get("/oauth2/authorize", authorizeQuery(world, { resource: wrong }))
    assert.equal(headers.location, `${CALLBACK}?error=invalid_request`, wrong)
  }
})

test("tokens have the user's groups and roles, and scopes of resource servers that are there", async () => {
  await using world = await openHosted()
  const { idp, poolId: UserPoolId, clientId: ClientId } = world
  const Scopes = [{ ScopeName: "read", ScopeDescription: "read" }]
  const server = { UserPoolId, Identifier: "books", Name: "books" }
  await idp.send(new CreateResourceServerCommand({ ...server, Scopes }))
  const scopes = ["openid", "books/read"]
  await idp.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ...WEB_CLIENT, AllowedOAuthScopes: scopes }))
  await world.addUser("ann")
  const RoleArn = "arn:aws:iam::123456789012:role/readers"
  await idp.send(new CreateGroupCommand({ UserPoolId, GroupName: "readers", RoleArn }))
  await idp.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName: "readers", Username: "ann" }))
  const { body } = await exchange(world, await world.codeFor("ann"))
  const [id, access] = [claimsOf(body.id_token), claimsOf(body.access_token)]
  assert.deepEqual([id["cognito:groups"], access["cognito:groups"]], [["readers"], ["readers"]])
  assert.deepEqual([id["cognito:roles"], id["cognito:preferred_role"]], [[RoleArn], RoleArn])
  assert.equal(access.scope, "openid books/read")
})

test("the pool's function is asked at the sign-in, about the scopes, and what it says is in the tokens", async () => {
  const events: { triggerSource: string; request: { scopes?: string[] } }[] = []
  const preTokenGenerationV2 = async (event: (typeof events)[number]) => {
    events.push(event)
    const tokens = { claimsToAddOrOverride: { team: "blue", nonce: "x", at_hash: "x" } }
    const accessTokenGeneration = { ...tokens, scopesToAdd: ["extra"] }
    return {
      ...event,
      response: { claimsAndScopeOverrideDetails: { idTokenGeneration: tokens, accessTokenGeneration } },
    }
  }
  await using world = await openHosted({}, {}, { triggers: { preTokenGenerationV2 } })
  await world.addUser("ann")
  const code = await world.codeFor("ann", { scope: "openid", nonce: "N" })
  assert.deepEqual(
    events.map(({ triggerSource }) => triggerSource),
    ["TokenGeneration_HostedAuth"],
  )
  assert.deepEqual(events[0]!.request.scopes, ["openid"])
  const { body } = await exchange(world, code)
  const [id, access] = [claimsOf(body.id_token), claimsOf(body.access_token)]
  assert.deepEqual([id.team, id.nonce, access.team, access.scope], ["blue", "N", "blue", "openid extra"])
  assert.notEqual(id.at_hash, "x")
  await refresh(world, body.refresh_token)
  assert.equal(events.at(-1)!.triggerSource, "TokenGeneration_RefreshTokens")
})

test("a function that refuses is heard, and nobody is signed in", async () => {
  const preTokenGeneration = async () => {
    throw new Error("not today")
  }
  await using world = await openHosted({}, {}, { triggers: { preTokenGeneration } })
  await world.addUser("ann")
  const browser = world.browser()
  const address = `${world.base}/login?${new URLSearchParams(authorizeQuery(world))}`
  assert.match(await browser.signIn(address, "ann"), /PreTokenGeneration failed with error not today/)
  assert.ok(!browser.cookies.has("cognito"))
})

test("a scope whose attributes the client may not all read gives no tokens", async () => {
  await using world = await openHosted({}, { ReadAttributes: ["email"] })
  await world.addUser("ann", { email: "ann@example.com" })
  const { status, body } = await exchange(world, await world.codeFor("ann", { scope: "openid email" }))
  assert.deepEqual([status, body], [400, { error: "invalid_grant" }])
  assert.equal((await exchange(world, await world.codeFor("ann", { scope: "openid" }))).status, 200)
})

test("what is refused is explained, without secrets", async () => {
  await using world = await openHosted({}, { GenerateSecret: true })
  await world.addUser("ann")
  const explained = async (ask: () => Promise<unknown>) => {
    await ask()
    return world.server.explain()
  }
  const browser = world.browser()
  const query = authorizeQuery(world, { redirect_uri: "https://app.example/other" })
  const mismatch = await explained(() => browser.get("/oauth2/authorize", query))
  assert.match(mismatch, /OAuth2_Authorize_GET/)
  assert.match(mismatch, /compared letter by letter/)
  assert.ok(mismatch.includes(CALLBACK) && mismatch.includes("https://app.example/other"))
  const form = { grant_type: "authorization_code", client_id: world.clientId, code: "the-code", client_secret: "wrong" }
  const secret = await explained(() => world.token(form))
  assert.match(secret, /did not prove itself by its secret/)
  const code = await explained(() => world.token({ ...form, client_secret: world.clientSecret! }))
  assert.match(code, /The code is not good/)
  for (const text of [mismatch, secret, code])
    for (const hidden of [world.clientSecret!, "the-code", "wrong"]) assert.ok(!text.includes(hidden), hidden)
})
