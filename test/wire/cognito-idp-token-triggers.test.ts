import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  CognitoIdentityClient,
  CreateIdentityPoolCommand,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  SetIdentityPoolRolesCommand,
} from "@aws-sdk/client-cognito-identity"
import {
  AdminAddUserToGroupCommand,
  AdminDisableUserCommand,
  CreateGroupCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  InitiateAuthCommand,
  UpdateUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam"
import type { Triggers } from "../../src/testing/index.ts"
import { claimsOf, openWorld, refuses, type World } from "./cognito-idp-world.ts"
import { type Recorded, record, respond, throwing } from "./trigger-world.ts"

const ROLE = "arn:aws:iam::123456789012:role/readers"

async function openTokenWorld(name: keyof Triggers): Promise<{ world: World; asked: Recorded }> {
  const asked = record(name)
  const world = await openWorld({}, {}, asked.triggers)
  await world.addUser("ann", { email: "ann@example.com", name: "Ann" })
  const UserPoolId = world.poolId
  await world.idp.send(new CreateGroupCommand({ UserPoolId, GroupName: "readers", RoleArn: ROLE, Precedence: 1 }))
  await world.idp.send(new CreateGroupCommand({ UserPoolId, GroupName: "staff", Precedence: 2 }))
  for (const GroupName of ["readers", "staff"])
    await world.idp.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName, Username: "ann" }))
  return { world, asked }
}

async function tokensOf(world: World) {
  const { IdToken, AccessToken } = await world.signIn("ann")
  return { id: claimsOf(IdToken), access: claimsOf(AccessToken), AccessToken, IdToken }
}

