import assert from "node:assert/strict"
import { test } from "node:test"
import { UpdateUserPoolCommand } from "@aws-sdk/client-cognito-identity-provider"
import { claimsOf, refuses } from "./cognito-idp-world.ts"
import { authorizeQuery, CALLBACK, codeOf, type HostedWorld, openHosted } from "./hosted-world.ts"

const claimsFor = async ({ token, clientId }: HostedWorld, location: string) => {
  const code = codeOf(location)
  const { body } = await token({ grant_type: "authorization_code", client_id: clientId, code, redirect_uri: CALLBACK })
  return { id: claimsOf(body.id_token), access: claimsOf(body.access_token), refresh: body.refresh_token }
}

test("tokens tell the level and the methods where the application asks for them, after refreshing too", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const browser = world.browser()
  const signIn = async (more: Record<string, string>) => {
    const { headers } = await browser.get("/oauth2/authorize", authorizeQuery(world, more))
    return claimsFor(world, await browser.signIn(headers.location!, "ann"))
  }
  const plain = await signIn({})
  assert.deepEqual([plain.id.acr, plain.id.amr, plain.access.acr], [undefined, undefined, undefined])
  // The user has no factor for more, so what was before is enough.
  const levels = await signIn({ acr_values: "unknown urn:cognito:loa:4 urn:cognito:loa:1" })
  for (const { acr, amr } of [levels.id, levels.access]) assert.deepEqual([acr, amr], ["urn:cognito:loa:1", ["pwd"]])
  assert.equal(levels.id.auth_time, plain.id.auth_time)
  const form = { grant_type: "refresh_token", client_id: world.clientId, refresh_token: levels.refresh }
  assert.deepEqual(claimsOf((await world.token(form)).body.id_token).acr, "urn:cognito:loa:1")

  await world.idp.send(
    new UpdateUserPoolCommand({ UserPoolId: world.poolId, AcrConfiguration: { Level1: { AcrValue: "low" } } }),
  )
  assert.equal((await signIn({ max_age: "3600" })).id.acr, "low")
})

test("a sign-in that is older than max_age is done anew", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const browser = world.browser()
  const begin = async (more: Record<string, string> = {}) =>
    (await browser.get("/oauth2/authorize", authorizeQuery(world, more))).headers.location!
  const first = await claimsFor(world, await browser.signIn(await begin(), "ann"))
  await world.advance(100)
  const same = await claimsFor(world, await begin({ max_age: "200" }))
  assert.equal(same.id.auth_time, first.id.auth_time)
  assert.match(await begin({ max_age: "50" }), /\/login\?/)
  const anew = await claimsFor(world, await browser.signIn(await begin({ max_age: "50" }), "ann"))
  assert.ok(Number(anew.id.auth_time) >= Number(first.id.auth_time) + 100)
})

test("names of levels are four at most, and each another", async () => {
  await using world = await openHosted()
  const set = (AcrConfiguration: Record<string, { AcrValue: string }>, more: object = {}) =>
    world.idp.send(new UpdateUserPoolCommand({ UserPoolId: world.poolId, AcrConfiguration, ...more }))
  const wrong: Record<string, { AcrValue: string }>[] = [
    { Level5: { AcrValue: "x" } },
    { Level1: { AcrValue: "a b" } },
    { Level1: { AcrValue: "x".repeat(65) } },
    { Level1: { AcrValue: "x" }, Level2: { AcrValue: "x" } },
    { Level1: { AcrValue: "urn:cognito:loa:2" } },
  ]
  for (const one of wrong) await refuses(set(one), "InvalidParameterException", "Invalid AcrConfiguration.")
  await set({ Level1: { AcrValue: "urn:cognito:loa:2" }, Level2: { AcrValue: "urn:cognito:loa:1" } })
  await refuses(
    set({ Level1: { AcrValue: "x" } }, { UserPoolTier: "LITE" }),
    "FeatureUnavailableInTierException",
    /LITE/,
  )
})
