import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { claimsOf, openWorld, PASSWORD, type World } from "./cognito-idp-world.ts"

/** A call without a client in between; whatever it says, the answer is a refusal in AWS's form or a success. */
async function post({ server }: World, operation: string, body: unknown): Promise<void> {
  const response = await fetch(server.url, {
    method: "POST",
    headers: {
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
      "content-type": "application/x-amz-json-1.1",
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  })
  const text = await response.text()
  // 413 where a value that is repeated is too long altogether.
  assert.ok([200, 400, 413].includes(response.status), `${operation} ${text}`)
  if (response.status !== 200) assert.ok(JSON.parse(text).__type, text)
}

const NASTY = [
  "",
  "\0",
  "a\0b@c.de",
  "\ud800",
  "__proto__",
  "constructor",
  "x".repeat(100_000),
  `${"é".repeat(3000)}@x.de`,
  "+1",
  "\u{1f4a5}",
  "' OR 1=1 --",
  "%",
  "NaN",
  "-1",
  "a@b@c",
]

describe("no input is answered by a fault", () => {
  test("in sign-ins", async () => {
    await using world = await openWorld(
      { AliasAttributes: ["email", "preferred_username"] },
      { PreventUserExistenceErrors: "ENABLED" },
    )
    await world.addUser("ann")
    const ClientId = world.clientId
    const good = { USERNAME: "ann", PASSWORD: "x", SRP_A: "ab", REFRESH_TOKEN: "x" }
    const flows = [
      "USER_PASSWORD_AUTH",
      "USER_SRP_AUTH",
      "REFRESH_TOKEN_AUTH",
      "USER_AUTH",
      "CUSTOM_AUTH",
      "ADMIN_NO_SRP_AUTH",
    ]
    const names = [...Object.keys(good), "SECRET_HASH", "__proto__", "PREFERRED_CHALLENGE"]
    for (const AuthFlow of flows)
      for (const name of names)
        for (const value of NASTY) {
          const AuthParameters = Object.fromEntries([...Object.entries(good), [name, value]])
          await post(world, "InitiateAuth", { ClientId, AuthFlow, AuthParameters })
        }
    const challenges = [
      "PASSWORD_VERIFIER",
      "NEW_PASSWORD_REQUIRED",
      "SMS_MFA",
      "SOFTWARE_TOKEN_MFA",
      "EMAIL_OTP",
      "SELECT_MFA_TYPE",
      "MFA_SETUP",
      "SELECT_CHALLENGE",
      "PASSWORD",
      "WEB_AUTHN",
      "CUSTOM_CHALLENGE",
    ]
    for (const ChallengeName of challenges)
      for (const value of NASTY)
        await post(world, "RespondToAuthChallenge", {
          ClientId,
          ChallengeName,
          Session: ("A".repeat(20) + value).slice(0, 2000),
          ChallengeResponses: {
            USERNAME: value,
            PASSWORD_CLAIM_SECRET_BLOCK: value || "AA",
            PASSWORD_CLAIM_SIGNATURE: "x",
            TIMESTAMP: "Tue Sep 5 09:03:00 UTC 2028",
            NEW_PASSWORD: value,
            "userAttributes.": value,
            SMS_MFA_CODE: value,
            ANSWER: value,
          },
        })
  })

  test("in accounts", async () => {
    await using world = await openWorld({
      AliasAttributes: ["email", "preferred_username"],
      AutoVerifiedAttributes: ["email"],
    })
    await world.addUser("ann", { email: "ann@example.com", email_verified: "true" })
    const { AccessToken } = await world.signIn("ann")
    const ClientId = world.clientId
    const names = [
      "email",
      "name",
      "phone_number",
      "birthdate",
      "preferred_username",
      "updated_at",
      "email_verified",
      "custom:x",
      "__proto__",
      "sub",
      "",
    ]
    let count = 0
    for (const value of NASTY) {
      for (const Name of names) {
        const UserAttributes = [{ Name, Value: value.slice(0, 2048) }]
        await post(world, "SignUp", { ClientId, Username: `user${count++}`, Password: PASSWORD, UserAttributes })
        await post(world, "UpdateUserAttributes", { AccessToken, UserAttributes })
        await post(world, "DeleteUserAttributes", { AccessToken, UserAttributeNames: [Name] })
        await post(world, "VerifyUserAttribute", { AccessToken, AttributeName: Name, Code: value || "x" })
      }
      await post(world, "SignUp", { ClientId, Username: value, Password: value })
      await post(world, "ConfirmSignUp", { ClientId, Username: value || "x", ConfirmationCode: value || "x" })
      await post(world, "ForgotPassword", { ClientId, Username: value })
      await post(world, "ResendConfirmationCode", { ClientId, Username: value })
      await post(world, "ConfirmForgotPassword", {
        ClientId,
        Username: "ann",
        ConfirmationCode: value,
        Password: PASSWORD,
      })
      await post(world, "GetUser", { AccessToken: value })
      await post(world, "RevokeToken", { ClientId, Token: value })
      await post(world, "GetTokensFromRefreshToken", { ClientId, RefreshToken: value })
      await post(world, "InitiateAuth", { ClientId: value, AuthFlow: "USER_SRP_AUTH" })
    }
  })

  test("in bodies and tokens that are none", async () => {
    await using world = await openWorld()
    for (const body of ["", "{", "[]", "null", "1", '"x"', '{"ClientId":{}}', "[".repeat(100_000)])
      for (const operation of ["InitiateAuth", "SignUp", "GetUser"]) await post(world, operation, body)
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${world.poolId}`
    for (const iss of [null, {}, [], 1, issuer])
      for (const header of [
        { alg: "RS256", kid: "x" },
        { alg: "none" },
        { alg: "HS256", kid: "x" },
        { alg: "RS256", kid: {} },
        1,
        null,
      ])
        await post(world, "GetUser", { AccessToken: `${part(header)}.${part({ iss, token_use: "access" })}.AAAA` })
  })
})

describe("what happens at once", () => {
  test("makes one user of one name", async () => {
    await using world = await openWorld()
    const create = () =>
      world.idp.send(
        new AdminCreateUserCommand({ UserPoolId: world.poolId, Username: "ann", MessageAction: "SUPPRESS" }),
      )
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, create))
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1)
    for (const outcome of outcomes)
      if (outcome.status === "rejected") assert.equal(outcome.reason.name, "UsernameExistsException")
  })

  test("signs with one pair of keys from the start", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    const tokens = await Promise.all(Array.from({ length: 8 }, () => world.signIn("ann")))
    const kids = tokens.map(({ IdToken }) => Buffer.from(IdToken.split(".")[0]!, "base64url").toString())
    assert.equal(new Set(kids).size, 1)
    assert.equal(new Set(tokens.map(({ IdToken }) => claimsOf(IdToken).event_id)).size, 8)
  })

  test("answers a challenge once", async () => {
    await using world = await openWorld()
    const { idp, poolId, clientId } = world
    await idp.send(
      new AdminCreateUserCommand({
        UserPoolId: poolId,
        Username: "ann",
        TemporaryPassword: "Temp0rary!",
        MessageAction: "SUPPRESS",
      }),
    )
    const { Session } = await world.start("ann", "Temp0rary!")
    const answer = (NEW_PASSWORD: string) =>
      idp.send(
        new RespondToAuthChallengeCommand({
          ClientId: clientId,
          ChallengeName: "NEW_PASSWORD_REQUIRED",
          Session,
          ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD },
        }),
      )
    const outcomes = await Promise.allSettled(["First0ne!", "Sec0ndOne!", "Th1rdOne!"].map(answer))
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1)
    const { UserStatus } = await idp.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: "ann" }))
    assert.equal(UserStatus, "CONFIRMED")
  })
})
