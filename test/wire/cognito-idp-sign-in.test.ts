import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { describe, test } from "node:test"
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminResetUserPasswordCommand,
  AdminRespondToAuthChallengeCommand,
  AdminUpdateUserAttributesCommand,
  InitiateAuthCommand,
  type InitiateAuthRequest,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { claimsOf, openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"

const initiate = (
  { idp, clientId }: World,
  AuthFlow: InitiateAuthRequest["AuthFlow"],
  AuthParameters: Record<string, string>,
) => idp.send(new InitiateAuthCommand({ ClientId: clientId, AuthFlow, AuthParameters }))

describe("USER_PASSWORD_AUTH", () => {
  test("answers three tokens to the right password", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    const { ChallengeName, ChallengeParameters, AuthenticationResult } = await world.start("ann")
    assert.equal(ChallengeName, undefined)
    assert.deepEqual(ChallengeParameters, {})
    const { AccessToken, IdToken, RefreshToken, ...rest } = AuthenticationResult!
    assert.deepEqual(rest, { ExpiresIn: 3600, TokenType: "Bearer" })
    assert.equal(claimsOf(AccessToken!).username, "ann")
    assert.equal(claimsOf(IdToken!)["cognito:username"], "ann")
    assert.equal(RefreshToken!.split(".").length, 5)
  })

  test("says why it refuses", async () => {
    await using world = await openWorld({ AutoVerifiedAttributes: ["email"] })
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    const { idp, clientId, poolId } = world
    await refuses(world.start("ann", "Wrong0!!"), "NotAuthorizedException", "Incorrect username or password.")
    await refuses(world.start("nobody"), "UserNotFoundException", "User does not exist.")
    await refuses(
      initiate(world, "USER_PASSWORD_AUTH", { USERNAME: "ann" }),
      "InvalidParameterException",
      "Missing required parameter PASSWORD",
    )
    await refuses(
      initiate(world, "USER_PASSWORD_AUTH", { PASSWORD }),
      "InvalidParameterException",
      "Missing required parameter USERNAME",
    )
    await idp.send(new SignUpCommand({ ClientId: clientId, Username: "new", Password: PASSWORD }))
    await refuses(world.start("new", "Wrong0!!"), "NotAuthorizedException", "Incorrect username or password.")
    await refuses(world.start("new"), "UserNotConfirmedException", "User is not confirmed.")
    await idp.send(new AdminResetUserPasswordCommand({ UserPoolId: poolId, Username: "ann" }))
    await refuses(world.start("ann"), "PasswordResetRequiredException", "Password reset required for the user")
    await idp.send(new AdminDisableUserCommand({ UserPoolId: poolId, Username: "ann" }))
    await refuses(world.start("ann"), "NotAuthorizedException", "User is disabled.")
  })

  test("does not tell who exists where the client hides it", async () => {
    await using world = await openWorld({}, { PreventUserExistenceErrors: "ENABLED" })
    await world.addUser("ann")
    await world.idp.send(new AdminDisableUserCommand({ UserPoolId: world.poolId, Username: "ann" }))
    for (const name of ["nobody", "ann"])
      await refuses(world.start(name, "Wrong0!!"), "NotAuthorizedException", "Incorrect username or password.")
    await refuses(world.start("ann"), "NotAuthorizedException", "User is disabled.")
  })

  test("takes only flows that the client allows", async () => {
    await using world = await openWorld({}, { ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"] })
    await world.addUser("ann")
    await refuses(
      world.start("ann"),
      "InvalidParameterException",
      "USER_PASSWORD_AUTH flow not enabled for this client",
    )
    await refuses(
      initiate(world, "USER_SRP_AUTH", { USERNAME: "ann", SRP_A: "1" }),
      "InvalidParameterException",
      "USER_SRP_AUTH is not enabled for the client.",
    )
    await refuses(
      world.idp.send(
        new AdminInitiateAuthCommand({
          UserPoolId: world.poolId,
          ClientId: world.clientId,
          AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "ann", PASSWORD },
        }),
      ),
      "InvalidParameterException",
      "Auth flow not enabled for this client",
    )
    await refuses(
      initiate(world, "ADMIN_USER_PASSWORD_AUTH", { USERNAME: "ann", PASSWORD }),
      "InvalidParameterException",
      "Initiate Auth method not supported.",
    )
  })

  test("does not know a client that is not there", async () => {
    await using world = await openWorld()
    await refuses(
      world.idp.send(new InitiateAuthCommand({ ClientId: "nope", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: {} })),
      "ResourceNotFoundException",
      "User pool client nope does not exist.",
    )
  })

  test("locks out after five wrong passwords, for longer each time", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    for (let i = 0; i < 5; i++)
      await refuses(world.start("ann", "Wrong0!!"), "NotAuthorizedException", "Incorrect username or password.")
    await refuses(world.start("ann"), "NotAuthorizedException", "Password attempts exceeded")
    await world.advance(2)
    await refuses(world.start("ann", "Wrong0!!"), "NotAuthorizedException", "Incorrect username or password.")
    await world.advance(1)
    await refuses(world.start("ann"), "NotAuthorizedException", "Password attempts exceeded")
    await world.advance(2)
    assert.ok((await world.signIn("ann")).AccessToken)
    await refuses(world.start("ann", "Wrong0!!"), "NotAuthorizedException", "Incorrect username or password.")
    assert.ok((await world.signIn("ann")).AccessToken)
  })
})

