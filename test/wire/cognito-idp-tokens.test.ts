import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AddCustomAttributesCommand,
  AdminAddUserToGroupCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  DeleteUserCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { CognitoJwtVerifier } from "aws-jwt-verify"
import type { Jwks } from "aws-jwt-verify/jwk"
import { createRemoteJWKSet, jwtVerify } from "jose"
import { claimsOf, openWorld, refuses, type World } from "./cognito-idp-world.ts"

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`

async function group(
  { idp, poolId }: World,
  GroupName: string,
  Precedence?: number,
  RoleArn?: string,
  member?: string,
) {
  await idp.send(new CreateGroupCommand({ UserPoolId: poolId, GroupName, Precedence, RoleArn }))
  if (member) await idp.send(new AdminAddUserToGroupCommand({ UserPoolId: poolId, GroupName, Username: member }))
}

const refresh = ({ idp, clientId }: World, REFRESH_TOKEN: string) =>
  idp.send(
    new InitiateAuthCommand({ ClientId: clientId, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN } }),
  )

const getUser = ({ idp }: World, AccessToken: string) => idp.send(new GetUserCommand({ AccessToken }))

describe("tokens", () => {
  test("have AWS's claims", async () => {
    await using world = await openWorld()
    await world.idp.send(
      new AddCustomAttributesCommand({
        UserPoolId: world.poolId,
        CustomAttributes: [{ Name: "team", AttributeDataType: "String" }],
      }),
    )
    await world.addUser("ann", {
      email: "ann@example.com",
      email_verified: "true",
      "custom:team": "blue",
      address: "Home 1",
    })
    const { IdToken, AccessToken } = await world.signIn("ann")
    const id = claimsOf(IdToken)
    const access = claimsOf(AccessToken)
    const iss = `https://cognito-idp.us-east-1.amazonaws.com/${world.poolId}`
    const { sub, jti, origin_jti, event_id, iat, exp, auth_time } = id
    assert.deepEqual(id, {
      sub,
      email: "ann@example.com",
      email_verified: true,
      "custom:team": "blue",
      address: { formatted: "Home 1" },
      iss,
      "cognito:username": "ann",
      aud: world.clientId,
      token_use: "id",
      jti,
      origin_jti,
      event_id,
      iat,
      exp,
      auth_time,
    })
    assert.deepEqual(access, {
      sub,
      iss,
      client_id: world.clientId,
      origin_jti,
      event_id,
      token_use: "access",
      scope: "aws.cognito.signin.user.admin",
      auth_time,
      exp,
      iat,
      jti: access.jti,
      username: "ann",
    })
    assert.equal(Number(exp) - Number(iat), 3600)
    assert.notEqual(access.jti, jti)
    const kid = (token: string) => JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()).kid
    assert.notEqual(kid(IdToken), kid(AccessToken))
  })

  test("name groups by precedence, their roles and the preferred one", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    await group(world, "c-last", undefined, role("last"), "ann")
    await group(world, "b-second", 2, role("second"), "ann")
    await group(world, "a-plain", 1, undefined, "ann")
    await group(world, "z-first", 0, role("first"), "ann")
    const { IdToken, AccessToken } = await world.signIn("ann")
    const claims = claimsOf(IdToken)
    assert.deepEqual(claims["cognito:groups"], ["z-first", "a-plain", "b-second", "c-last"])
    assert.deepEqual(claims["cognito:roles"], [role("first"), role("second"), role("last")])
    assert.equal(claims["cognito:preferred_role"], role("first"))
    assert.deepEqual(claimsOf(AccessToken)["cognito:groups"], claims["cognito:groups"])
    assert.equal(claimsOf(AccessToken)["cognito:roles"], undefined)
    await group(world, "tie", 0, role("other"), "ann")
    assert.equal(claimsOf((await world.signIn("ann")).IdToken)["cognito:preferred_role"], undefined)
  })

  test("show what the client may read, for as long as the client says", async () => {
    await using world = await openWorld(
      {},
      {
        ReadAttributes: ["email"],
        AccessTokenValidity: 10,
        IdTokenValidity: 5,
        RefreshTokenValidity: 2,
        TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "hours" },
        EnableTokenRevocation: false,
      },
    )
    await world.addUser("ann", { email: "ann@example.com", name: "Ann" })
    const tokens = await world.signIn("ann")
    const id = claimsOf(tokens.IdToken)
    assert.equal(id.email, "ann@example.com")
    assert.equal(id.name, undefined)
    assert.equal(id.origin_jti, undefined)
    assert.equal(tokens.ExpiresIn, 600)
    assert.equal(Number(id.exp) - Number(id.iat), 300)
    const { UserAttributes } = await getUser(world, tokens.AccessToken)
    assert.deepEqual(
      UserAttributes!.map(({ Name }) => Name),
      ["sub", "email"],
    )
    await world.advance(601)
    await refuses(getUser(world, tokens.AccessToken), "NotAuthorizedException", "Access Token has expired")
    assert.ok((await refresh(world, tokens.RefreshToken)).AuthenticationResult)
    await world.advance(7200)
    await refuses(refresh(world, tokens.RefreshToken), "NotAuthorizedException", "Refresh Token has expired")
  })

  test("verify with jose and with aws-jwt-verify against this server's key set", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    const { IdToken, AccessToken } = await world.signIn("ann")
    const found = await fetch(`${world.server.url}/${world.poolId}/.well-known/openid-configuration`)
    const discovery = (await found.json()) as { issuer: string; jwks_uri: string }
    assert.equal(discovery.issuer, `https://cognito-idp.us-east-1.amazonaws.com/${world.poolId}`)
    const keySet = await fetch(discovery.jwks_uri)
    assert.equal(keySet.headers.get("access-control-allow-origin"), "*")
    const jwks = (await keySet.json()) as Jwks
    assert.equal(jwks.keys.length, 2)
    assert.deepEqual(Object.keys(jwks.keys[0]!).sort(), ["alg", "e", "kid", "kty", "n", "use"])

    const keys = createRemoteJWKSet(new URL(discovery.jwks_uri))
    const { payload } = await jwtVerify(IdToken, keys, { issuer: discovery.issuer, audience: world.clientId })
    assert.equal(payload["cognito:username"], "ann")

    const options = { userPoolId: world.poolId, clientId: world.clientId }
    const ids = CognitoJwtVerifier.create({ ...options, tokenUse: "id" })
    ids.cacheJwks(jwks)
    assert.equal((await ids.verify(IdToken))["cognito:username"], "ann")
    const accesses = CognitoJwtVerifier.create({ ...options, tokenUse: "access" })
    accesses.cacheJwks(jwks)
    assert.equal((await accesses.verify(AccessToken)).username, "ann")
    assert.equal((await fetch(`${world.server.url}/us-east-1_nowhere12/.well-known/jwks.json`)).status, 404)
  })
})

