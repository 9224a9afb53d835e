import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminGetUserCommand,
  AssociateSoftwareTokenCommand,
  type CreateUserPoolRequest,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  type SetUserPoolMfaConfigRequest,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { PASSWORD } from "./cognito-idp-world.ts"
import { Visit } from "./hosted-visit.ts"
import { type HostedWorld, openHosted } from "./hosted-world.ts"
import { totpOf } from "./totp-client.ts"

const SMS = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "x" }
const PEOPLE: Partial<CreateUserPoolRequest> = { AutoVerifiedAttributes: ["email"] }
const CONTACTS = {
  email: "ana@example.com",
  email_verified: "true",
  phone_number: "+12065550100",
  phone_number_verified: "true",
}

const setMfa = (world: HostedWorld, config: Partial<SetUserPoolMfaConfigRequest>) =>
  world.idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId: world.poolId, ...config }))

const signIn = async (world: HostedWorld) =>
  (await new Visit(world).open("/login")).submit({ username: "ana", password: PASSWORD })

describe("a second factor on the pages", () => {
  test("an authenticator is set up by picture or by key, and used from then on", async () => {
    await using world = await openHosted(PEOPLE)
    await setMfa(world, { MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } })
    await world.addUser("ana")
    const visit = await signIn(world)
    assert.equal(visit.title, "Set up an authenticator app")
    assert.match(visit.page.body, /<svg class="qr" role="img" aria-label="QR code for the authenticator app"/)
    const secret = /<code>([A-Z2-7]+)<\/code>/.exec(visit.page.body)![1]!
    await visit.submit({ code: "000000" })
    assert.equal(visit.problem, "That code is not right. Please try again.")
    assert.equal(/<code>([A-Z2-7]+)<\/code>/.exec(visit.page.body)![1], secret)
    await visit.submit({ code: await totpOf(world, secret), device: "telephone" })
    visit.code()

    await world.advance(60)
    const again = await signIn(world)
    assert.equal(again.title, "Open your authenticator app")
    await again.submit({ code: "000000" })
    assert.equal(again.problem, "That code is not right. Please try again.")
    await again.submit({ code: await totpOf(world, secret) })
    again.code()
    const replayed = await signIn(world)
    await replayed.submit({ code: await totpOf(world, secret) })
    assert.equal(replayed.problem, "That code was used before. Wait for the next one.")
  })

  test("a code by text message; another one takes the first one's place, but not without end", async () => {
    await using world = await openHosted({ ...PEOPLE, SmsConfiguration: SMS, MfaConfiguration: "ON" })
    await world.addUser("ana", CONTACTS)
    const visit = await signIn(world)
    assert.equal(visit.title, "Check your phone")
    assert.equal(visit.lead, "We sent a code to +*******0100. Enter it here.")
    const first = await world.lastCode()
    await visit.submit({ code: first === "123456" ? "654321" : "123456" })
    assert.equal(visit.problem, "That code is not right. Please try again.")
    await visit.submit({}, "again")
    assert.equal(visit.notice, "A new code is on its way.")
    await visit.submit({ code: first })
    assert.equal(visit.problem, "That code is not right. Please try again.")
    for (let more = 0; more < 3; more++) await visit.submit({}, "again")
    const sent = (await world.outbox()).length
    await visit.submit({}, "again")
    assert.equal(visit.problem, "Too many requests. Wait a little before you try again.")
    assert.equal((await world.outbox()).length, sent)
    await visit.submit({ code: await world.lastCode() })
    visit.code()
  })

  test("of several the person chooses", async () => {
    await using world = await openHosted({ ...PEOPLE, SmsConfiguration: SMS, MfaConfiguration: "OPTIONAL" })
    await setMfa(world, {
      MfaConfiguration: "OPTIONAL",
      SmsMfaConfiguration: { SmsConfiguration: SMS },
      SoftwareTokenMfaConfiguration: { Enabled: true },
    })
    await world.addUser("ana", CONTACTS)
    const { AccessToken } = await world.signIn("ana")
    const { SecretCode } = await world.idp.send(new AssociateSoftwareTokenCommand({ AccessToken }))
    const UserCode = await totpOf(world, SecretCode!)
    await world.idp.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }))
    await world.idp.send(
      new SetUserMFAPreferenceCommand({
        AccessToken,
        SMSMfaSettings: { Enabled: true },
        SoftwareTokenMfaSettings: { Enabled: true },
      }),
    )
    await world.advance(60)
    const visit = await signIn(world)
    assert.equal(visit.title, "Confirm that it is you")
    assert.deepEqual(
      visit.forms[0]!.buttons.map(({ value }) => value),
      ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
    )
    await visit.submit({}, "SMS_MFA")
    await visit.submit({ code: await world.lastCode() })
    visit.code()
    const other = await signIn(world)
    await other.submit({}, "SOFTWARE_TOKEN_MFA")
    await other.submit({ code: await totpOf(world, SecretCode!) })
    other.code()
  })

  test("who has no telephone number gives one, which the code proves", async () => {
    await using world = await openHosted({ SmsConfiguration: SMS, MfaConfiguration: "ON" })
    await world.addUser("ana")
    const visit = await signIn(world)
    assert.equal(visit.title, "Protect your account")
    const number = "requiredAttributes[phone_number]"
    await visit.submit({ [number]: "0123" })
    assert.equal(visit.problem, "This is not a phone number with + and country code.")
    await visit.submit({ [number]: "" })
    assert.equal(visit.title, "Protect your account")
    await visit.submit({ [number]: "+12065550100" })
    assert.equal(visit.title, "Check your phone")
    assert.equal(visit.lead, "We sent a code to +*******0100. Enter it here.")
    await visit.submit({}, "again")
    assert.equal(visit.notice, "A new code is on its way.")
    const user = () => world.idp.send(new AdminGetUserCommand({ UserPoolId: world.poolId, Username: "ana" }))
    assert.deepEqual(
      (await user()).UserAttributes!.map(({ Name }) => Name),
      ["sub"],
    )
    await visit.submit({ code: "000000" })
    assert.equal(visit.problem, "That code is not right. Please try again.")
    await visit.submit({ code: await world.lastCode() })
    visit.code()
    const { UserAttributes, UserMFASettingList } = await user()
    assert.deepEqual(Object.fromEntries(UserAttributes!.slice(1).map(({ Name, Value }) => [Name, Value])), {
      phone_number: "+12065550100",
      phone_number_verified: "true",
    })
    assert.deepEqual(UserMFASettingList, ["SMS_MFA"])
    const later = await signIn(world)
    await later.submit({ code: await world.lastCode() })
    later.code()
  })

  test("of several that can be set up the person chooses; an address that is there is taken", async () => {
    await using world = await openHosted({ SmsConfiguration: SMS })
    await setMfa(world, {
      MfaConfiguration: "ON",
      SmsMfaConfiguration: { SmsConfiguration: SMS },
      SoftwareTokenMfaConfiguration: { Enabled: true },
    })
    await world.addUser("ana", { phone_number: "+12065550100" })
    const visit = await signIn(world)
    assert.equal(visit.title, "Protect your account")
    const [form] = visit.forms
    visit.page = await visit.browser.post(form!.path, { ...form!.fields, choice: "EMAIL_OTP" })
    assert.equal(visit.problem, "Something in the form is not right. Please check it.")
    await visit.submit({}, "SMS_MFA")
    assert.equal(visit.lead, "We sent a code to +*******0100. Enter it here.")
    await visit.submit({ code: await world.lastCode() })
    visit.code()
    await world.addUser("bo")
    const other = await new Visit(world).open("/login")
    await other.submit({ username: "bo", password: PASSWORD })
    await other.submit({}, "SOFTWARE_TOKEN_MFA")
    assert.equal(other.title, "Set up an authenticator app")
  })

  test("a challenge is for one browser and one pool, and ends with its time", async () => {
    await using world = await openHosted({ ...PEOPLE, SmsConfiguration: SMS, MfaConfiguration: "ON" })
    await world.addUser("ana", CONTACTS)
    const visit = await signIn(world)
    const [form] = visit.forms
    const thief = await new Visit(world).open("/login")
    const fields = { ...form!.fields, _csrf: thief.forms[0]!.fields._csrf!, code: await world.lastCode() }
    thief.page = await thief.browser.post(form!.path, fields)
    assert.equal(thief.title, "Something went wrong")
    await world.advance(181)
    await visit.submit({ code: await world.lastCode() })
    assert.equal(visit.title, "Sign in")
    assert.equal(visit.problem, "That took too long. Please sign in again.")
  })
})