describe("client secrets", () => {
  const hashOf = (world: World, username: string) =>
    createHmac("sha256", world.clientSecret!)
      .update(username + world.clientId)
      .digest("base64")

  test("are proved by SECRET_HASH", async () => {
    await using world = await openWorld({}, { GenerateSecret: true })
    await world.addUser("ann")
    const { clientId } = world
    await refuses(
      world.start("ann"),
      "NotAuthorizedException",
      `Client ${clientId} is configured with secret but SECRET_HASH was not received`,
    )
    await refuses(
      initiate(world, "USER_PASSWORD_AUTH", { USERNAME: "ann", PASSWORD, SECRET_HASH: hashOf(world, "bob") }),
      "NotAuthorizedException",
      `Unable to verify secret hash for client ${clientId}`,
    )
    const SECRET_HASH = hashOf(world, "ann")
    const { AuthenticationResult } = await initiate(world, "USER_PASSWORD_AUTH", {
      USERNAME: "ann",
      PASSWORD,
      SECRET_HASH,
    })
    const REFRESH_TOKEN = AuthenticationResult!.RefreshToken!
    const refreshed = await initiate(world, "REFRESH_TOKEN_AUTH", { REFRESH_TOKEN, SECRET_HASH })
    assert.ok(refreshed.AuthenticationResult!.IdToken)
    await refuses(
      initiate(world, "REFRESH_TOKEN_AUTH", { REFRESH_TOKEN }),
      "NotAuthorizedException",
      `Client ${clientId} is configured with secret but SECRET_HASH was not received`,
    )
  })

  test("are not claimed of a client that has none", async () => {
    await using world = await openWorld()
    await refuses(
      initiate(world, "USER_PASSWORD_AUTH", { USERNAME: "ann", PASSWORD, SECRET_HASH: "x" }),
      "NotAuthorizedException",
      `Unable to verify secret hash for client ${world.clientId}`,
    )
  })
})

test("a sub is a name for administrators, and none to sign in with where users have names", async () => {
  await using world = await openWorld()
  await world.addUser("ann")
  const { idp, poolId: UserPoolId, clientId: ClientId } = world
  const { UserAttributes } = await idp.send(new AdminGetUserCommand({ UserPoolId, Username: "ann" }))
  const sub = UserAttributes!.find(({ Name }) => Name === "sub")!.Value!
  assert.equal((await idp.send(new AdminGetUserCommand({ UserPoolId, Username: sub }))).Username, "ann")
  const parameters = { AuthParameters: { USERNAME: sub, PASSWORD, SRP_A: "a1" } }
  for (const call of [
    () => world.start(sub),
    () => idp.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_SRP_AUTH", ...parameters })),
    () =>
      idp.send(
        new AdminInitiateAuthCommand({ UserPoolId, ClientId, AuthFlow: "ADMIN_USER_PASSWORD_AUTH", ...parameters }),
      ),
  ])
    await refuses(call(), "UserNotFoundException", "User does not exist.")
})