describe("access tokens", () => {
  test("that are not this server's are refused", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    const { AccessToken, IdToken } = await world.signIn("ann")
    const [head, body, signature] = AccessToken.split(".") as [string, string, string]
    const altered = Buffer.from(JSON.stringify({ ...claimsOf(AccessToken), username: "bob" })).toString("base64url")
    await refuses(getUser(world, "garbage"), "NotAuthorizedException", "Invalid Access Token")
    await refuses(getUser(world, IdToken), "NotAuthorizedException", "Invalid Access Token")
    await refuses(
      getUser(world, `${head}.${altered}.${signature}`),
      "NotAuthorizedException",
      "Could not verify signature for Access Token",
    )
    const none = Buffer.from('{"alg":"none"}').toString("base64url")
    await refuses(getUser(world, `${none}.${body}.AA`), "NotAuthorizedException", "Invalid Access Token")
  })

  for (const [what, signOut] of [
    ["GlobalSignOut", (world: World, AccessToken: string) => world.idp.send(new GlobalSignOutCommand({ AccessToken }))],
    [
      "AdminUserGlobalSignOut",
      (world: World) =>
        world.idp.send(new AdminUserGlobalSignOutCommand({ UserPoolId: world.poolId, Username: "ann" })),
    ],
  ] as const)
    test(`are revoked by ${what}`, async () => {
      await using world = await openWorld()
      await world.addUser("ann")
      const first = await world.signIn("ann")
      const second = await world.signIn("ann")
      await signOut(world, first.AccessToken)
      for (const { AccessToken, RefreshToken } of [first, second]) {
        await refuses(getUser(world, AccessToken), "NotAuthorizedException", "Access Token has been revoked")
        await refuses(refresh(world, RefreshToken), "NotAuthorizedException", "Refresh Token has been revoked")
      }
      assert.ok(await getUser(world, (await world.signIn("ann")).AccessToken))
    })

  test("are revoked with their refresh token, and no others", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    const first = await world.signIn("ann")
    const second = await world.signIn("ann")
    const renewed = (await refresh(world, first.RefreshToken)).AuthenticationResult!
    const { idp, clientId } = world
    await idp.send(new RevokeTokenCommand({ ClientId: clientId, Token: first.RefreshToken }))
    await idp.send(new RevokeTokenCommand({ ClientId: clientId, Token: first.RefreshToken }))
    for (const token of [first.AccessToken, renewed.AccessToken!])
      await refuses(getUser(world, token), "NotAuthorizedException", "Access Token has been revoked")
    assert.ok(await getUser(world, second.AccessToken))
    await refuses(
      idp.send(new RevokeTokenCommand({ ClientId: clientId, Token: second.AccessToken })),
      "UnsupportedTokenTypeException",
      /./,
    )
  })

  test("are worth nothing without their user", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    await world.addUser("bob")
    const ann = await world.signIn("ann")
    const bob = await world.signIn("bob")
    await world.idp.send(new DeleteUserCommand({ AccessToken: ann.AccessToken }))
    await refuses(getUser(world, ann.AccessToken), "UserNotFoundException", "User does not exist.")
    await refuses(refresh(world, ann.RefreshToken), "NotAuthorizedException", "Invalid Refresh Token")
    await world.idp.send(new AdminDisableUserCommand({ UserPoolId: world.poolId, Username: "bob" }))
    await refuses(getUser(world, bob.AccessToken), "NotAuthorizedException", "User is disabled.")
    await refuses(refresh(world, bob.RefreshToken), "NotAuthorizedException", "User is disabled.")
    await world.idp.send(new AdminEnableUserCommand({ UserPoolId: world.poolId, Username: "bob" }))
    await refuses(getUser(world, bob.AccessToken), "NotAuthorizedException", "Access Token has been revoked")
    await refuses(refresh(world, bob.RefreshToken), "NotAuthorizedException", "Refresh Token has been revoked")
    await world.addUser("ann")
    await refuses(getUser(world, ann.AccessToken), "UserNotFoundException", "User does not exist.")
  })
})

