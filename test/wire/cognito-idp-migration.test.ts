import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { setTimeout } from "node:timers/promises"
import {
  AdminGetUserCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"
import { record, respond, throwing } from "./trigger-world.ts"

const HIDING = {
  ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH" as const, "ALLOW_REFRESH_TOKEN_AUTH" as const],
  PreventUserExistenceErrors: "ENABLED" as const,
}
const getUser = (world: World, Username: string) =>
  world.idp.send(new AdminGetUserCommand({ UserPoolId: world.poolId, Username }))
const attributesOf = async (world: World, Username: string) =>
  Object.fromEntries((await getUser(world, Username)).UserAttributes!.map(({ Name, Value }) => [Name, Value]))
const ANN = { email: "ann@example.com", email_verified: "true", name: "Ann" }
const WRONG = ["NotAuthorizedException", "Incorrect username or password."] as const

describe("signing in", () => {
  test("makes a user of whom the function knows, with the password that was shown", async () => {
    const asked = record("userMigration", "preAuthentication", "preSignUp", "postAuthentication", "preTokenGeneration")
    await using world = await openWorld({}, HIDING, asked.triggers)
    asked.behave(
      "userMigration",
      respond({ userAttributes: { ...ANN, username: "ann" }, finalUserStatus: "CONFIRMED", messageAction: "SUPPRESS" }),
    )
    const weak = "weak-but-theirs"
    const { AuthenticationResult } = await world.idp.send(
      new InitiateAuthCommand({
        ClientId: world.clientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "ann", PASSWORD: weak },
        ClientMetadata: { old: "pool" },
      }),
    )
    assert.ok(AuthenticationResult!.AccessToken)
    assert.deepEqual(asked.sources(), [
      "PreAuthentication_Authentication",
      "UserMigration_Authentication",
      "PreSignUp_AdminCreateUser",
      "PostAuthentication_Authentication",
      "TokenGeneration_Authentication",
    ])
    const [, migration] = asked.events
    assert.equal(migration!.userName, "ann")
    assert.deepEqual(migration!.request, { password: weak, validationData: { old: "pool" } })
    assert.deepEqual(migration!.response, {
      userAttributes: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
      forceAliasCreation: null,
      enableSMSMFA: null,
    })
    assert.equal((await getUser(world, "ann")).UserStatus, "CONFIRMED")
    const { sub, ...attributes } = await attributesOf(world, "ann")
    assert.ok(sub)
    assert.deepEqual(attributes, ANN)
    assert.deepEqual(await world.outbox(), [])
    asked.clear()
    assert.ok((await world.signIn("ann", weak)).AccessToken)
    assert.ok(!asked.sources().includes("UserMigration_Authentication"))
  })

  test("has them set a new password where the function says so, and not where it says nothing", async () => {
    const asked = record("userMigration")
    await using world = await openWorld({}, HIDING, asked.triggers)
    asked.behave("userMigration", respond({ userAttributes: ANN, messageAction: "SUPPRESS" }))
    assert.ok((await world.signIn("cleo")).AccessToken)
    asked.behave(
      "userMigration",
      respond({ userAttributes: ANN, messageAction: "SUPPRESS", finalUserStatus: "RESET_REQUIRED" }),
    )
    await refuses(world.start("ann"), "PasswordResetRequiredException", "Password reset required for the user")
    assert.equal((await getUser(world, "ann")).UserStatus, "RESET_REQUIRED")
    const { clientId: ClientId } = world
    await world.idp.send(new ForgotPasswordCommand({ ClientId, Username: "ann" }))
    await world.idp.send(
      new ConfirmForgotPasswordCommand({
        ClientId,
        Username: "ann",
        ConfirmationCode: await world.lastCode(),
        Password: "Another0!",
      }),
    )
    assert.ok((await world.signIn("ann", "Another0!")).AccessToken)
  })

  test("knows nobody where the function answers nothing or fails, and says no more than elsewhere", async () => {
    for (const [client, nobody] of [
      [HIDING, WRONG],
      [{}, ["UserNotFoundException", "User does not exist."]],
    ] as const) {
      const asked = record("userMigration")
      await using world = await openWorld({}, client, asked.triggers)
      await refuses(world.start("ann"), nobody[0], nobody[1])
      asked.behave("userMigration", respond({ userAttributes: {} }))
      await refuses(world.start("ann"), nobody[0], nobody[1])
      asked.behave("userMigration", throwing("Bad password"))
      await refuses(
        world.start("ann"),
        "UserLambdaValidationException",
        "UserMigration failed with error Bad password.",
      )
      await refuses(getUser(world, "ann"), "UserNotFoundException", "User does not exist.")
    }
  })

  test("takes nobody whom the pool could not have", async () => {
    const asked = record("userMigration", "preSignUp")
    await using world = await openWorld({}, HIDING, asked.triggers)
    const migrating = `Exception migrating user in app client ${world.clientId}`
    const schema = "Attributes did not conform to the schema: shoe: Attribute does not exist in the schema.\n"
    for (const [answer, message] of [
      [{ userAttributes: { ...ANN, username: "bob" } }, migrating],
      [{ userAttributes: { ...ANN, shoe: "44" } }, schema],
      [{ userAttributes: { email: "no address" } }, "Invalid email address format."],
      [{ userAttributes: ANN, enableSMSMFA: true }, migrating],
    ] as const) {
      asked.behave("userMigration", respond({ ...answer, messageAction: "SUPPRESS" }))
      await refuses(world.start("ann"), "UserNotFoundException", message)
    }
    assert.match(await world.server.explain(), /SMS MFA needs a phone_number/)
    asked.behave("userMigration", respond({ userAttributes: ANN, finalUserStatus: "HAPPY" }))
    await refuses(world.start("ann"), "InvalidLambdaResponseException", "Unrecognizable lambda output")
    asked.behave("userMigration", respond({ userAttributes: ANN }))
    asked.behave("preSignUp", throwing("full"))
    await refuses(world.start("ann"), "UserLambdaValidationException", "PreSignUp failed with error full.")
    await refuses(getUser(world, "ann"), "UserNotFoundException", "User does not exist.")
    const UserMigration = "arn:aws:lambda:us-east-1:123456789012:function:closed"
    await world.idp.send(new UpdateUserPoolCommand({ UserPoolId: world.poolId, LambdaConfig: { UserMigration } }))
    await refuses(world.start("ann"), "UserNotFoundException", migrating)
    assert.match(await world.server.explain(), /The trigger UserMigration .* could not be asked/)
  })

  test("in pools where the address is the name, and by an alias", async () => {
    const asked = record("userMigration")
    asked.behave(
      "userMigration",
      respond({ userAttributes: { email: "ann@example.com", email_verified: "true" }, finalUserStatus: "CONFIRMED" }),
    )
    await using world = await openWorld({ UsernameAttributes: ["email"] }, {}, asked.triggers)
    assert.ok((await world.signIn("ann@example.com")).AccessToken)
    await using aliased = await openWorld({ AliasAttributes: ["email"] }, {}, asked.triggers)
    await refuses(
      aliased.start("ann@example.com"),
      "UserNotFoundException",
      `Exception migrating user in app client ${aliased.clientId}`,
    )
    await aliased.addUser("old", { email: "ann@example.com", email_verified: "true" })
    asked.behave(
      "userMigration",
      respond({ userAttributes: { ...ANN, username: "ann" }, finalUserStatus: "CONFIRMED", forceAliasCreation: true }),
    )
    assert.ok((await aliased.signIn("ann")).AccessToken)
    assert.equal((await getUser(aliased, "ann@example.com")).Username, "ann")
  })

  test("welcomes them by the media that the function names", async () => {
    const asked = record("userMigration")
    await using world = await openWorld({}, {}, asked.triggers)
    asked.behave(
      "userMigration",
      respond({ userAttributes: ANN, finalUserStatus: "CONFIRMED", desiredDeliveryMediums: ["EMAIL"] }),
    )
    await world.signIn("ann")
    const [welcome] = await world.outbox()
    assert.equal(welcome!.destination, "ann@example.com")
  })

  test("of two sign-ins at once makes one user", async () => {
    const asked = record("userMigration")
    await using world = await openWorld({}, HIDING, asked.triggers)
    asked.behave("userMigration", async (event) => {
      while (asked.events.length < 2) await setTimeout(5)
      return respond({ userAttributes: ANN, finalUserStatus: "CONFIRMED" })(event)
    })
    const outcomes = await Promise.allSettled([world.signIn("ann", PASSWORD), world.signIn("ann", "Other-Passw0rd!")])
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"])
    const refused = outcomes.find(({ status }) => status === "rejected") as PromiseRejectedResult
    assert.equal(refused.reason.message, WRONG[1])
  })
})

