import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminCreateUserCommand,
  type AdminCreateUserRequest,
  AssociateSoftwareTokenCommand,
  ChangePasswordCommand,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  SignUpCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { openWorld, refuses, type World } from "./cognito-idp-world.ts"
import { totpOf } from "./totp-client.ts"

const POOL = {
  AutoVerifiedAttributes: ["email" as const],
  Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD" as const, "EMAIL_OTP" as const] } },
}
const CLIENT = { ExplicitAuthFlows: ["ALLOW_USER_AUTH" as const, "ALLOW_REFRESH_TOKEN_AUTH" as const] }

/** USER_AUTH with the code that is mailed. */
async function signInByCode({ idp, clientId: ClientId, lastCode }: World, USERNAME: string) {
  const AuthParameters = { USERNAME, PREFERRED_CHALLENGE: "EMAIL_OTP" }
  const asked = await idp.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", AuthParameters }))
  assert.equal(asked.ChallengeName, "EMAIL_OTP")
  const ChallengeResponses = { USERNAME, EMAIL_OTP_CODE: await lastCode() }
  return idp.send(
    new RespondToAuthChallengeCommand({
      ClientId,
      ChallengeName: "EMAIL_OTP",
      Session: asked.Session,
      ChallengeResponses,
    }),
  )
}

describe("users without a password", () => {
  test("are confirmed at once where an administrator makes them with a verified address", async () => {
    await using world = await openWorld(POOL, CLIENT)
    const create = async (Username: string, more: Partial<AdminCreateUserRequest> = {}) => {
      const { User } = await world.idp.send(
        new AdminCreateUserCommand({
          UserPoolId: world.poolId,
          Username,
          MessageAction: "SUPPRESS",
          UserAttributes: [
            { Name: "email", Value: `${Username}@example.com` },
            { Name: "email_verified", Value: "true" },
          ],
          ...more,
        }),
      )
      return User!.UserStatus
    }
    assert.equal(await create("ann"), "CONFIRMED")
    assert.equal(await create("bob", { TemporaryPassword: "Temp0rary!" }), "FORCE_CHANGE_PASSWORD")
    assert.equal(
      await create("cem", { UserAttributes: [{ Name: "email", Value: "c@example.com" }] }),
      "FORCE_CHANGE_PASSWORD",
    )
    assert.equal(await create("dee", { MessageAction: undefined }), "CONFIRMED")
    assert.deepEqual(await world.outbox(), [], "there is no password to send")
    const { AccessToken } = (await signInByCode(world, "ann")).AuthenticationResult!
    const change = (PreviousPassword?: string) =>
      world.idp.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword: "F1rst!one" }))
    await refuses(change("Gu3ssed!"), "NotAuthorizedException", "Incorrect username or password.")
    await change()
    await refuses(change(), "NotAuthorizedException", "Incorrect username or password.")
    await change("F1rst!one")
  })

  test("have no way around a second factor", async () => {
    await using world = await openWorld(POOL, CLIENT)
    const { idp, poolId: UserPoolId, clientId: ClientId } = world
    await idp.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: "ann",
        UserAttributes: [
          { Name: "email", Value: "ann@example.com" },
          { Name: "email_verified", Value: "true" },
        ],
      }),
    )
    const { AccessToken } = (await signInByCode(world, "ann")).AuthenticationResult!
    const configure = (MfaConfiguration: "OPTIONAL" | "ON") =>
      idp.send(
        new SetUserPoolMfaConfigCommand({
          UserPoolId,
          MfaConfiguration,
          SoftwareTokenMfaConfiguration: { Enabled: true },
        }),
      )
    const start = (PREFERRED_CHALLENGE?: string) =>
      idp.send(
        new InitiateAuthCommand({
          ClientId,
          AuthFlow: "USER_AUTH",
          AuthParameters: { USERNAME: "ann", ...(PREFERRED_CHALLENGE && { PREFERRED_CHALLENGE }) },
        }),
      )
    await configure("OPTIONAL")
    const session = (await start()).Session
    const { SecretCode } = await idp.send(new AssociateSoftwareTokenCommand({ AccessToken }))
    await idp.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: await totpOf(world, SecretCode!) }))
    assert.ok((await signInByCode(world, "ann")).AuthenticationResult, "not yet chosen")
    await idp.send(
      new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } }),
    )
    const isRefused = async () => {
      const { ChallengeName, AvailableChallenges } = await start("EMAIL_OTP")
      assert.deepEqual([ChallengeName, AvailableChallenges!.includes("EMAIL_OTP")], ["SELECT_CHALLENGE", false])
    }
    await isRefused()
    const ChallengeResponses = { USERNAME: "ann", ANSWER: "EMAIL_OTP" }
    await refuses(
      idp.send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName: "SELECT_CHALLENGE",
          Session: session,
          ChallengeResponses,
        }),
      ),
      "InvalidParameterException",
      "Challenge EMAIL_OTP is not available.",
    )
    await idp.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: false } }))
    await configure("ON")
    await isRefused()
  })

  test("sign up where the pool sends codes, and nowhere else", async () => {
    await using world = await openWorld(POOL, CLIENT)
    const { idp, clientId: ClientId } = world
    await idp.send(
      new SignUpCommand({
        ClientId,
        Username: "ann",
        UserAttributes: [{ Name: "email", Value: "ann@example.com" }],
      } as never),
    )
    await idp.send(new ConfirmSignUpCommand({ ClientId, Username: "ann", ConfirmationCode: await world.lastCode() }))
    assert.ok((await signInByCode(world, "ann")).AuthenticationResult?.IdToken)
    await using other = await openWorld()
    await refuses(
      other.idp.send(new SignUpCommand({ ClientId: other.clientId, Username: "ann" } as never)),
      "InvalidParameterException",
      "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
    )
  })
})