describe("refresh tokens", () => {
  test("renew the same sign-in with what is true now", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    const before = await world.signIn("ann")
    await world.advance(60)
    await group(world, "admins", 0, undefined, "ann")
    await world.idp.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: world.poolId,
        Username: "ann",
        UserAttributes: [{ Name: "name", Value: "Ann" }],
      }),
    )
    const { AuthenticationResult } = await refresh(world, before.RefreshToken)
    assert.equal(AuthenticationResult!.RefreshToken, undefined)
    const [old, now] = [claimsOf(before.IdToken), claimsOf(AuthenticationResult!.IdToken!)]
    for (const same of ["origin_jti", "event_id", "auth_time", "sub"]) assert.equal(now[same], old[same], same)
    for (const other of ["jti", "iat", "exp"]) assert.notEqual(now[other], old[other], other)
    assert.deepEqual([now.name, now["cognito:groups"]], ["Ann", ["admins"]])
  })

  test("are good for their own client alone", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    const { RefreshToken } = await world.signIn("ann")
    const { UserPoolClient } = await world.idp.send(
      new CreateUserPoolClientCommand({ UserPoolId: world.poolId, ClientName: "other" }),
    )
    await refuses(
      refresh({ ...world, clientId: UserPoolClient!.ClientId! }, RefreshToken),
      "NotAuthorizedException",
      "Invalid Refresh Token",
    )
    await refuses(refresh(world, "garbage"), "NotAuthorizedException", "Invalid Refresh Token")
  })

  test("rotate where the client says so", async () => {
    await using world = await openWorld(
      {},
      {
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 },
      },
    )
    await world.addUser("ann")
    const { RefreshToken } = await world.signIn("ann")
    const { idp, clientId } = world
    const renew = (token: string) =>
      idp.send(new GetTokensFromRefreshTokenCommand({ ClientId: clientId, RefreshToken: token }))
    await refuses(refresh(world, RefreshToken), "InvalidParameterException", /rotation/)
    const next = (await renew(RefreshToken)).AuthenticationResult!
    assert.notEqual(next.RefreshToken, RefreshToken)
    assert.ok((await renew(RefreshToken)).AuthenticationResult, "within the grace period")
    await world.advance(11)
    await refuses(renew(RefreshToken), "RefreshTokenReuseException", /./)
    const last = (await renew(next.RefreshToken!)).AuthenticationResult!
    assert.equal(claimsOf(last.IdToken!).origin_jti, claimsOf(next.IdToken!).origin_jti)
    await idp.send(new RevokeTokenCommand({ ClientId: clientId, Token: last.RefreshToken }))
    await refuses(getUser(world, next.AccessToken!), "NotAuthorizedException", "Access Token has been revoked")
  })

  test("are had without rotation from GetTokensFromRefreshToken, too", async () => {
    await using world = await openWorld({}, { GenerateSecret: true, ExplicitAuthFlows: undefined })
    const { idp, clientId } = world
    await refuses(
      idp.send(
        new GetTokensFromRefreshTokenCommand({ ClientId: clientId, RefreshToken: "x", ClientSecret: "y".repeat(24) }),
      ),
      "NotAuthorizedException",
      /Unable to verify/,
    )
    await refuses(
      idp.send(
        new GetTokensFromRefreshTokenCommand({
          ClientId: clientId,
          RefreshToken: "x",
          ClientSecret: world.clientSecret,
        }),
      ),
      "NotAuthorizedException",
      "Invalid Refresh Token",
    )
  })
})
