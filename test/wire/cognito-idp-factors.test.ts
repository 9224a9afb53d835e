import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminGetUserCommand,
  AdminSetUserMFAPreferenceCommand,
  AssociateSoftwareTokenCommand,
  InitiateAuthCommand,
  type InitiateAuthResponse,
  RespondToAuthChallengeCommand,
  type RespondToAuthChallengeRequest,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  type SetUserPoolMfaConfigRequest,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"
import { startSrpClient } from "./srp-client.ts"
import { totpOf } from "./totp-client.ts"

const SMS = { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms" } }
const TOTP = { SoftwareTokenMfaConfiguration: { Enabled: true } }

const configure = ({ idp, poolId }: World, config: Partial<SetUserPoolMfaConfigRequest>) =>
  idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId: poolId, ...config }))

const answer = (
  { idp, clientId }: World,
  ChallengeName: RespondToAuthChallengeRequest["ChallengeName"],
  Session: string | undefined,
  ChallengeResponses: Record<string, string>,
): Promise<InitiateAuthResponse> =>
  idp.send(new RespondToAuthChallengeCommand({ ClientId: clientId, ChallengeName, Session, ChallengeResponses }))

describe("SOFTWARE_TOKEN_MFA", () => {
  test("is set up by who is signed in, and asked for from then on", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    const { idp } = world
    const { AccessToken } = await world.signIn("ann")
    await refuses(
      idp.send(new AssociateSoftwareTokenCommand({ AccessToken })),
      "SoftwareTokenMFANotFoundException",
      /./,
    )
    await configure(world, { MfaConfiguration: "OPTIONAL", ...TOTP })
    const prefer = () =>
      idp.send(
        new SetUserMFAPreferenceCommand({
          AccessToken,
          SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
        }),
      )
    await refuses(prefer(), "InvalidParameterException", "User has not verified software token mfa")
    const { SecretCode } = await idp.send(new AssociateSoftwareTokenCommand({ AccessToken }))
    assert.match(SecretCode!, /^[A-Z2-7]{52}$/)
    const verify = (UserCode: string) => idp.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }))
    await refuses(verify(await totpOf(world, SecretCode!, 5)), "EnableSoftwareTokenMFAException", "Code mismatch")
    assert.equal((await verify(await totpOf(world, SecretCode!))).Status, "SUCCESS")
    assert.equal((await world.start("ann")).ChallengeName, undefined)
    await prefer()
    const { UserMFASettingList, PreferredMfaSetting } = await idp.send(
      new AdminGetUserCommand({ UserPoolId: world.poolId, Username: "ann" }),
    )
    assert.deepEqual([UserMFASettingList, PreferredMfaSetting], [["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA"])

    const first = await world.start("ann")
    assert.equal(first.ChallengeName, "SOFTWARE_TOKEN_MFA")
    const respond = (code: string, Session = first.Session) =>
      answer(world, "SOFTWARE_TOKEN_MFA", Session, { USERNAME: "ann", SOFTWARE_TOKEN_MFA_CODE: code })
    await refuses(
      respond(await totpOf(world, SecretCode!)),
      "ExpiredCodeException",
      "Your software token has already been used once.",
    )
    await refuses(respond(await totpOf(world, SecretCode!, 5)), "CodeMismatchException", /^Invalid code/)
    await world.advance(30)
    const good = await totpOf(world, SecretCode!)
    assert.ok((await respond(good)).AuthenticationResult!.AccessToken)
    await refuses(
      respond(good),
      "NotAuthorizedException",
      "Invalid session for the user, session can only be used once.",
    )
    const { Session } = await world.start("ann")
    await refuses(respond(good, Session), "ExpiredCodeException", "Your software token has already been used once.")
  })

  test("is set up at the first sign-in where the pool demands a factor", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    await configure(world, { MfaConfiguration: "ON", ...TOTP })
    const { idp } = world
    const { ChallengeName, ChallengeParameters, Session, AuthenticationResult } = await world.start("ann")
    assert.deepEqual([ChallengeName, AuthenticationResult], ["MFA_SETUP", undefined])
    assert.deepEqual(JSON.parse(ChallengeParameters!.MFAS_CAN_SETUP!), ["SOFTWARE_TOKEN_MFA"])
    await refuses(answer(world, "MFA_SETUP", Session, { USERNAME: "ann" }), "InvalidParameterException", /./)
    const associated = await idp.send(new AssociateSoftwareTokenCommand({ Session }))
    const verified = await idp.send(
      new VerifySoftwareTokenCommand({
        Session: associated.Session,
        UserCode: await totpOf(world, associated.SecretCode!),
        FriendlyDeviceName: "Telephone",
      }),
    )
    const result = await answer(world, "MFA_SETUP", verified.Session, { USERNAME: "ann" })
    assert.ok(result.AuthenticationResult!.AccessToken)
    const next = await world.start("ann")
    assert.equal(next.ChallengeName, "SOFTWARE_TOKEN_MFA")
    assert.equal(next.ChallengeParameters!.FRIENDLY_DEVICE_NAME, "Telephone")
  })

  test("locks out who guesses", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    await configure(world, { MfaConfiguration: "ON", ...TOTP })
    const { Session } = await world.start("ann")
    const associated = await world.idp.send(new AssociateSoftwareTokenCommand({ Session }))
    const UserCode = await totpOf(world, associated.SecretCode!)
    await world.idp.send(new VerifySoftwareTokenCommand({ Session: associated.Session, UserCode }))
    await world.advance(60)
    const challenge = await world.start("ann")
    const respond = async (later: number) =>
      answer(world, "SOFTWARE_TOKEN_MFA", challenge.Session, {
        USERNAME: "ann",
        SOFTWARE_TOKEN_MFA_CODE: await totpOf(world, associated.SecretCode!, later),
      })
    for (let i = 0; i < 5; i++) await refuses(respond(10 + i), "CodeMismatchException", /^Invalid code/)
    await refuses(respond(0), "NotAuthorizedException", "Password attempts exceeded")
  })
})

