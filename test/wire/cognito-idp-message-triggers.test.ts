import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  type CreateUserPoolRequest,
  ForgotPasswordCommand,
  GetUserAttributeVerificationCodeCommand,
  ResendConfirmationCodeCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"
import { type Recorded, record, respond, throwing } from "./trigger-world.ts"

const DEVELOPER = {
  EmailSendingAccount: "DEVELOPER" as const,
  SourceArn: "arn:aws:ses:us-east-1:123456789012:identity/books@example.com",
}
const POOL: Partial<CreateUserPoolRequest> = {
  AutoVerifiedAttributes: ["email"],
  EmailConfiguration: DEVELOPER,
}
const MAIL = [
  { Name: "email", Value: "ann@example.com" },
  { Name: "email_verified", Value: "true" },
]

const signUp = (world: World, Username = "ann") =>
  world.idp.send(
    new SignUpCommand({
      ClientId: world.clientId,
      Username,
      Password: PASSWORD,
      UserAttributes: MAIL.slice(0, 1),
      ClientMetadata: { from: "web" },
    }),
  )

/** Everything that sends a message, by the end of its source. */
const SENDINGS: readonly { reason: string; hasClient: boolean; send(world: World): Promise<unknown> }[] = [
  { reason: "SignUp", hasClient: true, send: (world) => signUp(world) },
  {
    reason: "ResendCode",
    hasClient: true,
    send: (world) =>
      world.idp.send(
        new ResendConfirmationCodeCommand({
          ClientId: world.clientId,
          Username: "ann",
          ClientMetadata: { from: "web" },
        }),
      ),
  },
  {
    reason: "AdminCreateUser",
    hasClient: false,
    send: (world) =>
      world.idp.send(
        new AdminCreateUserCommand({
          UserPoolId: world.poolId,
          Username: "bob",
          UserAttributes: MAIL,
          DesiredDeliveryMediums: ["EMAIL"],
          ClientMetadata: { from: "web" },
        }),
      ),
  },
  {
    reason: "AdminCreateUser",
    hasClient: false,
    send: (world) =>
      world.idp.send(
        new AdminCreateUserCommand({
          UserPoolId: world.poolId,
          Username: "bob",
          MessageAction: "RESEND",
          DesiredDeliveryMediums: ["EMAIL"],
          ClientMetadata: { from: "web" },
        }),
      ),
  },
  {
    reason: "ForgotPassword",
    hasClient: true,
    async send(world) {
      await world.addUser("cleo", { email: "cleo@example.com", email_verified: "true" })
      await world.idp.send(
        new ForgotPasswordCommand({ ClientId: world.clientId, Username: "cleo", ClientMetadata: { from: "web" } }),
      )
    },
  },
  {
    reason: "UpdateUserAttribute",
    hasClient: true,
    async send(world) {
      const { AccessToken } = await world.signIn("cleo")
      await world.idp.send(
        new UpdateUserAttributesCommand({
          AccessToken,
          UserAttributes: [{ Name: "email", Value: "cleo@new.example.com" }],
          ClientMetadata: { from: "web" },
        }),
      )
    },
  },
  {
    reason: "VerifyUserAttribute",
    hasClient: true,
    async send(world) {
      const { AccessToken } = await world.signIn("cleo")
      await world.idp.send(
        new GetUserAttributeVerificationCodeCommand({
          AccessToken,
          AttributeName: "email",
          ClientMetadata: { from: "web" },
        }),
      )
    },
  },
  {
    reason: "ForgotPassword",
    hasClient: false,
    async send(world) {
      await world.addUser("dora", { email: "dora@example.com", email_verified: "true" })
      await world.idp.send(
        new AdminResetUserPasswordCommand({
          UserPoolId: world.poolId,
          Username: "dora",
          ClientMetadata: { from: "web" },
        }),
      )
    },
  },
]

