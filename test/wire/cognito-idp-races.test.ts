import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminCreateUserCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolCommand,
  ForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"

type Refusal = Error & { $metadata?: { httpStatusCode?: number } }

/** What came of several calls at once: how many were answered, and the codes of the refusals. Nothing else may come. */
async function outcomesOf(calls: Promise<unknown>[]) {
  const outcomes = await Promise.allSettled(calls)
  const refusals = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as Refusal] : []))
  for (const { $metadata, message } of refusals) assert.equal($metadata?.httpStatusCode, 400, message)
  const names = refusals.map(({ name }) => name)
  return { answered: outcomes.length - refusals.length, refused: new Set(names), names }
}

const several = <T>(call: () => Promise<T>): Promise<T>[] => Array.from({ length: 6 }, call)

test("of many guesses at once, the right one comes too late", async () => {
  await using world = await openWorld(
    { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } },
    { ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
  )
  const { idp, clientId: ClientId } = world
  await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
  await world.signIn("ann")
  const AuthParameters = { USERNAME: "ann", PREFERRED_CHALLENGE: "EMAIL_OTP" }
  const { Session } = await idp.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", AuthParameters }))
  const code = await world.lastCode()
  const guess = (EMAIL_OTP_CODE: string) =>
    idp.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: "EMAIL_OTP",
        Session,
        ChallengeResponses: { USERNAME: "ann", EMAIL_OTP_CODE },
      }),
    )
  const begun = performance.now()
  const guesses = Array.from({ length: 40 }, (_, n) => guess(n === 20 ? code : "no code"))
  const { answered, names } = await outcomesOf(guesses)
  // One database is asked in the order of the requests. The other takes them in an order of its own, in which the right
  // one may be among the first that are told: then it was in time, the session is used up, and the count begins anew.
  if (process.env.HALLPASS_TEST_STORE !== "postgres") assert.equal(answered, 0)
  // As many are told whether they are right as of guesses in a row; one more for each wait that ran out meanwhile.
  const seconds = (performance.now() - begun) / 1000
  const told = answered === 0 ? 5 : 4 + 5
  const waitsRunOut = Math.floor(Math.log2(seconds + 1))
  const wrong = names.filter((name) => name === "CodeMismatchException").length
  assert.ok(wrong <= told + waitsRunOut, `${wrong} told in ${seconds} s: ${names.join()}`)
  if (answered > 0) await refuses(guess(code), "NotAuthorizedException", /./)
  else if (waitsRunOut === 0) await refuses(guess(code), "NotAuthorizedException", "Password attempts exceeded")
})

describe("a code is good once", () => {
  test("for signing up", async () => {
    await using world = await openWorld({ AutoVerifiedAttributes: ["email"] })
    const { idp, clientId: ClientId } = world
    const UserAttributes = [{ Name: "email", Value: "ann@example.com" }]
    await idp.send(new SignUpCommand({ ClientId, Username: "ann", Password: PASSWORD, UserAttributes }))
    const ConfirmationCode = await world.lastCode()
    const confirm = () => idp.send(new ConfirmSignUpCommand({ ClientId, Username: "ann", ConfirmationCode }))
    const { answered, refused } = await outcomesOf(several(confirm))
    assert.equal(answered, 1)
    assert.deepEqual([...refused], ["NotAuthorizedException"])
    assert.ok(await world.signIn("ann"))
  })

  test("for a new password", async () => {
    await using world = await openWorld()
    const { idp, clientId: ClientId } = world
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    await idp.send(new ForgotPasswordCommand({ ClientId, Username: "ann" }))
    const ConfirmationCode = await world.lastCode()
    let n = 0
    const confirm = () =>
      idp.send(
        new ConfirmForgotPasswordCommand({ ClientId, Username: "ann", ConfirmationCode, Password: `N3w!pass${n++}` }),
      )
    const { answered, refused } = await outcomesOf(several(confirm))
    assert.equal(answered, 1)
    assert.deepEqual([...refused], ["ExpiredCodeException"])
  })

  test("for an address", async () => {
    await using world = await openWorld({ AutoVerifiedAttributes: ["email"] })
    const { idp } = world
    const UserAttributes = [{ Name: "email", Value: "ann@example.com" }]
    await idp.send(new SignUpCommand({ ClientId: world.clientId, Username: "ann", Password: PASSWORD, UserAttributes }))
    await idp.send(
      new ConfirmSignUpCommand({
        ClientId: world.clientId,
        Username: "ann",
        ConfirmationCode: await world.lastCode(),
      }),
    )
    const { AccessToken } = await world.signIn("ann")
    await idp.send(
      new UpdateUserAttributesCommand({ AccessToken, UserAttributes: [{ Name: "email", Value: "b@example.com" }] }),
    )
    const Code = await world.lastCode()
    const verify = () => idp.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: "email", Code }))
    const { answered, refused } = await outcomesOf(several(verify))
    assert.equal(answered, 1)
    assert.deepEqual([...refused], ["ExpiredCodeException"])
  })
})

