import assert from "node:assert/strict"
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientRequest,
  CreateUserPoolCommand,
  type CreateUserPoolRequest,
  InitiateAuthCommand,
  type InitiateAuthResponse,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Triggers } from "../../src/testing/index.ts"
import { askControl } from "../harness/control.ts"
import { startServer, type TestServer } from "../harness/server.ts"

export const PASSWORD = "Passw0rd!"

/** A server with one user pool and one app client, and the few things that every story about sign-in does. */
export interface World {
  server: TestServer
  idp: CognitoIdentityProviderClient
  poolId: string
  clientId: string
  clientSecret: string | undefined
  /** A confirmed user with PASSWORD. */
  addUser(username: string, attributes?: Record<string, string>): Promise<string>
  /** USER_PASSWORD_AUTH. */
  start(username: string, password?: string): Promise<InitiateAuthResponse>
  signIn(username: string, password?: string): Promise<Required<AuthenticationResultType>>
  outbox(): Promise<{ medium: string; destination: string; subject?: string; body: string; code: string }[]>
  /** The code in the last message. */
  lastCode(): Promise<string>
  advance(seconds: number): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function openWorld(
  pool: Partial<CreateUserPoolRequest> = {},
  client: Partial<CreateUserPoolClientRequest> = {},
  triggers: Triggers = {},
  flags: readonly string[] = [],
): Promise<World> {
  const server = await startServer(["--clock-control", ...flags], triggers)
  const idp = new CognitoIdentityProviderClient(server.client)
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: "people", ...pool }))
  const poolId = UserPool!.Id!
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: poolId,
      ClientName: "app",
      ExplicitAuthFlows: [
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
      ],
      ...client,
    }),
  )
  const clientId = UserPoolClient!.ClientId!
  const outbox = async () => (await askControl(server, "GET", "outbox")).messages
  const start = (USERNAME: string, PASSWORD_GIVEN = PASSWORD) =>
    idp.send(
      new InitiateAuthCommand({
        ClientId: clientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME, PASSWORD: PASSWORD_GIVEN },
      }),
    )
  return {
    server,
    idp,
    poolId,
    clientId,
    clientSecret: UserPoolClient!.ClientSecret,
    async addUser(Username, attributes = {}) {
      const { User } = await idp.send(
        new AdminCreateUserCommand({
          UserPoolId: poolId,
          Username,
          MessageAction: "SUPPRESS",
          UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
        }),
      )
      await idp.send(
        new AdminSetUserPasswordCommand({ UserPoolId: poolId, Username, Password: PASSWORD, Permanent: true }),
      )
      return User!.Username!
    },
    start,
    async signIn(username, password) {
      const { AuthenticationResult } = await start(username, password)
      return AuthenticationResult as Required<AuthenticationResultType>
    },
    outbox,
    async lastCode() {
      return (await outbox()).at(-1).code
    },
    async advance(seconds) {
      const { now } = await askControl(server, "GET", "clock")
      await askControl(server, "POST", "clock", { now: new Date(Date.parse(now) + seconds * 1000).toISOString() })
      // Clients sign with the time that the server tells them.
      idp.config.systemClockOffset += seconds * 1000
    },
    async [Symbol.asyncDispose]() {
      idp.destroy()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** Asserts that AWS's error comes back, code and text. */
export async function refuses(call: Promise<unknown>, code: string, message: string | RegExp): Promise<void> {
  await assert.rejects(call, (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.name, code, error.message)
    assert.equal(error.$metadata?.httpStatusCode, 400)
    if (typeof message === "string") assert.equal(error.message, message)
    else assert.match(error.message, message)
    return true
  })
}

export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString())