describe("guesses at a password of elsewhere", () => {
  const EXCEEDED = "Password attempts exceeded"
  const knowing = () => {
    const asked = record("userMigration")
    asked.behave("userMigration", (event) => {
      if (event.request.password !== PASSWORD) throw new Error("Bad password")
      return respond({ userAttributes: ANN, messageAction: "SUPPRESS" })(event)
    })
    return asked
  }

  for (const [kind, client] of [
    ["a client that hides who is a user", HIDING],
    ["a client that tells", {}],
  ] as const)
    test(`are counted and locked out: ${kind}`, async () => {
      const asked = knowing()
      await using world = await openWorld({}, client, asked.triggers)
      for (let n = 0; n < 5; n++)
        await refuses(
          world.start("ann", `Wrong0!!${n}`),
          "UserLambdaValidationException",
          "UserMigration failed with error Bad password.",
        )
      await refuses(world.start("ann"), "NotAuthorizedException", EXCEEDED)
      assert.equal(asked.events.length, 5, "the function is not asked any more")
      await world.advance(2)
      assert.ok((await world.signIn("ann")).AccessToken)
    })

  test("of many at once no more are told than of many in a row", async () => {
    const asked = knowing()
    await using world = await openWorld({}, HIDING, asked.triggers)
    const guesses = Array.from({ length: 20 }, (_, n) =>
      world.start("ann", n === 19 ? PASSWORD : `Wrong0!!${n}`).then(
        () => "in",
        (error: Error) => error.message,
      ),
    )
    const told = (await Promise.all(guesses)).filter((outcome) => outcome !== EXCEEDED)
    assert.ok(told.length <= 6, `${told.length} were told`)
  })
})

