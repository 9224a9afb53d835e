import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminConfirmSignUpCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  DeleteUserAttributesCommand,
  ForgotPasswordCommand,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
  type SignUpRequest,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"

const EMAIL = { Name: "email", Value: "ann@example.com" }

const signUp = ({ idp, clientId }: World, more: Partial<SignUpRequest> = {}) =>
  idp.send(
    new SignUpCommand({ ClientId: clientId, Username: "ann", Password: PASSWORD, UserAttributes: [EMAIL], ...more }),
  )

const confirm = ({ idp, clientId }: World, ConfirmationCode: string, more: object = {}) =>
  idp.send(new ConfirmSignUpCommand({ ClientId: clientId, Username: "ann", ConfirmationCode, ...more }))

const attributesOf = async ({ idp, poolId }: World, Username = "ann") => {
  const user = await idp.send(new AdminGetUserCommand({ UserPoolId: poolId, Username }))
  return {
    status: user.UserStatus,
    ...Object.fromEntries(user.UserAttributes!.map(({ Name, Value }) => [Name, Value])),
  }
}

const wrong = (code: string) => (code === "000000" ? "000001" : "000000")

describe("SignUp", () => {
  test("sends a code, and the code confirms", async () => {
    await using world = await openWorld({ AutoVerifiedAttributes: ["email"] })
    const { UserConfirmed, UserSub, CodeDeliveryDetails } = await signUp(world)
    assert.equal(UserConfirmed, false)
    assert.match(UserSub!, /^[0-9a-f]{8}-/)
    assert.deepEqual(CodeDeliveryDetails, { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "a***@e***" })
    const code = await world.lastCode()
    const [mail] = await world.outbox()
    assert.match(code, /^\d{6}$/)
    assert.equal(mail!.destination, "ann@example.com")
    assert.equal(mail!.body, `Your confirmation code is ${code}`)
    assert.equal((await attributesOf(world)).email_verified, "false")
    await refuses(
      confirm(world, wrong(code)),
      "CodeMismatchException",
      "Invalid verification code provided, please try again.",
    )
    await confirm(world, code)
    const { status, email_verified } = await attributesOf(world)
    assert.deepEqual([status, email_verified], ["CONFIRMED", "true"])
    await refuses(
      confirm(world, code),
      "NotAuthorizedException",
      "User cannot be confirmed. Current status is CONFIRMED",
    )
    assert.ok((await world.signIn("ann")).AccessToken)
  })

  test("writes the pool's own words to the telephone", async () => {
    await using world = await openWorld({
      AutoVerifiedAttributes: ["email", "phone_number"],
      SmsVerificationMessage: "{####} for {username}",
    })
    const { CodeDeliveryDetails } = await signUp(world, {
      UserAttributes: [EMAIL, { Name: "phone_number", Value: "+12065551234" }],
    })
    assert.deepEqual(CodeDeliveryDetails, {
      AttributeName: "phone_number",
      DeliveryMedium: "SMS",
      Destination: "+*******1234",
    })
    const [sms] = await world.outbox()
    assert.deepEqual([sms!.medium, sms!.body], ["SMS", `${sms!.code} for ann`])
  })

  test("refuses what the pool, the client and the schema do not allow", async () => {
    await using world = await openWorld(
      { Schema: [{ Name: "name", AttributeDataType: "String", Required: true, Mutable: true }] },
      { WriteAttributes: ["name", "email"] },
    )
    const named = { UserAttributes: [{ Name: "name", Value: "Ann" }] }
    for (const [Password, violation] of [
      ["Ab1!", "Password not long enough"],
      ["passw0rd!", "Password must have uppercase characters"],
      ["PASSW0RD!", "Password must have lowercase characters"],
      ["Password!", "Password must have numeric characters"],
      ["Passw0rdd", "Password must have symbol characters"],
    ] as const)
      await refuses(
        signUp(world, { ...named, Password }),
        "InvalidPasswordException",
        `Password did not conform with policy: ${violation}`,
      )
    await refuses(
      signUp(world),
      "InvalidParameterException",
      "Attributes did not conform to the schema: name: The attribute is required\n",
    )
    await refuses(
      signUp(world, { UserAttributes: [...named.UserAttributes, { Name: "custom:x", Value: "1" }] }),
      "InvalidParameterException",
      "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.\n",
    )
    await refuses(
      signUp(world, { UserAttributes: [...named.UserAttributes, { Name: "nickname", Value: "x" }] }),
      "NotAuthorizedException",
      "A client attempted to write unauthorized attribute",
    )
    await refuses(
      signUp(world, { UserAttributes: [...named.UserAttributes, { Name: "email_verified", Value: "true" }] }),
      "NotAuthorizedException",
      "A client attempted to write unauthorized attribute",
    )
    await refuses(
      signUp(world, { UserAttributes: [...named.UserAttributes, { Name: "email", Value: "nonsense" }] }),
      "InvalidParameterException",
      "Invalid email address format.",
    )
    await signUp(world, named)
    await refuses(signUp(world, named), "UsernameExistsException", "User already exists")
  })

  test("is for administrators alone where the pool says so", async () => {
    await using world = await openWorld({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } })
    await refuses(signUp(world), "NotAuthorizedException", "SignUp is not permitted for this user pool")
  })
})