describe("SMS_MFA and the choice between factors", () => {
  test("sends a code to the telephone", async () => {
    await using world = await openWorld({ MfaConfiguration: "ON", SmsAuthenticationMessage: "Code: {####}", ...SMS })
    await world.addUser("ann", { phone_number: "+12065551234", phone_number_verified: "true" })
    const { ChallengeName, ChallengeParameters, Session } = await world.start("ann")
    assert.equal(ChallengeName, "SMS_MFA")
    assert.deepEqual(ChallengeParameters, {
      CODE_DELIVERY_DELIVERY_MEDIUM: "SMS",
      CODE_DELIVERY_DESTINATION: "+*******1234",
      USER_ID_FOR_SRP: "ann",
    })
    const code = await world.lastCode()
    assert.equal((await world.outbox()).at(-1)!.body, `Code: ${code}`)
    const respond = (SMS_MFA_CODE: string) => answer(world, "SMS_MFA", Session, { USERNAME: "ann", SMS_MFA_CODE })
    await refuses(respond("x"), "CodeMismatchException", "Invalid code or auth state for the user.")
    await refuses(
      answer(world, "NEW_PASSWORD_REQUIRED", Session, { USERNAME: "ann", NEW_PASSWORD: PASSWORD }),
      "NotAuthorizedException",
      "Invalid session for the user.",
    )
    assert.ok((await respond(code)).AuthenticationResult!.IdToken)
  })

  test("asks which, where there are several", async () => {
    await using world = await openWorld({ MfaConfiguration: "OPTIONAL", ...SMS })
    await configure(world, {
      MfaConfiguration: "OPTIONAL",
      EmailMfaConfiguration: { Subject: "Code", Message: "It is {####}" },
    })
    await world.addUser("ann", { phone_number: "+12065551234", email: "ann@example.com" })
    assert.equal((await world.start("ann")).ChallengeName, undefined)
    await world.idp.send(
      new AdminSetUserMFAPreferenceCommand({
        UserPoolId: world.poolId,
        Username: "ann",
        SMSMfaSettings: { Enabled: true },
        EmailMfaSettings: { Enabled: true },
      }),
    )
    const { ChallengeName, ChallengeParameters, Session } = await world.start("ann")
    assert.equal(ChallengeName, "SELECT_MFA_TYPE")
    assert.deepEqual(JSON.parse(ChallengeParameters!.MFAS_CAN_CHOOSE!), ["SMS_MFA", "EMAIL_OTP"])
    const chosen = await answer(world, "SELECT_MFA_TYPE", Session, { USERNAME: "ann", ANSWER: "EMAIL_OTP" })
    assert.equal(chosen.ChallengeName, "EMAIL_OTP")
    assert.match((await world.outbox()).at(-1)!.body, /^It is \d{8}$/)
    const result = await answer(world, "EMAIL_OTP", chosen.Session, {
      USERNAME: "ann",
      EMAIL_OTP_CODE: await world.lastCode(),
    })
    assert.ok(result.AuthenticationResult!.IdToken)
  })
})