describe("a refresh token", () => {
  const ROTATING = {
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH" as const],
    RefreshTokenRotation: { Feature: "ENABLED" as const, RetryGracePeriodSeconds: 0 },
  }
  const refresh = ({ idp, clientId }: World, RefreshToken: string) =>
    idp.send(new GetTokensFromRefreshTokenCommand({ ClientId: clientId, RefreshToken }))

  test("rotates once", async () => {
    await using world = await openWorld({}, ROTATING)
    await world.addUser("ann")
    const { RefreshToken } = await world.signIn("ann")
    const { answered, refused } = await outcomesOf(several(() => refresh(world, RefreshToken)))
    assert.equal(answered, 1)
    assert.deepEqual([...refused], ["RefreshTokenReuseException"])
  })

  test("that is revoked while it rotates leaves nothing in force", async () => {
    await using world = await openWorld({}, ROTATING)
    await world.addUser("ann")
    for (let i = 0; i < 5; i++) {
      const { RefreshToken } = await world.signIn("ann")
      const revoke = new RevokeTokenCommand({ ClientId: world.clientId, Token: RefreshToken })
      const [rotated] = await Promise.allSettled([refresh(world, RefreshToken), world.idp.send(revoke)])
      if (rotated!.status === "fulfilled") {
        const { AccessToken } = rotated!.value.AuthenticationResult!
        await refuses(
          world.idp.send(new GetUserCommand({ AccessToken })),
          "NotAuthorizedException",
          "Access Token has been revoked",
        )
      }
    }
  })
})

test("a pool that is deleted while it is used is gone, with all that was being made in it", async () => {
  await using world = await openWorld()
  const { idp } = world
  for (let round = 0; round < 4; round++) {
    const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: `p${round}` }))
    const UserPoolId = UserPool!.Id!
    const { UserPoolClient } = await idp.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "app",
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      }),
    )
    const ClientId = UserPoolClient!.ClientId!
    await idp.send(new SignUpCommand({ ClientId, Username: "ann", Password: PASSWORD }))
    const AuthParameters = { USERNAME: "bob", PASSWORD }
    await idp.send(new AdminCreateUserCommand({ UserPoolId, Username: "bob", TemporaryPassword: PASSWORD }))
    const remove = async () => {
      await new Promise((resolve) => setTimeout(resolve, round * 5))
      await idp.send(new DeleteUserPoolCommand({ UserPoolId }))
    }
    await outcomesOf([
      remove(),
      ...several(() => idp.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }))),
      ...["a", "b", "c"].map((GroupName) => idp.send(new CreateGroupCommand({ UserPoolId, GroupName }))),
      idp.send(new SignUpCommand({ ClientId, Username: "cem", Password: PASSWORD })),
      idp.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "late" })),
    ])
    await refuses(
      idp.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: `gone${round}` })),
      "ResourceNotFoundException",
      `User pool ${UserPoolId} does not exist.`,
    )
    await refuses(
      idp.send(new SignUpCommand({ ClientId, Username: "dee", Password: PASSWORD })),
      "ResourceNotFoundException",
      /does not exist/,
    )
  }
})