describe("a forgotten password", () => {
  test("is one of whom the function knows: a code goes to their verified address", async () => {
    const asked = record("userMigration")
    await using world = await openWorld({}, HIDING, asked.triggers)
    asked.behave("userMigration", respond({ userAttributes: ANN, messageAction: "SUPPRESS" }))
    const { clientId: ClientId } = world
    const { CodeDeliveryDetails } = await world.idp.send(
      new ForgotPasswordCommand({ ClientId, Username: "ann", ClientMetadata: { a: "b" } }),
    )
    assert.equal(CodeDeliveryDetails!.AttributeName, "email")
    assert.equal(asked.last().triggerSource, "UserMigration_ForgotPassword")
    assert.deepEqual(asked.last().request, { validationData: null, clientMetadata: { a: "b" } })
    await world.idp.send(
      new ConfirmForgotPasswordCommand({
        ClientId,
        Username: "ann",
        ConfirmationCode: await world.lastCode(),
        Password: "Another0!",
      }),
    )
    assert.ok((await world.signIn("ann", "Another0!")).AccessToken)
  })

  test("is simulated where the function knows nobody", async () => {
    const asked = record("userMigration")
    await using world = await openWorld({}, HIDING, asked.triggers)
    const { CodeDeliveryDetails } = await world.idp.send(
      new ForgotPasswordCommand({ ClientId: world.clientId, Username: "ann" }),
    )
    assert.ok(CodeDeliveryDetails!.Destination)
    assert.deepEqual(await world.outbox(), [])
    await refuses(getUser(world, "ann"), "UserNotFoundException", "User does not exist.")
  })
})