describe("CustomMessage", () => {
  const writes = (asked: Recorded) =>
    asked.behave("customMessage", (event) => {
      const { codeParameter, usernameParameter } = event.request
      return respond({
        emailSubject: `About ${event.triggerSource}`,
        emailMessage: `Dear ${usernameParameter ?? "reader"}, use ${codeParameter}. ${codeParameter}!`,
      })(event)
    })

  test("writes every message", async () => {
    const asked = record("customMessage")
    writes(asked)
    await using world = await openWorld(POOL, {}, asked.triggers)
    for (const { reason, hasClient, send } of SENDINGS) {
      const before = (await world.outbox()).length
      asked.clear()
      await send(world)
      assert.deepEqual(asked.sources(), [`CustomMessage_${reason}`])
      const { request, response, callerContext, userName } = asked.last()
      assert.deepEqual(request.clientMetadata, { from: "web" })
      assert.equal(callerContext.clientId, hasClient ? world.clientId : "CLIENT_ID_NOT_APPLICABLE")
      assert.deepEqual(
        [request.codeParameter, request.linkParameter, request.usernameParameter],
        ["{####}", "{##Click Here##}", reason === "AdminCreateUser" ? "{username}" : null],
      )
      assert.deepEqual(response, { smsMessage: null, emailMessage: null, emailSubject: null })
      assert.ok(request.userAttributes.sub && request.userAttributes["cognito:user_status"])
      const sent = (await world.outbox()).slice(before)
      const who = reason === "AdminCreateUser" ? userName : "reader"
      assert.deepEqual(
        sent.map(({ subject, body, code }) => [subject, body.replaceAll(code, "CODE")]),
        [[`About CustomMessage_${reason}`, `Dear ${who}, use CODE. CODE!`]],
      )
    }
  })

  test("writes the text of a second factor, and leaves to the pool what it says nothing of", async () => {
    const asked = record("customMessage")
    await using world = await openWorld({}, {}, asked.triggers)
    await world.addUser("ann", { phone_number: "+12065550100", phone_number_verified: "true" })
    const SmsConfiguration = { SnsCallerArn: `arn:aws:iam::123456789012:role/sms`, ExternalId: "x" }
    await world.idp.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: world.poolId,
        SmsMfaConfiguration: { SmsConfiguration },
        MfaConfiguration: "OPTIONAL",
      }),
    )
    const { AccessToken } = await world.signIn("ann")
    await world.idp.send(
      new SetUserMFAPreferenceCommand({ AccessToken, SMSMfaSettings: { Enabled: true, PreferredMfa: true } }),
    )
    await world.start("ann")
    assert.deepEqual(asked.sources(), ["CustomMessage_Authentication"])
    assert.match((await world.outbox()).at(-1)!.body, /^Your authentication code is \d{6}$/)
    asked.behave("customMessage", respond({ smsMessage: "{####} lets you in" }))
    await world.start("ann")
    assert.match((await world.outbox()).at(-1)!.body, /^\d{6} lets you in$/)
  })

  test("refused, or with a text that cannot be sent, nothing is done", async () => {
    const asked = record("customMessage")
    await using world = await openWorld(POOL, {}, asked.triggers)
    const limit = "1 validation error detected: Value at 'emailBody' failed to satisfy constraint: Member must"
    const cases: [object | string, string, string | RegExp][] = [
      ["no words", "UserLambdaValidationException", "CustomMessage failed with error no words."],
      [
        { emailMessage: "no code" },
        "InvalidParameterException",
        `${limit} satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*\\{####\\}[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*`,
      ],
      [{ emailMessage: "" }, "InvalidParameterException", "The message is empty."],
      [{ emailMessage: `{####}${"x".repeat(20_000)}` }, "InvalidParameterException", /less than or equal to 20000$/],
      [{ smsMessage: `{####}${"x".repeat(140)}` }, "InvalidParameterException", /less than or equal to 140$/],
      [{ emailMessage: 7 }, "InvalidLambdaResponseException", "Unrecognizable lambda output"],
    ]
    for (const [answer, code, message] of cases) {
      asked.behave("customMessage", typeof answer === "string" ? throwing(answer) : respond(answer))
      await refuses(signUp(world), code, message)
      await refuses(
        world.idp.send(new AdminGetUserCommand({ UserPoolId: world.poolId, Username: "ann" })),
        "UserNotFoundException",
        "User does not exist.",
      )
    }
    asked.behave("customMessage", respond({ emailMessage: "{####} without a name" }))
    const invite = {
      UserPoolId: world.poolId,
      Username: "bob",
      UserAttributes: MAIL,
      DesiredDeliveryMediums: ["EMAIL" as const],
    }
    await refuses(world.idp.send(new AdminCreateUserCommand(invite)), "InvalidParameterException", /username/)
    assert.deepEqual(await world.outbox(), [])
  })

  test("writes mails where the pool sends from an address of its own alone", async () => {
    const asked = record("customMessage")
    asked.behave("customMessage", respond({ emailMessage: "{####}" }))
    await using world = await openWorld({ AutoVerifiedAttributes: ["email"] }, {}, asked.triggers)
    await refuses(signUp(world), "InvalidLambdaResponseException", "Unrecognizable lambda output")
    assert.match(await world.server.explain(), /EmailSendingAccount is not DEVELOPER/)
    asked.behave("customMessage", respond({ smsMessage: "{####}" }))
    assert.ok((await signUp(world)).UserSub)
  })

  test("may write a link where the pool sends links", async () => {
    const asked = record("customMessage")
    asked.behave("customMessage", respond({ emailMessage: "Please {##click##}." }))
    const VerificationMessageTemplate = { DefaultEmailOption: "CONFIRM_WITH_LINK" as const }
    await using world = await openWorld({ ...POOL, VerificationMessageTemplate }, {}, asked.triggers)
    await signUp(world)
    const [, link] = /<a href="([^"]+)">click<\/a>/.exec((await world.outbox())[0]!.body)!
    assert.equal((await fetch(link!)).status, 200)
  })

  test("is not asked about whoever is sent nothing", async () => {
    const asked = record("customMessage")
    await using world = await openWorld(POOL, { PreventUserExistenceErrors: "ENABLED" }, asked.triggers)
    await world.idp.send(new ForgotPasswordCommand({ ClientId: world.clientId, Username: "nobody" }))
    await world.idp.send(new ResendConfirmationCodeCommand({ ClientId: world.clientId, Username: "nobody" }))
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    await world.idp.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: world.poolId,
        Username: "ann",
        UserAttributes: [{ Name: "name", Value: "Ann" }],
      }),
    )
    assert.equal(asked.events.length, 0)
  })
})