describe("version one", () => {
  test("is told of the groups and their roles, and leaves the tokens as they are", async () => {
    const { world, asked } = await openTokenWorld("preTokenGeneration")
    await using _ = world
    const { id, access } = await tokensOf(world)
    assert.equal(asked.last().version, "1")
    assert.deepEqual(asked.last().response, { claimsOverrideDetails: null })
    assert.deepEqual(asked.last().request, {
      userAttributes: {
        sub: id.sub,
        "cognito:user_status": "CONFIRMED",
        email: "ann@example.com",
        name: "Ann",
      },
      groupConfiguration: {
        groupsToOverride: ["readers", "staff"],
        iamRolesToOverride: [ROLE],
        preferredRole: ROLE,
      },
    })
    assert.deepEqual(id["cognito:groups"], ["readers", "staff"])
    assert.deepEqual(access["cognito:groups"], ["readers", "staff"])
  })

  test("adds to the ID token and suppresses there, which is stronger; what is fixed stays", async () => {
    const { world, asked } = await openTokenWorld("preTokenGeneration")
    await using _ = world
    const fixed = Object.fromEntries(
      "acr amr aud auth_time exp iat iss jti sub token_use event_id identities cognito:username cognito:groups origin_jti dev:custom:x"
        .split(" ")
        .map((name) => [name, "mine"]),
    )
    asked.behave(
      "preTokenGeneration",
      respond({
        claimsOverrideDetails: {
          claimsToAddOrOverride: { ...fixed, tenant: "t1", name: "Anna", shade: "blue" },
          claimsToSuppress: ["email", "shade", "sub", "cognito:username"],
        },
      }),
    )
    const { id, access } = await tokensOf(world)
    for (const name of Object.keys(fixed)) assert.notEqual(id[name], "mine", name)
    assert.deepEqual(
      [id.tenant, id.name, id.shade, id.email, id["cognito:username"]],
      ["t1", "Anna", undefined, undefined, "ann"],
    )
    assert.ok(id.sub)
    assert.equal(access.tenant, undefined)
    assert.equal(access.username, "ann")
  })

  test("takes text alone", async () => {
    const { world, asked } = await openTokenWorld("preTokenGeneration")
    await using _ = world
    for (const claim of [1, true, {}, []]) {
      asked.behave(
        "preTokenGeneration",
        respond({ claimsOverrideDetails: { claimsToAddOrOverride: { tenant: claim } } }),
      )
      await refuses(world.signIn("ann"), "InvalidLambdaResponseException", "Unrecognizable lambda output")
    }
  })

  test("puts groups and roles in the place of the user's, in both tokens", async () => {
    const { world, asked } = await openTokenWorld("preTokenGeneration")
    await using _ = world
    const other = "arn:aws:iam::123456789012:role/writers"
    const groupOverrideDetails = {
      groupsToOverride: ["writers"],
      iamRolesToOverride: [other],
      preferredRole: other,
    }
    asked.behave("preTokenGeneration", respond({ claimsOverrideDetails: { groupOverrideDetails } }))
    const { id, access } = await tokensOf(world)
    assert.deepEqual([id["cognito:groups"], access["cognito:groups"]], [["writers"], ["writers"]])
    assert.deepEqual([id["cognito:roles"], id["cognito:preferred_role"]], [[other], other])
    assert.equal(access["cognito:roles"], undefined)
    for (const none of [null, {}]) {
      asked.behave("preTokenGeneration", respond({ claimsOverrideDetails: { groupOverrideDetails: none } }))
      const without = await tokensOf(world)
      for (const name of ["cognito:groups", "cognito:roles", "cognito:preferred_role"])
        assert.deepEqual([without.id[name], without.access[name]], [undefined, undefined], name)
    }
  })

  test("the role that it prefers is the one that an identity pool gives", async () => {
    const { world, asked } = await openTokenWorld("preTokenGeneration")
    await using _ = world
    const { server, poolId, clientId } = world
    const iam = new IAMClient(server.client)
    const identity = new CognitoIdentityClient(server.client)
    const ProviderName = `cognito-idp.us-east-1.amazonaws.com/${poolId}`
    const { IdentityPoolId } = await identity.send(
      new CreateIdentityPoolCommand({
        IdentityPoolName: "p",
        AllowUnauthenticatedIdentities: false,
        CognitoIdentityProviders: [{ ProviderName, ClientId: clientId }],
      }),
    )
    const trust = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: "cognito-identity.amazonaws.com" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { "cognito-identity.amazonaws.com:aud": IdentityPoolId } },
        },
      ],
    }
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: "chosen", AssumeRolePolicyDocument: JSON.stringify(trust) }),
    )
    await identity.send(
      new SetIdentityPoolRolesCommand({
        IdentityPoolId: IdentityPoolId!,
        Roles: {},
        RoleMappings: { [`${ProviderName}:${clientId}`]: { Type: "Token", AmbiguousRoleResolution: "Deny" } },
      }),
    )
    const credentials = async () => {
      const Logins = { [ProviderName]: (await tokensOf(world)).IdToken }
      const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId: IdentityPoolId!, Logins }))
      return identity.send(new GetCredentialsForIdentityCommand({ IdentityId: IdentityId!, Logins }))
    }
    // The group's own role is not there.
    await assert.rejects(credentials())
    const preferred = { groupsToOverride: ["any"], iamRolesToOverride: [Role!.Arn!], preferredRole: Role!.Arn! }
    asked.behave("preTokenGeneration", respond({ claimsOverrideDetails: { groupOverrideDetails: preferred } }))
    assert.ok((await credentials()).Credentials!.AccessKeyId)
    for (const role of ["", "no role", "arn:aws:iam::123456789012:role/none"]) {
      const nonsense = { groupsToOverride: [role], iamRolesToOverride: [role], preferredRole: role }
      asked.behave("preTokenGeneration", respond({ claimsOverrideDetails: { groupOverrideDetails: nonsense } }))
      await assert.rejects(credentials(), (error: { $metadata?: { httpStatusCode?: number } }) => {
        assert.equal(error.$metadata?.httpStatusCode, 400)
        return true
      })
    }
    asked.behave("preTokenGeneration", respond({ claimsOverrideDetails: { groupOverrideDetails: {} } }))
    await assert.rejects(credentials(), { name: "NotAuthorizedException" })
  })
})