describe("a choice of first factors", () => {
  const CHOICE = { ExplicitAuthFlows: ["ALLOW_USER_AUTH" as const, "ALLOW_REFRESH_TOKEN_AUTH" as const] }
  const POOL: Partial<CreateUserPoolRequest> = {
    ...PEOPLE,
    SmsConfiguration: SMS,
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] } },
  }
  const open = (client = {}) => openHosted(POOL, { ...CHOICE, ...client }, { managedLoginVersion: 2 })

  test("the name comes first, and then a code by mail", async () => {
    await using world = await open()
    await world.addUser("ana", CONTACTS)
    const visit = await new Visit(world).open("/login")
    assert.deepEqual(Object.keys(visit.forms[0]!.fields), ["_csrf", "username"])
    await visit.submit({ username: "ana" })
    assert.equal(visit.title, "Choose how to sign in")
    assert.deepEqual(
      visit.forms[0]!.buttons.map(({ value }) => value),
      ["PASSWORD", "EMAIL_OTP", "SMS_OTP"],
    )
    await visit.submit({}, "EMAIL_OTP")
    assert.equal(visit.title, "Check your email")
    await visit.submit({}, "again")
    await visit.submit({ code: await world.lastCode() })
    visit.code()
  })

  test("a password, tried twice; or another way after all", async () => {
    await using world = await open()
    await world.addUser("ana", CONTACTS)
    const visit = await new Visit(world).open("/login")
    await visit.submit({ username: "ana" })
    await visit.submit({}, "PASSWORD")
    assert.equal(visit.lead, "You are signing in as ana.")
    for (let tries = 0; tries < 2; tries++) {
      await visit.submit({ password: "Wrong-password-1" })
      assert.equal(visit.problem, "Incorrect username or password.")
    }
    await visit.submit({}, "OTHER")
    await visit.submit({}, "SMS_OTP")
    assert.equal(visit.title, "Check your phone")
    await visit.submit({}, "OTHER")
    await visit.submit({}, "PASSWORD")
    await visit.submit({ password: PASSWORD })
    visit.code()
  })

  test("who has a password alone is asked for it at once", async () => {
    await using world = await open()
    await world.addUser("ana")
    const visit = await new Visit(world).open("/login")
    await visit.submit({ username: "ana" })
    assert.equal(visit.title, "Sign in")
    await visit.submit({ password: PASSWORD })
    visit.code()
  })

  test("nobody looks like somebody", async () => {
    await using world = await open({ PreventUserExistenceErrors: "ENABLED" })
    await world.addUser("ana", CONTACTS)
    const visit = await new Visit(world).open("/login")
    await visit.submit({ username: "eve" })
    assert.equal(visit.title, "Choose how to sign in")
    await visit.submit({}, "EMAIL_OTP")
    assert.equal(visit.title, "Check your email")
    await visit.submit({ code: "12345678" })
    assert.equal(visit.problem, "That code is not right. Please try again.")
  })

  test("a choice that was not offered is none", async () => {
    await using world = await open()
    await world.addUser("ana", CONTACTS)
    const visit = await new Visit(world).open("/login")
    await visit.submit({ username: "ana" })
    const [form] = visit.forms
    visit.page = await visit.browser.post(form!.path, { ...form!.fields, choice: "CUSTOM_CHALLENGE" })
    assert.equal(visit.title, "Choose how to sign in")
    assert.equal(visit.problem, "Something in the form is not right. Please check it.")
  })
})