describe("custom senders", () => {
  test("send every mail in the place of the pool, with the code", async () => {
    const asked = record("customEmailSender", "customMessage")
    await using world = await openWorld(POOL, {}, asked.triggers)
    for (const { reason, send } of SENDINGS) {
      asked.clear()
      await send(world)
      await world.server.work.settle()
      assert.deepEqual(asked.sources(), [`CustomEmailSender_${reason}`])
      const { request, response } = asked.last()
      assert.equal(request.type, "customEmailSenderRequestV1")
      assert.equal(request.code, null)
      assert.deepEqual(request.clientMetadata, { from: "web" })
      assert.match(request.plainCode, reason === "AdminCreateUser" ? /^\S{12,}$/ : /^\d{6}$/)
      assert.equal(response, undefined)
    }
    assert.deepEqual(await world.outbox(), [])
  })

  test("the code that they are told is the one, and what they fail with is nobody's error", async () => {
    const asked = record("customEmailSender")
    asked.behave("customEmailSender", throwing("mail is down"))
    await using world = await openWorld(POOL, {}, asked.triggers)
    const { CodeDeliveryDetails } = await signUp(world)
    assert.equal(CodeDeliveryDetails!.Destination, "a***@e***")
    await world.server.work.settle()
    const { ConfirmSignUpCommand } = await import("@aws-sdk/client-cognito-identity-provider")
    const ConfirmationCode = asked.last().request.plainCode
    await world.idp.send(new ConfirmSignUpCommand({ ClientId: world.clientId, Username: "ann", ConfirmationCode }))
    assert.equal(asked.last().request.userAttributes["cognito:user_status"], "UNCONFIRMED")
  })

  test("are taken in a configuration with a key where they are the test's own", async () => {
    const asked = record("customSMSSender")
    await using world = await openWorld({}, {}, asked.triggers)
    const CustomSMSSender = { LambdaVersion: "V1_0" as const, LambdaArn: world.server.triggerArn("customSMSSender") }
    const KMSKeyID = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    await world.idp.send(
      new UpdateUserPoolCommand({
        UserPoolId: world.poolId,
        AutoVerifiedAttributes: ["phone_number"],
        LambdaConfig: { CustomSMSSender, KMSKeyID },
      }),
    )
    await world.idp.send(
      new SignUpCommand({
        ClientId: world.clientId,
        Username: "ann",
        Password: PASSWORD,
        UserAttributes: [{ Name: "phone_number", Value: "+12065550100" }],
      }),
    )
    await world.server.work.settle()
    assert.equal(asked.last().triggerSource, "CustomSMSSender_SignUp")
    assert.equal(asked.last().request.type, "customSMSSenderRequestV1")
    assert.equal(asked.last().request.clientMetadata, null)
    assert.deepEqual(await world.outbox(), [])
  })
})