describe("ConfirmSignUp", () => {
  test("takes the last code, in its time, a few times", async () => {
    await using world = await openWorld({ AutoVerifiedAttributes: ["email"] })
    await signUp(world)
    const first = await world.lastCode()
    const { idp, clientId, poolId } = world
    const { CodeDeliveryDetails } = await idp.send(
      new ResendConfirmationCodeCommand({ ClientId: clientId, Username: "ann" }),
    )
    assert.equal(CodeDeliveryDetails!.Destination, "a***@e***")
    const second = await world.lastCode()
    if (first !== second)
      await refuses(
        confirm(world, first),
        "CodeMismatchException",
        "Invalid verification code provided, please try again.",
      )
    await world.advance(86_401)
    await refuses(confirm(world, second), "ExpiredCodeException", "Invalid code provided, please request a code again.")
    await idp.send(new ResendConfirmationCodeCommand({ ClientId: clientId, Username: "ann" }))
    const third = await world.lastCode()
    for (let i = 0; i < 19; i++) await assert.rejects(confirm(world, wrong(third)), { name: "CodeMismatchException" })
    await refuses(
      confirm(world, third),
      "LimitExceededException",
      "Attempt limit exceeded, please try after some time.",
    )
    await idp.send(new AdminConfirmSignUpCommand({ UserPoolId: poolId, Username: "ann" }))
    await refuses(
      idp.send(new ResendConfirmationCodeCommand({ ClientId: clientId, Username: "ann" })),
      "InvalidParameterException",
      "User is already confirmed.",
    )
    await refuses(
      idp.send(new ConfirmSignUpCommand({ ClientId: clientId, Username: "nobody", ConfirmationCode: "1" })),
      "UserNotFoundException",
      "Username/client id combination not found.",
    )
  })

  test("is done by a link, where the pool says so", async () => {
    await using world = await openWorld({
      AutoVerifiedAttributes: ["email"],
      VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_LINK" },
    })
    await signUp(world)
    const [mail] = await world.outbox()
    const link = /href="([^"]+)"/.exec(mail!.body)![1]!
    assert.ok(link.startsWith(`${world.server.url}/${world.poolId}/confirmUser?`))
    const code = new URL(link).searchParams.get("confirmation_code")!
    const forged = await fetch(link.replace(code, wrong(code)))
    assert.deepEqual(
      [forged.status, await forged.text()],
      [400, "Invalid verification code provided, please try again."],
    )
    assert.equal((await fetch(link)).status, 200)
    assert.equal((await attributesOf(world)).status, "CONFIRMED")
  })

  test("moves an alias only where that is forced", async () => {
    await using world = await openWorld({ AutoVerifiedAttributes: ["email"], AliasAttributes: ["email"] })
    await world.addUser("bob", { email: "ann@example.com", email_verified: "true" })
    await signUp(world)
    const code = await world.lastCode()
    await refuses(confirm(world, code), "AliasExistsException", "An account with the email already exists.")
    await confirm(world, code, { ForceAliasCreation: true })
    assert.equal((await attributesOf(world, "bob")).email_verified, "false")
    assert.equal((await attributesOf(world, "ann@example.com")).sub, (await attributesOf(world, "ann")).sub)
  })
})