describe("USER_AUTH", () => {
  const FLOWS = { ExplicitAuthFlows: ["ALLOW_USER_AUTH" as const, "ALLOW_REFRESH_TOKEN_AUTH" as const] }
  const POLICIES = {
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD" as const, "EMAIL_OTP" as const] } },
  }
  const begin = ({ idp, clientId }: World, AuthParameters: Record<string, string>) =>
    idp.send(new InitiateAuthCommand({ ClientId: clientId, AuthFlow: "USER_AUTH", AuthParameters }))

  test("offers what the user can sign in with", async () => {
    await using world = await openWorld(POLICIES, FLOWS)
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    const { ChallengeName, AvailableChallenges, Session } = await begin(world, { USERNAME: "ann" })
    assert.equal(ChallengeName, "SELECT_CHALLENGE")
    assert.deepEqual(AvailableChallenges, ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"])
    const byPassword = await answer(world, "SELECT_CHALLENGE", Session, {
      USERNAME: "ann",
      ANSWER: "PASSWORD",
      PASSWORD,
    })
    assert.ok(byPassword.AuthenticationResult!.AccessToken)
    const again = await begin(world, { USERNAME: "ann" })
    const client = startSrpClient(world.poolId)
    const bySrp = await answer(world, "SELECT_CHALLENGE", again.Session, {
      USERNAME: "ann",
      ANSWER: "PASSWORD_SRP",
      SRP_A: client.SRP_A,
    })
    assert.equal(bySrp.ChallengeName, "PASSWORD_VERIFIER")
    const proved = await answer(
      world,
      "PASSWORD_VERIFIER",
      bySrp.Session,
      client.answer(bySrp.ChallengeParameters!, PASSWORD),
    )
    assert.ok(proved.AuthenticationResult!.AccessToken)
  })

  test("goes straight to what the client prefers", async () => {
    await using world = await openWorld(POLICIES, { ...FLOWS, PreventUserExistenceErrors: "ENABLED" })
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    const asked = await begin(world, { USERNAME: "ann", PREFERRED_CHALLENGE: "PASSWORD" })
    assert.equal(asked.ChallengeName, "PASSWORD")
    await refuses(
      answer(world, "PASSWORD", asked.Session, { USERNAME: "ann", PASSWORD: "Wrong0!!" }),
      "NotAuthorizedException",
      "Incorrect username or password.",
    )
    assert.ok((await answer(world, "PASSWORD", asked.Session, { USERNAME: "ann", PASSWORD })).AuthenticationResult)
    const otp = await begin(world, { USERNAME: "ann", PREFERRED_CHALLENGE: "EMAIL_OTP" })
    assert.equal(otp.ChallengeParameters!.CODE_DELIVERY_DESTINATION, "a***@e***")
    const code = await world.lastCode()
    const respond = (EMAIL_OTP_CODE: string) =>
      answer(world, "EMAIL_OTP", otp.Session, { USERNAME: "ann", EMAIL_OTP_CODE })
    await refuses(respond("nonsense"), "CodeMismatchException", "Invalid code or auth state for the user.")
    assert.ok((await respond(code)).AuthenticationResult!.IdToken)
    await refuses(
      respond(code),
      "NotAuthorizedException",
      "Invalid session for the user, session can only be used once.",
    )

    const sent = (await world.outbox()).length
    const simulated = await begin(world, { USERNAME: "nobody@example.org", PREFERRED_CHALLENGE: "EMAIL_OTP" })
    assert.equal(simulated.ChallengeParameters!.CODE_DELIVERY_DESTINATION, "n***@e***")
    assert.equal((await world.outbox()).length, sent)
    await refuses(
      answer(world, "EMAIL_OTP", simulated.Session, { USERNAME: "nobody@example.org", EMAIL_OTP_CODE: "12345678" }),
      "CodeMismatchException",
      "Invalid code or auth state for the user.",
    )
  })
})