describe("NEW_PASSWORD_REQUIRED", () => {
  const schema = [{ Name: "name", AttributeDataType: "String" as const, Required: true, Mutable: true }]

  async function challenge(world: World) {
    const { idp, poolId } = world
    await idp.send(
      new AdminCreateUserCommand({
        UserPoolId: poolId,
        Username: "ann",
        TemporaryPassword: "Temp0rary!",
        MessageAction: "SUPPRESS",
        UserAttributes: [{ Name: "email", Value: "ann@example.com" }],
      }),
    )
    return world.start("ann", "Temp0rary!")
  }
  const answer = ({ idp, clientId }: World, Session: string, ChallengeResponses: Record<string, string>) =>
    idp.send(
      new RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session,
        ChallengeResponses,
      }),
    )

  test("asks for a password and the attributes that are missing", async () => {
    await using world = await openWorld({ Schema: schema })
    const { ChallengeName, ChallengeParameters, Session } = await challenge(world)
    assert.equal(ChallengeName, "NEW_PASSWORD_REQUIRED")
    assert.equal(ChallengeParameters!.USER_ID_FOR_SRP, "ann")
    assert.deepEqual(JSON.parse(ChallengeParameters!.requiredAttributes!), ["userAttributes.name"])
    assert.deepEqual(JSON.parse(ChallengeParameters!.userAttributes!), { email: "ann@example.com" })
    const good = { USERNAME: "ann", NEW_PASSWORD: PASSWORD, "userAttributes.name": "Ann" }
    await refuses(
      answer(world, Session!, { ...good, NEW_PASSWORD: "short" }),
      "InvalidPasswordException",
      "Password does not conform to policy: Password not long enough",
    )
    await refuses(
      answer(world, Session!, { USERNAME: "ann", NEW_PASSWORD: PASSWORD }),
      "InvalidParameterException",
      "Invalid attributes given, name is missing",
    )
    const { AuthenticationResult } = await answer(world, Session!, good)
    assert.equal(claimsOf(AuthenticationResult!.IdToken!).name, "Ann")
    await refuses(
      answer(world, Session!, good),
      "NotAuthorizedException",
      "Invalid session for the user, session can only be used once.",
    )
    assert.ok((await world.signIn("ann")).AccessToken)
  })

  test("changes nothing that is required and was given", async () => {
    const required = ["name", "email", "phone_number"] as const
    const Schema = required.map((Name) => ({
      Name,
      AttributeDataType: "String" as const,
      Required: true,
      Mutable: Name !== "phone_number",
    }))
    await using world = await openWorld({ Schema })
    const { Session } = await challenge(world)
    const good = {
      USERNAME: "ann",
      NEW_PASSWORD: PASSWORD,
      "userAttributes.name": "Ann",
      "userAttributes.phone_number": "+15551234567",
      "userAttributes.nickname": "Annie",
    }
    for (const email of ["eve@example.com", "ann@example.com"])
      await refuses(
        answer(world, Session!, { ...good, "userAttributes.email": email }),
        "NotAuthorizedException",
        "Cannot modify an already provided email",
      )
    const { AuthenticationResult } = await answer(world, Session!, good)
    const { email, name, nickname } = claimsOf(AuthenticationResult!.IdToken!)
    assert.deepEqual([email, name, nickname], ["ann@example.com", "Ann", "Annie"])
  })

  test("changes no name that people sign in with", async () => {
    await using world = await openWorld({ UsernameAttributes: ["email"] })
    const { idp, poolId: UserPoolId } = world
    const [Username, TemporaryPassword] = ["ann@example.com", "Temp0rary!"]
    await idp.send(new AdminCreateUserCommand({ UserPoolId, Username, TemporaryPassword, MessageAction: "SUPPRESS" }))
    const { Session } = await world.start(Username, TemporaryPassword)
    await refuses(
      answer(world, Session!, {
        USERNAME: Username,
        NEW_PASSWORD: PASSWORD,
        "userAttributes.email": "eve@example.com",
      }),
      "NotAuthorizedException",
      "Cannot modify an already provided email",
    )
  })

  test("holds the session to its time, its client and its user", async () => {
    await using world = await openWorld()
    const { Session } = await challenge(world)
    await world.addUser("bob")
    const good = { USERNAME: "ann", NEW_PASSWORD: PASSWORD }
    await refuses(
      answer(world, Session!, { ...good, USERNAME: "bob" }),
      "NotAuthorizedException",
      "Invalid session for the user.",
    )
    await refuses(
      answer(world, `${Session!.slice(0, -8)}AAAAAAA=`, good),
      "NotAuthorizedException",
      "Invalid session for the user.",
    )
    await world.advance(181)
    await refuses(
      answer(world, Session!, good),
      "NotAuthorizedException",
      "Invalid session for the user, session is expired.",
    )
  })

  test("comes no more once the temporary password is too old", async () => {
    await using world = await openWorld()
    await challenge(world)
    await world.advance(7 * 86_400)
    await refuses(
      world.start("ann", "Temp0rary!"),
      "NotAuthorizedException",
      "Temporary password has expired and must be reset by an administrator.",
    )
    await world.idp.send(
      new AdminCreateUserCommand({
        UserPoolId: world.poolId,
        Username: "ann",
        MessageAction: "RESEND",
        TemporaryPassword: "An0ther!!",
      }),
    )
    assert.equal((await world.outbox()).at(-1)!.body, "Your username is ann and temporary password is An0ther!!.")
    assert.equal((await world.start("ann", "An0ther!!")).ChallengeName, "NEW_PASSWORD_REQUIRED")
  })

  test("goes on by the administrator, too", async () => {
    await using world = await openWorld()
    await challenge(world)
    const { idp, poolId, clientId } = world
    const { Session } = await idp.send(
      new AdminInitiateAuthCommand({
        UserPoolId: poolId,
        ClientId: clientId,
        AuthFlow: "ADMIN_NO_SRP_AUTH",
        AuthParameters: { USERNAME: "ann", PASSWORD: "Temp0rary!" },
      }),
    )
    const { AuthenticationResult } = await idp.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId: poolId,
        ClientId: clientId,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session,
        ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD: PASSWORD },
      }),
    )
    assert.ok(AuthenticationResult!.RefreshToken)
  })
})

