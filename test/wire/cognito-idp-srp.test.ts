import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminCreateUserCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import cognito from "amazon-cognito-identity-js"
import { PRIME } from "../../src/services/cognito-idp/srp/modular-power.ts"
import { claimsOf, openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"
import { startSrpClient } from "./srp-client.ts"

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = cognito

/** What a browser with amazon-cognito-identity-js does. */
function authenticate(world: World, Username: string, Password = PASSWORD) {
  const Pool = new CognitoUserPool({ UserPoolId: world.poolId, ClientId: world.clientId, endpoint: world.server.url })
  const user = new CognitoUser({ Username, Pool })
  return new Promise<{ user: typeof user; idToken?: string; newPassword?: object }>((resolve, reject) => {
    user.authenticateUser(new AuthenticationDetails({ Username, Password }), {
      onSuccess: (session) => resolve({ user, idToken: session.getIdToken().getJwtToken() }),
      onFailure: reject,
      newPasswordRequired: (attributes) => resolve({ user, newPassword: attributes }),
    })
  })
}

describe("USER_SRP_AUTH with amazon-cognito-identity-js", () => {
  test("signs in many times, whatever zeros the numbers begin with", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    for (let i = 0; i < 20; i++)
      assert.equal(claimsOf((await authenticate(world, "ann")).idToken!)["cognito:username"], "ann")
  })

  test("signs in by an e-mail address", async () => {
    await using world = await openWorld({ UsernameAttributes: ["email"] })
    const username = await world.addUser("ann@example.com")
    assert.equal(claimsOf((await authenticate(world, "ann@example.com")).idToken!).sub, username)
  })

  test("hashes passwords and names beyond ASCII as the client does", async () => {
    await using world = await openWorld()
    await world.addUser("änne")
    assert.ok((await authenticate(world, "änne")).idToken)
  })

  test("refuses a wrong password and unknown users", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    await assert.rejects(authenticate(world, "ann", "Wrong0!!"), {
      code: "NotAuthorizedException",
      message: "Incorrect username or password.",
    })
    await assert.rejects(authenticate(world, "nobody"), {
      code: "UserNotFoundException",
      message: "User does not exist.",
    })
  })

  test("leads to a new password where it is temporary", async () => {
    await using world = await openWorld()
    await world.idp.send(
      new AdminCreateUserCommand({
        UserPoolId: world.poolId,
        Username: "ann",
        TemporaryPassword: "Temp0rary!",
        MessageAction: "SUPPRESS",
      }),
    )
    const { user, newPassword } = await authenticate(world, "ann", "Temp0rary!")
    assert.deepEqual(newPassword, {})
    await new Promise((resolve, reject) =>
      user.completeNewPasswordChallenge(PASSWORD, {}, { onSuccess: resolve, onFailure: reject }),
    )
    assert.ok((await authenticate(world, "ann")).idToken)
  })
})

/** The exchange by hand, for what a client library would not do. */
async function exchange(world: World, USERNAME: string) {
  const client = startSrpClient(world.poolId)
  const { ChallengeName, ChallengeParameters } = await world.idp.send(
    new InitiateAuthCommand({
      ClientId: world.clientId,
      AuthFlow: "USER_SRP_AUTH",
      AuthParameters: { USERNAME, SRP_A: client.SRP_A },
    }),
  )
  assert.equal(ChallengeName, "PASSWORD_VERIFIER")
  return { client, parameters: ChallengeParameters! }
}

const claim = (world: World, parameters: Record<string, string>, more: Record<string, string> = {}) =>
  world.idp.send(
    new RespondToAuthChallengeCommand({
      ClientId: world.clientId,
      ChallengeName: "PASSWORD_VERIFIER",
      ChallengeResponses: {
        USERNAME: parameters.USER_ID_FOR_SRP!,
        PASSWORD_CLAIM_SECRET_BLOCK: parameters.SECRET_BLOCK!,
        PASSWORD_CLAIM_SIGNATURE: Buffer.alloc(32).toString("base64"),
        TIMESTAMP: "Tue Sep 5 09:03:00 UTC 2028",
        ...more,
      },
    }),
  )

describe("PASSWORD_VERIFIER", () => {
  test("looks the same for users who are not there", async () => {
    await using world = await openWorld({}, { PreventUserExistenceErrors: "ENABLED" })
    await world.addUser("ann")
    const { parameters: real } = await exchange(world, "ann")
    const { parameters: simulated } = await exchange(world, "nobody")
    assert.deepEqual(Object.keys(simulated).sort(), Object.keys(real).sort())
    assert.equal(simulated.USER_ID_FOR_SRP, "nobody")
    assert.equal(simulated.SALT, (await exchange(world, "nobody")).parameters.SALT)
    assert.match(simulated.SALT!, /^[1-7][0-9a-f]{31}$/)
    for (const parameters of [real, simulated])
      await refuses(claim(world, parameters), "NotAuthorizedException", "Incorrect username or password.")
  })

  test("checks what it is answered", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    const { parameters } = await exchange(world, "ann")
    await refuses(
      claim(world, parameters, { TIMESTAMP: "2028-09-05T09:03:00Z" }),
      "InvalidParameterException",
      "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english",
    )
    await refuses(
      claim(world, parameters, { PASSWORD_CLAIM_SECRET_BLOCK: "AAAA" }),
      "NotAuthorizedException",
      "Invalid session for the user.",
    )
    await refuses(
      claim(world, parameters, { PASSWORD_CLAIM_SIGNATURE: "" }),
      "InvalidParameterException",
      "Missing required parameter PASSWORD_CLAIM_SIGNATURE",
    )
    await world.advance(181)
    await refuses(
      claim(world, parameters),
      "NotAuthorizedException",
      "Invalid session for the user, session is expired.",
    )
  })

  test("counts once", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    const { client, parameters } = await exchange(world, "ann")
    const answer = client.answer(parameters, PASSWORD)
    assert.ok((await claim(world, parameters, answer)).AuthenticationResult)
    await refuses(
      claim(world, parameters, answer),
      "NotAuthorizedException",
      "Invalid session for the user, session can only be used once.",
    )
  })

  test("takes no public key that makes the session key known", async () => {
    await using world = await openWorld()
    await world.addUser("ann")
    for (const SRP_A of ["0", PRIME.toString(16), (2n * PRIME).toString(16), "not hexadecimal"])
      await refuses(
        world.idp.send(
          new InitiateAuthCommand({
            ClientId: world.clientId,
            AuthFlow: "USER_SRP_AUTH",
            AuthParameters: { USERNAME: "ann", SRP_A },
          }),
        ),
        "InvalidParameterException",
        "Invalid SRP_A",
      )
  })
})
