import assert from "node:assert/strict"
import { test } from "node:test"
import {
  AdminListUserSessionsCommand,
  AdminRevokeUserSessionCommand,
  CreateUserPoolClientCommand,
  GetUserPoolClientSessionConfigurationCommand,
  GetUserPoolSessionConfigurationCommand,
  ListUserSessionsCommand,
  RevokeUserSessionCommand,
  SetUserPoolClientSessionConfigurationCommand,
  SetUserPoolSessionConfigurationCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { refuses } from "./cognito-idp-world.ts"
import { authorizeQuery, CALLBACK, codeOf, type HostedWorld, openHosted, WEB_CLIENT } from "./hosted-world.ts"

async function openTracked(MaxPerUser = 20): Promise<HostedWorld> {
  const world = await openHosted()
  await world.addUser("ann")
  await world.idp.send(
    new SetUserPoolSessionConfigurationCommand({
      UserPoolId: world.poolId,
      UserSessionTracking: "ENABLED",
      TokenSession: { MaxPerUser },
    }),
  )
  return world
}

const listAll = async ({ idp, poolId: UserPoolId }: HostedWorld) =>
  (await idp.send(new AdminListUserSessionsCommand({ UserPoolId, Username: "ann" }))).Sessions!

const exchange = async ({ token, clientId }: HostedWorld, code: string) =>
  (await token({ grant_type: "authorization_code", client_id: clientId, code, redirect_uri: CALLBACK })).body

test("a pool tracks no sessions unless it is told to", async () => {
  await using world = await openHosted()
  await world.addUser("ann")
  const { idp, poolId: UserPoolId } = world
  const { $metadata, ...found } = await idp.send(new GetUserPoolSessionConfigurationCommand({ UserPoolId }))
  assert.deepEqual(found, { UserPoolId, UserSessionTracking: "DISABLED", TokenSession: { MaxPerUser: 20 } })
  await refuses(listAll(world), "OperationNotEnabledException", /not enabled/)
  const { AccessToken } = await world.signIn("ann")
  await refuses(idp.send(new ListUserSessionsCommand({ AccessToken })), "OperationNotEnabledException", /not enabled/)
  const set = new SetUserPoolClientSessionConfigurationCommand({
    UserPoolId,
    ClientId: world.clientId,
    SSOSession: { MaxValidityMinutes: 5 },
  })
  await refuses(idp.send(set), "OperationNotEnabledException", /not enabled/)
  const wrong = { UserPoolId, UserSessionTracking: "ENABLED" as const, TokenSession: { MaxPerUser: 101 } }
  await refuses(idp.send(new SetUserPoolSessionConfigurationCommand(wrong)), "InvalidParameterException", /100/)
})

test("sessions are listed, of browsers and of tokens, and revoked alone or together", async () => {
  await using world = await openTracked()
  const browser = world.browser()
  const code = codeOf(await browser.signIn(`${world.base}/login?${new URLSearchParams(authorizeQuery(world))}`, "ann"))
  const tokens = await exchange(world, code)
  const { AccessToken } = await world.signIn("ann")
  const { Sessions } = await world.idp.send(new ListUserSessionsCommand({ AccessToken }))
  const sso = Sessions!.find(({ SessionType }) => SessionType === "SSO")!
  const own = Sessions!.find(({ IsCurrentSession }) => IsCurrentSession)!
  const web = Sessions!.find(({ OriginSessionId }) => OriginSessionId)!
  assert.match(sso.SessionId!, /^sso[a-z0-9]{25}$/)
  assert.match(web.SessionId!, /^tkn[a-z0-9]{25}$/)
  assert.equal(Sessions!.length, 3)
  assert.deepEqual([web.OriginSessionId, web.SessionType, own.SessionType], [sso.SessionId, "TOKEN", "TOKEN"])
  assert.deepEqual([web.ClientId, web.LastIPAddress, web.DeviceType], [world.clientId, "127.0.0.1", "unknown"])

  const revoke = (SessionId: string, RevokeAssociatedSessions?: "LINKED") =>
    world.idp.send(new RevokeUserSessionCommand({ AccessToken, SessionId, RevokeAssociatedSessions }))
  await refuses(revoke(own.SessionId!), "InvalidParameterException", /by itself/)
  await refuses(revoke(`tkn${"a".repeat(25)}`), "ResourceNotFoundException", "Session does not exist.")
  await revoke(sso.SessionId!, "LINKED")
  assert.deepEqual(
    (await listAll(world)).map(({ SessionId }) => SessionId),
    [own.SessionId],
  )
  const refreshed = await world.token({
    grant_type: "refresh_token",
    client_id: world.clientId,
    refresh_token: tokens.refresh_token,
  })
  assert.deepEqual(refreshed.body, { error: "invalid_grant" })
  assert.match((await browser.get("/oauth2/authorize", authorizeQuery(world))).headers.location!, /\/login\?/)
  await world.idp.send(
    new AdminRevokeUserSessionCommand({ UserPoolId: world.poolId, Username: "ann", SessionId: own.SessionId! }),
  )
  assert.deepEqual(await listAll(world), [])
})

test("of more sessions than a user may have, the one that was used the longest ago ends", async () => {
  await using world = await openTracked(2)
  const first = await world.signIn("ann")
  await world.advance(10)
  const second = await world.signIn("ann")
  await world.advance(10)
  const refresh = (refresh_token: string) =>
    world.token({ grant_type: "refresh_token", client_id: world.clientId, refresh_token })
  assert.equal((await refresh(first.RefreshToken)).status, 200)
  await world.advance(10)
  await world.signIn("ann")
  assert.equal((await listAll(world)).length, 2)
  assert.equal((await refresh(first.RefreshToken)).status, 200)
  assert.deepEqual((await refresh(second.RefreshToken)).body, { error: "invalid_grant" })
})

test("a client says for how long it takes a sign-in of before", async () => {
  await using world = await openTracked()
  const { idp, poolId: UserPoolId, clientId: ClientId } = world
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({ UserPoolId, ClientName: "other", ...WEB_CLIENT }),
  )
  const set = (MaxValidityMinutes: number) =>
    idp.send(
      new SetUserPoolClientSessionConfigurationCommand({ UserPoolId, ClientId, SSOSession: { MaxValidityMinutes } }),
    )
  const isTaken = async (clientId: string, browser: ReturnType<HostedWorld["browser"]>) =>
    (await browser.get("/oauth2/authorize", authorizeQuery({ clientId }))).headers.location!.startsWith(CALLBACK)
  const other = UserPoolClient!.ClientId!
  await set(0)
  const { SSOSession } = await idp.send(new GetUserPoolClientSessionConfigurationCommand({ UserPoolId, ClientId }))
  assert.deepEqual(SSOSession, { MaxValidityMinutes: 0 })
  const browser = world.browser()
  await world.codeFor("ann", {}, browser)
  assert.deepEqual([await isTaken(ClientId, browser), await isTaken(other, browser)], [false, true])
  await set(2000)
  await world.advance(3600)
  assert.deepEqual([await isTaken(ClientId, browser), await isTaken(other, browser)], [true, false])
  await refuses(set(129_601), "InvalidParameterException", /129600/)
})