for (const [name, version] of [
  ["preTokenGenerationV2", "2"],
  ["preTokenGenerationV3", "3"],
] as const)
  describe(`version ${version}`, () => {
    test("changes both tokens, by claims of any kind, and the scopes", async () => {
      const { world, asked } = await openTokenWorld(name)
      await using _ = world
      asked.behave(
        name,
        respond({
          claimsAndScopeOverrideDetails: {
            idTokenGeneration: { claimsToAddOrOverride: { tenants: ["a", "b"] }, claimsToSuppress: ["name"] },
            accessTokenGeneration: {
              claimsToAddOrOverride: {
                quota: 7,
                flags: { beta: true },
                aud: world.clientId,
                client_id: "mine",
                username: "mine",
              },
              scopesToAdd: ["books/read", "books/write"],
              scopesToSuppress: ["books/write"],
            },
            groupOverrideDetails: { groupsToOverride: ["g"] },
          },
        }),
      )
      const { id, access, AccessToken } = await tokensOf(world)
      assert.equal(asked.last().version, version)
      assert.deepEqual(asked.last().request.scopes, ["aws.cognito.signin.user.admin"])
      assert.deepEqual(asked.last().response, { claimsAndScopeOverrideDetails: null })
      assert.deepEqual([id.tenants, id.name, id.quota], [["a", "b"], undefined, undefined])
      assert.deepEqual([access.quota, access.flags], [7, { beta: true }])
      assert.deepEqual([access.client_id, access.username, access.aud], [world.clientId, "ann", world.clientId])
      assert.equal(access.scope, "aws.cognito.signin.user.admin books/read")
      assert.deepEqual([id["cognito:groups"], access["cognito:groups"]], [["g"], ["g"]])
      assert.equal(id["cognito:roles"], undefined)
      assert.equal((await world.idp.send(new GetUserCommand({ AccessToken }))).Username, "ann")
    })

    test("a scope that it takes away is not there any more, and another's audience is not put in", async () => {
      const { world, asked } = await openTokenWorld(name)
      await using _ = world
      asked.behave(
        name,
        respond({
          claimsAndScopeOverrideDetails: {
            accessTokenGeneration: {
              claimsToAddOrOverride: { aud: "another" },
              scopesToSuppress: ["aws.cognito.signin.user.admin"],
            },
          },
        }),
      )
      const { access, AccessToken } = await tokensOf(world)
      assert.deepEqual([access.scope, access.aud], ["", undefined])
      await refuses(
        world.idp.send(new GetUserCommand({ AccessToken })),
        "NotAuthorizedException",
        "Access Token does not have required scopes",
      )
    })

    test("refuses what cannot be in a token", async () => {
      const { world, asked } = await openTokenWorld(name)
      await using _ = world
      const many = Array.from({ length: 5001 }, (_, n) => `c${n}`)
      for (const details of [
        { accessTokenGeneration: { scopesToAdd: ["two words"] } },
        { idTokenGeneration: { claimsToAddOrOverride: { address: { street: "x" } } } },
        { idTokenGeneration: { claimsToSuppress: many } },
        { accessTokenGeneration: [] },
        "text",
      ]) {
        asked.behave(name, respond({ claimsAndScopeOverrideDetails: details }))
        await refuses(world.signIn("ann"), "InvalidLambdaResponseException", "Unrecognizable lambda output")
      }
    })
  })

describe("refreshing", () => {
  test("asks again, and is refused where the function does", async () => {
    const { world, asked } = await openTokenWorld("preTokenGenerationV2")
    await using _ = world
    const { RefreshToken } = await world.signIn("ann")
    const refresh = () =>
      world.idp.send(
        new InitiateAuthCommand({
          ClientId: world.clientId,
          AuthFlow: "REFRESH_TOKEN_AUTH",
          AuthParameters: { REFRESH_TOKEN: RefreshToken },
          ClientMetadata: { not: "told" },
        }),
      )
    asked.behave(
      "preTokenGenerationV2",
      respond({
        claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { fresh: true } } },
      }),
    )
    const { AuthenticationResult } = await refresh()
    assert.equal(claimsOf(AuthenticationResult!.AccessToken!).fresh, true)
    assert.equal(asked.last().triggerSource, "TokenGeneration_RefreshTokens")
    assert.equal(asked.last().request.clientMetadata, undefined)
    asked.behave("preTokenGenerationV2", throwing("no more"))
    await refuses(refresh(), "UserLambdaValidationException", "PreTokenGeneration failed with error no more.")
  })

  test("a token that rotates is not used up where the function refuses", async () => {
    const { world, asked } = await openTokenWorld("preTokenGeneration")
    await using _ = world
    await world.idp.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: world.poolId,
        ClientId: world.clientId,
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 },
      }),
    )
    const { RefreshToken } = await world.signIn("ann")
    const refresh = () =>
      world.idp.send(
        new GetTokensFromRefreshTokenCommand({ ClientId: world.clientId, RefreshToken, ClientMetadata: { a: "b" } }),
      )
    asked.behave("preTokenGeneration", throwing("no"))
    await refuses(refresh(), "UserLambdaValidationException", "PreTokenGeneration failed with error no.")
    asked.behave("preTokenGeneration", (event) => event)
    assert.ok((await refresh()).AuthenticationResult!.RefreshToken)
    assert.deepEqual(asked.last().request.clientMetadata, { a: "b" })
  })

  test("gives nothing to whoever was disabled while the function ran", async () => {
    const { world, asked } = await openTokenWorld("preTokenGeneration")
    await using _ = world
    const { RefreshToken } = await world.signIn("ann")
    asked.behave("preTokenGeneration", async (event) => {
      await world.idp.send(new AdminDisableUserCommand({ UserPoolId: world.poolId, Username: "ann" }))
      return event
    })
    await refuses(
      world.idp.send(
        new InitiateAuthCommand({
          ClientId: world.clientId,
          AuthFlow: "REFRESH_TOKEN_AUTH",
          AuthParameters: { REFRESH_TOKEN: RefreshToken },
        }),
      ),
      "NotAuthorizedException",
      "User is disabled.",
    )
  })
})