describe("ForgotPassword", () => {
  const forgot = ({ idp, clientId }: World, Username = "ann") =>
    idp.send(new ForgotPasswordCommand({ ClientId: clientId, Username }))
  const reset = ({ idp, clientId }: World, ConfirmationCode: string, Password = "N3wPassword!") =>
    idp.send(new ConfirmForgotPasswordCommand({ ClientId: clientId, Username: "ann", ConfirmationCode, Password }))

  test("sends a code to what is verified; the code sets a password", async () => {
    await using world = await openWorld()
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    await refuses(reset(world, "123456"), "ExpiredCodeException", "Invalid code provided, please request a code again.")
    const { CodeDeliveryDetails } = await forgot(world)
    assert.deepEqual(CodeDeliveryDetails, { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "a***@e***" })
    const code = await world.lastCode()
    await refuses(
      reset(world, wrong(code)),
      "CodeMismatchException",
      "Invalid verification code provided, please try again.",
    )
    await refuses(reset(world, code, "short"), "InvalidPasswordException", /^Password did not conform with policy/)
    await reset(world, code)
    await refuses(reset(world, code), "ExpiredCodeException", "Invalid code provided, please request a code again.")
    await refuses(world.start("ann"), "NotAuthorizedException", "Incorrect username or password.")
    assert.ok((await world.signIn("ann", "N3wPassword!")).AccessToken)
  })

  test("refuses who cannot be reached", async () => {
    await using world = await openWorld()
    await world.addUser("ann", { email: "ann@example.com" })
    await refuses(
      forgot(world),
      "InvalidParameterException",
      "Cannot reset password for the user as there is no registered/verified email or phone_number",
    )
    await refuses(forgot(world, "nobody"), "UserNotFoundException", "Username/client id combination not found.")
    await signUp(world, { Username: "new" })
    await refuses(forgot(world, "new"), "NotAuthorizedException", "User password cannot be reset in the current state.")
  })

  test("answers for unknown users where existence is hidden", async () => {
    await using world = await openWorld({}, { PreventUserExistenceErrors: "ENABLED" })
    await world.addUser("unreachable")
    for (const name of ["nobody", "unreachable"])
      assert.match((await forgot(world, name)).CodeDeliveryDetails!.Destination!, /^[a-z]\*{3}@[a-z]\*{3}$/)
    const { CodeDeliveryDetails } = await forgot(world, "nobody")
    assert.match(CodeDeliveryDetails!.Destination!, /^[a-z]\*{3}@[a-z]\*{3}$/)
    assert.deepEqual((await forgot(world, "nobody")).CodeDeliveryDetails, CodeDeliveryDetails)
    assert.deepEqual(await world.outbox(), [])
    await refuses(
      reset(world, "123456"),
      "CodeMismatchException",
      "Invalid verification code provided, please try again.",
    )
  })

  test("does not honour a code that went to an address of before", async () => {
    await using world = await openWorld()
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    await forgot(world)
    const code = await world.lastCode()
    await world.idp.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: world.poolId,
        Username: "ann",
        UserAttributes: [
          { Name: "email", Value: "new@example.com" },
          { Name: "email_verified", Value: "true" },
        ],
      }),
    )
    await refuses(reset(world, code), "ExpiredCodeException", "Invalid code provided, please request a code again.")
  })

  test("is begun by an administrator, too", async () => {
    await using world = await openWorld()
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    await world.idp.send(new AdminResetUserPasswordCommand({ UserPoolId: world.poolId, Username: "ann" }))
    assert.equal((await attributesOf(world)).status, "RESET_REQUIRED")
    await refuses(world.start("ann"), "PasswordResetRequiredException", "Password reset required for the user")
    await reset(world, await world.lastCode())
    assert.ok((await world.signIn("ann", "N3wPassword!")).AccessToken)
  })
})

