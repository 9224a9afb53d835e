import assert from "node:assert/strict"
import { test } from "node:test"
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { startServer } from "../harness/server.ts"

test("x", async () => {
  await using server = await startServer()
  const idp = new CognitoIdentityProviderClient(server.client)
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: "p" }))
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: UserPool!.Id,
      ClientName: "c",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  )
  await idp.send(new AdminCreateUserCommand({ UserPoolId: UserPool!.Id, Username: "ann", MessageAction: "SUPPRESS" }))
  await idp.send(
    new AdminSetUserPasswordCommand({
      UserPoolId: UserPool!.Id,
      Username: "ann",
      Password: "Passw0rd!",
      Permanent: true,
    }),
  )
  const r = await idp.send(
    new InitiateAuthCommand({
      ClientId: UserPoolClient!.ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "ann", PASSWORD: "Passw0rd!" },
    }),
  )
  console.log(UserPool, UserPoolClient, r)
  assert.ok(r.AuthenticationResult)
})
