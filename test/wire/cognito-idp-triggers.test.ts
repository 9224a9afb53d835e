import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { setTimeout } from "node:timers/promises"
import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"
import { record, respond, throwing } from "./trigger-world.ts"

const signUp = (world: World, Username: string, more: object = {}) =>
  world.idp.send(new SignUpCommand({ ClientId: world.clientId, Username, Password: PASSWORD, ...more }))
const getUser = (world: World, Username: string) =>
  world.idp.send(new AdminGetUserCommand({ UserPoolId: world.poolId, Username }))
const attributesOf = async (world: World, Username: string) =>
  Object.fromEntries((await getUser(world, Username)).UserAttributes!.map(({ Name, Value }) => [Name, Value]))

describe("signing up", () => {
  const withMail = { UserAttributes: [{ Name: "email", Value: "ann@example.com" }] }

  test("is asked about before there is a user, and told of when they are confirmed", async () => {
    const asked = record("preSignUp", "postConfirmation")
    await using world = await openWorld({ AutoVerifiedAttributes: ["email"] }, {}, asked.triggers)
    await signUp(world, "ann", {
      ...withMail,
      ValidationData: [{ Name: "invite", Value: "42" }],
      ClientMetadata: { from: "web" },
    })
    assert.deepEqual(asked.events, [
      {
        version: "1",
        triggerSource: "PreSignUp_SignUp",
        region: "us-east-1",
        userPoolId: world.poolId,
        userName: "ann",
        callerContext: { awsSdkVersion: asked.last().callerContext.awsSdkVersion, clientId: world.clientId },
        request: {
          userAttributes: { email: "ann@example.com" },
          validationData: { invite: "42" },
          clientMetadata: { from: "web" },
        },
        response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
      },
    ])
    assert.match(asked.last().callerContext.awsSdkVersion, /^aws-sdk-js-3\.\d+\.\d+$/)
    await world.idp.send(
      new ConfirmSignUpCommand({
        ClientId: world.clientId,
        Username: "ann",
        ConfirmationCode: await world.lastCode(),
        ClientMetadata: { step: "2" },
      }),
    )
    const { UserAttributes } = await getUser(world, "ann")
    const sub = UserAttributes!.find(({ Name }) => Name === "sub")!.Value
    assert.deepEqual(asked.last().request, {
      userAttributes: { sub, "cognito:user_status": "CONFIRMED", email: "ann@example.com", email_verified: "true" },
      clientMetadata: { step: "2" },
    })
    assert.deepEqual(asked.last().response, {})
    assert.deepEqual(asked.sources(), ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"])
  })

  test("leaves out what was not sent, and says null of validation data", async () => {
    const asked = record("preSignUp")
    await using world = await openWorld({}, {}, asked.triggers)
    await signUp(world, "ann")
    assert.deepEqual(asked.last().request, { userAttributes: {}, validationData: null })
  })

  test("is refused in the function's words, and nobody was made", async () => {
    const asked = record("preSignUp")
    asked.behave("preSignUp", throwing("not on the list"))
    await using world = await openWorld({}, {}, asked.triggers)
    await refuses(signUp(world, "ann"), "UserLambdaValidationException", "PreSignUp failed with error not on the list.")
    await refuses(getUser(world, "ann"), "UserNotFoundException", "User does not exist.")
    const explained = await world.server.explain()
    assert.match(explained, /The trigger PreSignUp \(PreSignUp_SignUp\) did not let it pass/)
    assert.match(explained, /it failed: not on the list/)
  })

  test("is confirmed and verified by the function: no code goes out", async () => {
    const asked = record("preSignUp", "postConfirmation")
    asked.behave("preSignUp", respond({ autoConfirmUser: true, autoVerifyEmail: true }))
    await using world = await openWorld({ AutoVerifiedAttributes: ["email"] }, {}, asked.triggers)
    const answer = await signUp(world, "ann", { ...withMail, ClientMetadata: { from: "web" } })
    assert.equal(answer.UserConfirmed, true)
    assert.equal(answer.CodeDeliveryDetails, undefined)
    assert.deepEqual(await world.outbox(), [])
    assert.equal((await getUser(world, "ann")).UserStatus, "CONFIRMED")
    assert.equal((await attributesOf(world, "ann")).email_verified, "true")
    assert.deepEqual(asked.sources(), ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"])
    assert.deepEqual(asked.last().request.clientMetadata, { from: "web" })
    assert.ok((await world.signIn("ann")).AccessToken)
  })

  test("verified alone, the user still has to confirm", async () => {
    const asked = record("preSignUp")
    asked.behave("preSignUp", respond({ autoVerifyEmail: true }))
    await using world = await openWorld({ AutoVerifiedAttributes: ["email"] }, {}, asked.triggers)
    assert.equal((await signUp(world, "ann", withMail)).UserConfirmed, false)
    assert.equal((await world.outbox()).length, 1)
    asked.behave("preSignUp", respond({ autoVerifyPhone: true }))
    await refuses(signUp(world, "bob", withMail), "InvalidParameterException", /phone_number/)
    await refuses(getUser(world, "bob"), "UserNotFoundException", "User does not exist.")
  })

  test("an alias that the function verifies moves to the newcomer", async () => {
    const asked = record("preSignUp")
    asked.behave("preSignUp", respond({ autoConfirmUser: true, autoVerifyEmail: true }))
    await using world = await openWorld({ AliasAttributes: ["email"] }, {}, asked.triggers)
    await signUp(world, "ann", withMail)
    await signUp(world, "bob", withMail)
    assert.equal((await attributesOf(world, "ann")).email_verified, "false")
    assert.equal((await getUser(world, "ann@example.com")).Username, "bob")
  })

  test("of two at once with one name one is made, whatever the function says of both", async () => {
    const asked = record("preSignUp")
    asked.behave("preSignUp", async (event) => {
      while (asked.events.length < 2) await setTimeout(5)
      return respond({ autoConfirmUser: true })(event)
    })
    await using world = await openWorld({}, {}, asked.triggers)
    const outcomes = await Promise.allSettled([signUp(world, "ann"), signUp(world, "ann")])
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"])
    const refused = outcomes.find(({ status }) => status === "rejected") as PromiseRejectedResult
    assert.equal(refused.reason.name, "UsernameExistsException")
  })

  test("what PostConfirmation refuses is told, and stays confirmed", async () => {
    const asked = record("postConfirmation")
    asked.behave("postConfirmation", throwing("mailing list is full"))
    await using world = await openWorld({}, {}, asked.triggers)
    await signUp(world, "ann")
    await refuses(
      world.idp.send(new AdminConfirmSignUpCommand({ UserPoolId: world.poolId, Username: "ann" })),
      "UserLambdaValidationException",
      "PostConfirmation failed with error mailing list is full.",
    )
    assert.equal((await getUser(world, "ann")).UserStatus, "CONFIRMED")
    assert.equal(asked.last().callerContext.clientId, "CLIENT_ID_NOT_APPLICABLE")
  })

  test("by an administrator it is asked about, too; it can refuse and nothing else", async () => {
    const asked = record("preSignUp", "postConfirmation")
    asked.behave("preSignUp", respond({ autoConfirmUser: true, autoVerifyEmail: true }))
    await using world = await openWorld({}, {}, asked.triggers)
    const { User } = await world.idp.send(
      new AdminCreateUserCommand({
        UserPoolId: world.poolId,
        Username: "ann",
        ...withMail,
        MessageAction: "SUPPRESS",
        ClientMetadata: { by: "hr" },
        ValidationData: [{ Name: "desk", Value: "7" }],
      }),
    )
    assert.equal(User!.UserStatus, "FORCE_CHANGE_PASSWORD")
    assert.equal((await attributesOf(world, "ann")).email_verified, undefined)
    assert.deepEqual(asked.sources(), ["PreSignUp_AdminCreateUser"])
    assert.equal(asked.last().callerContext.clientId, "CLIENT_ID_NOT_APPLICABLE")
    assert.deepEqual(asked.last().request, {
      userAttributes: { email: "ann@example.com" },
      validationData: { desk: "7" },
      clientMetadata: { by: "hr" },
    })
    asked.behave("preSignUp", throwing("hiring is over"))
    await refuses(
      world.idp.send(new AdminCreateUserCommand({ UserPoolId: world.poolId, Username: "bob" })),
      "UserLambdaValidationException",
      "PreSignUp failed with error hiring is over.",
    )
    await refuses(getUser(world, "bob"), "UserNotFoundException", "User does not exist.")
  })

  test("PostConfirmation is told of passwords that were forgotten", async () => {
    const asked = record("postConfirmation")
    await using world = await openWorld({}, {}, asked.triggers)
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    const { clientId: ClientId } = world
    await world.idp.send(new ForgotPasswordCommand({ ClientId, Username: "ann" }))
    await world.idp.send(
      new ConfirmForgotPasswordCommand({
        ClientId,
        Username: "ann",
        ConfirmationCode: await world.lastCode(),
        Password: "Another0!",
        ClientMetadata: { a: "b" },
      }),
    )
    assert.deepEqual(asked.sources(), ["PostConfirmation_ConfirmForgotPassword"])
    assert.deepEqual(asked.last().request.clientMetadata, { a: "b" })
  })
})

describe("signing in", () => {
  test("is asked about before the password and behind it, and for the tokens", async () => {
    const asked = record("preAuthentication", "postAuthentication", "preTokenGeneration")
    await using world = await openWorld({}, {}, asked.triggers)
    const username = await world.addUser("ann", { email: "ann@example.com" })
    await world.idp.send(
      new InitiateAuthCommand({
        ClientId: world.clientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: username, PASSWORD },
        ClientMetadata: { captcha: "ok" },
      }),
    )
    assert.deepEqual(asked.sources(), [
      "PreAuthentication_Authentication",
      "PostAuthentication_Authentication",
      "TokenGeneration_Authentication",
    ])
    const [before, behind] = asked.events
    const { sub } = before!.request.userAttributes
    const userAttributes = { sub, "cognito:user_status": "CONFIRMED", email: "ann@example.com" }
    assert.deepEqual(before!.request, { userAttributes, validationData: { captcha: "ok" } })
    assert.deepEqual(behind!.request, { userAttributes })
    asked.clear()
    await refuses(world.start("ann", "Wrong0!!"), "NotAuthorizedException", "Incorrect username or password.")
    assert.deepEqual(asked.sources(), ["PreAuthentication_Authentication"])
  })

  test("asks about nobody where the client hides who is a user, and not elsewhere", async () => {
    const asked = record("preAuthentication", "postAuthentication")
    await using world = await openWorld({}, {}, asked.triggers)
    await refuses(world.start("nobody"), "UserNotFoundException", "User does not exist.")
    assert.equal(asked.events.length, 0)
    await world.idp.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: world.poolId,
        ClientId: world.clientId,
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        PreventUserExistenceErrors: "ENABLED",
      }),
    )
    await world.addUser("ann")
    const wrong = ["NotAuthorizedException", "Incorrect username or password."] as const
    await refuses(world.start("nobody"), ...wrong)
    await refuses(world.start("ann", "Wrong0!!"), ...wrong)
    assert.deepEqual(asked.sources(), ["PreAuthentication_Authentication", "PreAuthentication_Authentication"])
    assert.deepEqual(asked.events[0]!.request, { userAttributes: {}, validationData: null, userNotFound: true })
    assert.equal(asked.events[0]!.userName, "nobody")
    assert.equal(asked.events[1]!.request.userNotFound, false)
    asked.behave("preAuthentication", throwing("not today"))
    const gate = ["UserLambdaValidationException", "PreAuthentication failed with error not today."] as const
    await refuses(world.start("nobody"), ...gate)
    await refuses(world.start("ann", "Wrong0!!"), ...gate)
    await refuses(world.start("ann"), ...gate)
  })

  for (const name of ["postAuthentication", "preTokenGeneration"] as const)
    test(`where ${name} refuses there are no tokens, and nothing is written`, async () => {
      const asked = record(name)
      await using world = await openWorld({}, {}, asked.triggers)
      await world.idp.send(
        new AdminCreateUserCommand({
          UserPoolId: world.poolId,
          Username: "ann",
          TemporaryPassword: PASSWORD,
          MessageAction: "SUPPRESS",
        }),
      )
      const { Session } = await world.start("ann")
      const answer = () =>
        world.idp.send(
          new RespondToAuthChallengeCommand({
            ClientId: world.clientId,
            ChallengeName: "NEW_PASSWORD_REQUIRED",
            Session,
            ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD: "Another0!" },
            ClientMetadata: { k: "v" },
          }),
        )
      asked.behave(name, throwing("no"))
      const trigger = name[0]!.toUpperCase() + name.slice(1)
      await refuses(answer(), "UserLambdaValidationException", `${trigger} failed with error no.`)
      assert.equal((await getUser(world, "ann")).UserStatus, "FORCE_CHANGE_PASSWORD")
      asked.behave(name, (event) => event)
      assert.ok((await answer()).AuthenticationResult!.IdToken)
      const asks = asked.events.length
      await refuses(answer(), "NotAuthorizedException", /^Invalid session for the user/)
      assert.equal(asked.events.length, asks, "no function is asked about what was used up")
      assert.deepEqual(asked.last().request.clientMetadata, { k: "v" })
      assert.equal(asked.last().request.userAttributes["cognito:user_status"], "CONFIRMED")
      if (name === "preTokenGeneration")
        assert.equal(asked.last().triggerSource, "TokenGeneration_NewPasswordChallenge")
    })

  test("gives nobody tokens who was disabled while a function ran", async () => {
    const asked = record("postAuthentication")
    await using world = await openWorld({}, {}, asked.triggers)
    await world.addUser("ann")
    asked.behave("postAuthentication", async (event) => {
      await world.idp.send(new AdminDisableUserCommand({ UserPoolId: world.poolId, Username: "ann" }))
      return event
    })
    await refuses(world.start("ann"), "UserNotFoundException", "User does not exist.")
  })

  test("tells whether a device is new where the pool remembers devices", async () => {
    const asked = record("postAuthentication")
    const DeviceConfiguration = { DeviceOnlyRememberedOnUserPrompt: false, ChallengeRequiredOnNewDevice: false }
    await using world = await openWorld({ DeviceConfiguration }, {}, asked.triggers)
    await world.addUser("ann")
    await world.signIn("ann")
    assert.equal(asked.last().request.newDeviceUsed, true)
  })
})