describe("one's own account", () => {
  test("changes its password", async () => {
    await using world = await openWorld({ Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 2 } } })
    await world.addUser("ann")
    const { AccessToken } = await world.signIn("ann")
    const change = (PreviousPassword: string, ProposedPassword: string) =>
      world.idp.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword }))
    await refuses(change("Wrong0!!", "N3wPassword!"), "NotAuthorizedException", "Incorrect username or password.")
    await refuses(
      change(PASSWORD, "short"),
      "InvalidPasswordException",
      "Password did not conform with policy: Password not long enough",
    )
    await refuses(change(PASSWORD, PASSWORD), "PasswordHistoryPolicyViolationException", /./)
    await change(PASSWORD, "second-password")
    await refuses(change("second-password", PASSWORD), "PasswordHistoryPolicyViolationException", /./)
    await change("second-password", "third-password")
    assert.ok((await world.signIn("ann", "third-password")).AccessToken)
  })

  test("changes its attributes and verifies them", async () => {
    await using world = await openWorld({
      AutoVerifiedAttributes: ["email"],
      Schema: [{ Name: "once", AttributeDataType: "String", Mutable: false }],
    })
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true", "custom:once": "x" })
    const { AccessToken } = await world.signIn("ann")
    const update = (Name: string, Value: string) =>
      world.idp.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: [{ Name, Value }] }))
    await refuses(
      update("custom:once", "y"),
      "InvalidParameterException",
      "user.custom:once: Attribute cannot be updated.\n",
    )
    await refuses(update("sub", "y"), "InvalidParameterException", "user.sub: Attribute cannot be updated.\n")
    await refuses(
      update("nope", "y"),
      "InvalidParameterException",
      "user.nope: Attribute does not exist in the schema.\n",
    )
    const { CodeDeliveryDetailsList } = await update("email", "new@example.org")
    assert.deepEqual(CodeDeliveryDetailsList, [
      { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "n***@e***" },
    ])
    assert.equal((await attributesOf(world)).email_verified, "false")
    const verify = (Code: string) =>
      world.idp.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: "email", Code }))
    const code = await world.lastCode()
    await refuses(verify(wrong(code)), "CodeMismatchException", "Invalid verification code provided, please try again.")
    await verify(code)
    assert.equal((await attributesOf(world)).email_verified, "true")
    await world.idp.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName: "email" }))
    await verify(await world.lastCode())
    await update("name", "Ann")
    await world.idp.send(new DeleteUserAttributesCommand({ AccessToken, UserAttributeNames: ["name"] }))
    const { UserAttributes, Username } = await world.idp.send(new GetUserCommand({ AccessToken }))
    assert.equal(Username, "ann")
    assert.deepEqual(UserAttributes!.map(({ Name }) => Name).sort(), ["custom:once", "email", "email_verified", "sub"])
  })

  test("keeps the old address until the new one is verified, where the pool says so", async () => {
    await using world = await openWorld({
      AutoVerifiedAttributes: ["email"],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
    })
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    const { AccessToken } = await world.signIn("ann")
    await world.idp.send(
      new UpdateUserAttributesCommand({ AccessToken, UserAttributes: [{ Name: "email", Value: "new@example.org" }] }),
    )
    assert.deepEqual((await attributesOf(world)).email, "ann@example.com")
    const Code = await world.lastCode()
    await world.idp.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: "email", Code }))
    const { email, email_verified } = await attributesOf(world)
    assert.deepEqual([email, email_verified], ["new@example.org", "true"])

    const set = (...UserAttributes: { Name: string; Value: string }[]) =>
      world.idp.send(
        new AdminUpdateUserAttributesCommand({ UserPoolId: world.poolId, Username: "ann", UserAttributes }),
      )
    await set({ Name: "email", Value: "third@example.org" })
    assert.equal((await attributesOf(world)).email, "new@example.org")
    assert.equal((await world.outbox()).at(-1)!.destination, "third@example.org")
    await set({ Name: "email", Value: "fourth@example.org" }, { Name: "email_verified", Value: "true" })
    assert.equal((await attributesOf(world)).email, "fourth@example.org")
  })
})