describe("names to sign in with", () => {
  test("are e-mail addresses where the pool says so", async () => {
    await using world = await openWorld({
      UsernameAttributes: ["email"],
      UsernameConfiguration: { CaseSensitive: false },
    })
    const username = await world.addUser("Ann@Example.com")
    assert.match(username, /^[0-9a-f]{8}-/)
    const claims = claimsOf((await world.signIn("ann@example.com")).IdToken)
    assert.equal(claims["cognito:username"], username)
    assert.equal(claims.sub, username)
    assert.equal(claims.email, "Ann@Example.com")
    assert.ok((await world.signIn(username)).AccessToken)
    await refuses(world.addUser("not an address"), "InvalidParameterException", /1 validation error detected/)
    await refuses(world.addUser("ann"), "InvalidParameterException", "Username should be an email.")
    await refuses(
      world.addUser("ANN@example.com"),
      "UsernameExistsException",
      "An account with the given email already exists.",
    )
  })

  test("are verified aliases beside the username", async () => {
    await using world = await openWorld({ AliasAttributes: ["email", "preferred_username"] })
    await world.addUser("ann", { email: "ann@example.com", preferred_username: "annie" })
    assert.ok((await world.signIn("annie")).AccessToken)
    await refuses(world.start("ann@example.com"), "UserNotFoundException", "User does not exist.")
    await world.idp.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: world.poolId,
        Username: "ann",
        UserAttributes: [{ Name: "email_verified", Value: "true" }],
      }),
    )
    assert.ok((await world.signIn("ann@example.com")).AccessToken)
    await refuses(world.start("ANN"), "UserNotFoundException", "User does not exist.")
    await refuses(
      world.addUser("bob@example.com"),
      "InvalidParameterException",
      "Username cannot be of email format, since user pool is configured for email alias.",
    )
    await refuses(
      world.addUser("bob", { email: "ann@example.com", email_verified: "true" }),
      "AliasExistsException",
      "An account with the given email already exists.",
    )
  })
})