describe("what a function answers", () => {
  const cases: [name: string, answer: unknown, code: string, message: string][] = [
    ["null", null, "InvalidLambdaResponseException", "Unrecognizable lambda output"],
    ["a text", "fine", "InvalidLambdaResponseException", "Unrecognizable lambda output"],
    ["a list", [], "InvalidLambdaResponseException", "Unrecognizable lambda output"],
    ["a response alone", { response: {} }, "InvalidLambdaResponseException", "Unrecognizable lambda output"],
    ["an error", { errorMessage: "no" }, "UserLambdaValidationException", "PreSignUp failed with error no."],
  ]
  test("is the event, or else the sign-up fails", async () => {
    const asked = record("preSignUp")
    await using world = await openWorld({}, {}, asked.triggers)
    for (const [name, answer, code, message] of cases) {
      asked.behave("preSignUp", () => answer)
      await refuses(signUp(world, name.replaceAll(" ", "-")), code, message)
    }
    const wrong: [string, object][] = [
      ["keys in Pascal case", { Version: "1", Request: {}, Response: {} }],
      ["a flag that is text", { response: { autoConfirmUser: "true" } }],
      ["a response that is a list", { response: [] }],
      ["no request", { request: undefined }],
    ]
    for (const [name, change] of wrong) {
      asked.behave("preSignUp", (event) =>
        "Version" in change ? change : { ...event, ...change, ...("request" in change && { request: undefined }) },
      )
      await refuses(
        signUp(world, name.replaceAll(" ", "-")),
        "InvalidLambdaResponseException",
        "Unrecognizable lambda output",
      )
      assert.match(await world.server.explain(), /The trigger PreSignUp/)
    }
    asked.behave("preSignUp", (event) => ({ ...event, response: { autoConfirmUser: null, other: 1 }, more: true }))
    assert.equal((await signUp(world, "ann")).UserConfirmed, false)
    asked.behave("preSignUp", () => Promise.reject("words"))
    await refuses(signUp(world, "bob"), "UserLambdaValidationException", "PreSignUp failed with error words.")
    asked.behave("preSignUp", () => 1n)
    await refuses(signUp(world, "bob"), "UserLambdaValidationException", /^PreSignUp failed with error .*BigInt.*\.$/)
  })

  test("comes within five seconds by the server's clock, at the third try at the latest", async () => {
    const asked = record("preSignUp")
    await using world = await openWorld({}, {}, asked.triggers)
    asked.behave("preSignUp", async (event) => {
      if (asked.events.length > 2) return event
      await world.server.clock.advance({ seconds: 6 })
      return new Promise(() => {})
    })
    assert.ok((await signUp(world, "ann")).UserSub)
    assert.equal(asked.events.length, 3)
    asked.clear()
    asked.behave("preSignUp", async () => {
      await world.server.clock.advance({ seconds: 6 })
      return new Promise(() => {})
    })
    await refuses(
      signUp(world, "bob"),
      "UnexpectedLambdaException",
      "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
    )
    assert.equal(asked.events.length, 3)
    assert.match(await world.server.explain(), /no answer within 5 seconds, 3 times/)
  })

  test("is asked of the function that the pool names, before any other", async () => {
    const asked = record("preSignUp", "preAuthentication")
    await using world = await openWorld({}, {}, asked.triggers)
    const PreSignUp = world.server.triggerArn("preAuthentication")
    await world.idp.send(new UpdateUserPoolCommand({ UserPoolId: world.poolId, LambdaConfig: { PreSignUp } }))
    asked.behave("preSignUp", throwing("the stand-in"))
    asked.behave("preAuthentication", respond({ autoConfirmUser: true }))
    assert.equal((await signUp(world, "ann")).UserConfirmed, true)
    const nowhere = "arn:aws:states:us-east-1:123456789012:stateMachine:gone"
    await world.idp.send(new UpdateUserPoolCommand({ UserPoolId: world.poolId, LambdaConfig: { PreSignUp: nowhere } }))
    await refuses(
      signUp(world, "bob"),
      "UnexpectedLambdaException",
      "PreSignUp invocation failed due to error ResourceNotFoundException.",
    )
    assert.match(await world.server.explain(), /The trigger PreSignUp \(PreSignUp_SignUp\) could not be asked/)
  })

  test("callbacks answer, too, as handlers of Lambda have them", async () => {
    await using world = await openWorld(
      {},
      {},
      {
        // biome-ignore lint/suspicious/noExplicitAny: as a handler has it
        preSignUp(event: any, context: any, callback: any) {
          event.response.autoConfirmUser = context.functionName !== undefined && context.getRemainingTimeInMillis() > 0
          callback(null, event)
        },
      },
    )
    assert.equal((await signUp(world, "ann")).UserConfirmed, true)
  })
})

