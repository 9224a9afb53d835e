import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { buildClient, CommitmentPolicy, KmsKeyringNode, KMS as SdkKms } from "@aws-crypto/client-node"
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  type CreateUserPoolRequest,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  ForgotPasswordCommand,
  GetUserAttributeVerificationCodeCommand,
  type LambdaConfigType,
  ResendConfirmationCodeCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { IAM } from "@aws-sdk/client-iam"
import { KMS } from "@aws-sdk/client-kms"
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
    assert.match(await world.server.explain(), /EmailSendingAccount is not DEVELOPER.*Give the pool the setting/s)
    asked.behave("customMessage", respond({ smsMessage: "{####}" }))
    assert.ok((await signUp(world)).UserSub)
  })

  test("writes the code that an administrator's change waits for", async () => {
    const asked = record("customMessage")
    const AttributesRequireVerificationBeforeUpdate: ["email"] = ["email"]
    const UserAttributeUpdateSettings = { AttributesRequireVerificationBeforeUpdate }
    await using world = await openWorld({ ...POOL, UserAttributeUpdateSettings }, {}, asked.triggers)
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    const change = () =>
      world.idp.send(
        new AdminUpdateUserAttributesCommand({
          UserPoolId: world.poolId,
          Username: "ann",
          UserAttributes: [{ Name: "email", Value: "ann@new.example.com" }],
          ClientMetadata: { by: "desk" },
        }),
      )
    asked.behave("customMessage", throwing("no words"))
    await refuses(change(), "UserLambdaValidationException", "CustomMessage failed with error no words.")
    const { UserAttributes } = await world.idp.send(
      new AdminGetUserCommand({ UserPoolId: world.poolId, Username: "ann" }),
    )
    assert.equal(UserAttributes!.find(({ Name }) => Name === "email")!.Value, "ann@example.com")
    asked.behave("customMessage", respond({ emailMessage: "{####} is new" }))
    await change()
    const { triggerSource, callerContext, request } = asked.last()
    assert.deepEqual(
      [triggerSource, callerContext.clientId, request.clientMetadata],
      ["CustomMessage_UpdateUserAttribute", "CLIENT_ID_NOT_APPLICABLE", { by: "desk" }],
    )
    const [message] = await world.outbox()
    assert.equal(message!.destination, "ann@new.example.com")
    assert.match(message!.body, /^\d{6} is new$/)
  })

  test("is not asked about a name that is taken", async () => {
    const asked = record("customMessage")
    await using world = await openWorld(POOL, {}, asked.triggers)
    await world.addUser("ann")
    await refuses(signUp(world), "UsernameExistsException", "User already exists")
    const invite = { UserPoolId: world.poolId, Username: "ann", UserAttributes: MAIL }
    await refuses(world.idp.send(new AdminCreateUserCommand(invite)), "UsernameExistsException", /already exists/)
    assert.equal(asked.events.length, 0)
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
    const ConfirmationCode = asked.last().request.plainCode
    await world.idp.send(new ConfirmSignUpCommand({ ClientId: world.clientId, Username: "ann", ConfirmationCode }))
    assert.equal(asked.last().request.userAttributes["cognito:user_status"], "UNCONFIRMED")
  })

  describe("with a key of KMS", () => {
    const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)

    async function openKeyWorld() {
      const asked = record("customSMSSender")
      const world = await openWorld({}, {}, asked.triggers)
      const kms = new KMS(world.server.client)
      const KMSKeyID = (await kms.createKey({})).KeyMetadata!.Arn!
      const LambdaArn = world.server.triggerArn("customSMSSender")
      const configure = (LambdaConfig: LambdaConfigType) =>
        world.idp.send(
          new UpdateUserPoolCommand({
            UserPoolId: world.poolId,
            AutoVerifiedAttributes: ["phone_number"],
            LambdaConfig,
          }),
        )
      const phone = [{ Name: "phone_number", Value: "+12065550100" }]
      const signUpByPhone = async (Username: string) => {
        await world.idp.send(
          new SignUpCommand({ ClientId: world.clientId, Username, Password: PASSWORD, UserAttributes: phone }),
        )
        await world.server.work.settle()
      }
      const grants = async (KeyId = KMSKeyID) => (await kms.listGrants({ KeyId })).Grants!
      return {
        world,
        asked,
        kms,
        KMSKeyID,
        CustomSMSSender: { LambdaVersion: "V1_0" as const, LambdaArn },
        configure,
        signUpByPhone,
        grants,
      }
    }

    test("get the code encrypted, as the AWS Encryption SDK reads it", async () => {
      const { world, asked, KMSKeyID, CustomSMSSender, configure, signUpByPhone } = await openKeyWorld()
      await using _ = world
      await configure({ CustomSMSSender, KMSKeyID })
      await signUpByPhone("ann")
      const { triggerSource, request } = asked.last()
      assert.deepEqual(
        [triggerSource, request.type, request.clientMetadata, request.plainCode],
        ["CustomSMSSender_SignUp", "customSMSSenderRequestV1", null, undefined],
      )
      const client = { ...world.server.client }
      const keyring = new KmsKeyringNode({
        keyIds: [KMSKeyID],
        clientProvider: () => new SdkKms(client as never) as never,
      })
      const { plaintext, messageHeader } = await decrypt(keyring, Buffer.from(request.code, "base64"))
      assert.deepEqual({ ...messageHeader.encryptionContext }, { "userpool-id": world.poolId })
      const ConfirmationCode = plaintext.toString()
      await world.idp.send(new ConfirmSignUpCommand({ ClientId: world.clientId, Username: "ann", ConfirmationCode }))
      assert.deepEqual(await world.outbox(), [])
    })

    test("have it lent to the pool for as long as it is named", async () => {
      const { world, kms, KMSKeyID, CustomSMSSender, configure, grants } = await openKeyWorld()
      await using _ = world
      assert.equal((await grants()).length, 0)
      for (let n = 0; n < 2; n++) await configure({ CustomSMSSender, KMSKeyID })
      assert.equal((await grants()).length, 1)
      const other = (await kms.createKey({})).KeyMetadata!.Arn!
      await configure({ CustomSMSSender, KMSKeyID: other })
      assert.deepEqual([(await grants()).length, (await grants(other)).length], [0, 1])
      await configure({ CustomSMSSender, KMSKeyID })
      await world.idp.send(new DeleteUserPoolCommand({ UserPoolId: world.poolId }))
      assert.deepEqual([(await grants()).length, (await grants(other)).length], [0, 0])
    })

    test("are not sent, nor anything done, where the key cannot be used", async () => {
      const { world, asked, kms, KMSKeyID, CustomSMSSender, configure, signUpByPhone } = await openKeyWorld()
      await using _ = world
      await configure({ CustomSMSSender, KMSKeyID })
      await kms.disableKey({ KeyId: KMSKeyID })
      await refuses(signUpByPhone("ann"), "CodeDeliveryFailureException", /custom sender/)
      assert.match(await world.server.explain(), /CustomSMSSender_SignUp could not be encrypted/)
      assert.equal(asked.events.length, 0)
      await kms.enableKey({ KeyId: KMSKeyID })
      await signUpByPhone("ann")
      assert.equal(asked.events.length, 1)
    })

    test("who names it needs kms:CreateGrant", async () => {
      const { world, KMSKeyID, CustomSMSSender } = await openKeyWorld()
      await using _ = world
      const iam = new IAM(world.server.client)
      await iam.createUser({ UserName: "keeper" })
      const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "cognito-idp:*", Resource: "*" }] }
      await iam.putUserPolicy({ UserName: "keeper", PolicyName: "p", PolicyDocument: JSON.stringify(policy) })
      const { AccessKey } = await iam.createAccessKey({ UserName: "keeper" })
      const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
      const keeper = new CognitoIdentityProviderClient(world.server.clientOf(credentials))
      const update = { UserPoolId: world.poolId, LambdaConfig: { CustomSMSSender, KMSKeyID } }
      await refuses(keeper.send(new UpdateUserPoolCommand(update)), "AccessDeniedException", /kms:CreateGrant/)
      const { UserPool } = await world.idp.send(new DescribeUserPoolCommand({ UserPoolId: world.poolId }))
      assert.deepEqual(UserPool!.LambdaConfig, {})
    })
  })
})