describe("the configuration of triggers", () => {
  const arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
  test("is read back, PreTokenGeneration in both its forms", async () => {
    await using world = await openWorld()
    const readBack = async (LambdaConfig: object) => {
      await world.idp.send(new UpdateUserPoolCommand({ UserPoolId: world.poolId, LambdaConfig }))
      const { UserPool } = await world.idp.send(new DescribeUserPoolCommand({ UserPoolId: world.poolId }))
      return UserPool!.LambdaConfig
    }
    const versioned = { LambdaVersion: "V2_0", LambdaArn: arn }
    assert.deepEqual(await readBack({ PreSignUp: arn }), { PreSignUp: arn })
    assert.deepEqual(await readBack({ PreTokenGeneration: arn }), {
      PreTokenGeneration: arn,
      PreTokenGenerationConfig: { LambdaVersion: "V1_0", LambdaArn: arn },
    })
    const both = { PreTokenGeneration: arn, PreTokenGenerationConfig: versioned }
    assert.deepEqual(await readBack({ PreTokenGenerationConfig: versioned }), both)
    assert.deepEqual(await readBack(both), both)
    assert.deepEqual(await readBack({}), {})
    await refuses(
      readBack({ PreTokenGeneration: `${arn}2`, PreTokenGenerationConfig: versioned }),
      "InvalidParameterException",
      /must have the same value/,
    )
    await refuses(
      world.idp.send(
        new CreateUserPoolCommand({
          PoolName: "lite",
          UserPoolTier: "LITE",
          LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: "V2_0", LambdaArn: arn } },
        }),
      ),
      "FeatureUnavailableInTierException",
      /LITE/,
    )
  })

  test("takes custom senders and their key together, and no key that is not here", async () => {
    await using world = await openWorld()
    const configure = (LambdaConfig: object) =>
      world.idp.send(new UpdateUserPoolCommand({ UserPoolId: world.poolId, LambdaConfig }))
    const CustomEmailSender = { LambdaVersion: "V1_0", LambdaArn: arn }
    const KMSKeyID = "arn:aws:kms:us-east-1:123456789012:key/1"
    await refuses(configure({ CustomEmailSender }), "InvalidParameterException", /KMSKeyID is required/)
    await refuses(configure({ KMSKeyID }), "InvalidParameterException", /custom sender/)
    await refuses(configure({ CustomEmailSender, KMSKeyID }), "InvalidParameterException", /key\/1/)
  })

  test("administrators' sign-ins have their client", async () => {
    const asked = record("preAuthentication")
    await using world = await openWorld({}, {}, asked.triggers)
    await world.addUser("ann")
    await world.idp.send(
      new AdminInitiateAuthCommand({
        UserPoolId: world.poolId,
        ClientId: world.clientId,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "ann", PASSWORD },
      }),
    )
    assert.equal(asked.last().callerContext.clientId, world.clientId)
  })
})
