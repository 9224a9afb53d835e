import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { test } from "node:test"
import { promisify } from "node:util"
import {
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  GetUserCommand,
  InitiateAuthCommand,
  ListUserPoolsCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, ListRolesCommand } from "@aws-sdk/client-iam"
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js"
import { start, type TestServer } from "../src/testing/index.ts"
import { pathWithAws } from "./harness/aws-cli.ts"

const Username = "ana@example.com"
const Password = "Tr0ub4dor&3"

async function openPool(server: TestServer) {
  const idp = new CognitoIdentityProviderClient(server.client)
  const pool = await idp.send(
    new CreateUserPoolCommand({ PoolName: "p", UsernameAttributes: ["email"], AutoVerifiedAttributes: ["email"] }),
  )
  const UserPoolId = pool.UserPool!.Id!
  const ExplicitAuthFlows = ["ALLOW_USER_PASSWORD_AUTH" as const, "ALLOW_REFRESH_TOKEN_AUTH" as const]
  const client = await idp.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "c", ExplicitAuthFlows }))
  return { idp, UserPoolId, ClientId: client.UserPoolClient!.ClientId! }
}

test("a sign-up is confirmed with the code from the outbox, which gives each code once", async () => {
  await using server = await start({ memory: true })
  const { idp, ClientId } = await openPool(server)
  await idp.send(new SignUpCommand({ ClientId, Username, Password }))
  const ConfirmationCode = await server.outbox.waitForCode({ to: Username })
  await idp.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode }))

  const [message] = await server.outbox.list()
  assert.equal(message!.code, ConfirmationCode)
  assert.ok(message!.body.includes(ConfirmationCode))
  await assert.rejects(server.outbox.waitForCode({ to: Username, timeoutMilliseconds: 50 }), {
    message: `No new message to ${Username} came. In the outbox: ${Username}.`,
  })
  await server.outbox.clear()
  assert.deepEqual(await server.outbox.list(), [])
})

test("an access token ends when the clock says so", async () => {
  await using server = await start()
  const { idp, ClientId } = await openPool(server)
  await idp.send(new SignUpCommand({ ClientId, Username, Password }))
  const ConfirmationCode = await server.outbox.waitForCode()
  await idp.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode }))
  const { AuthenticationResult } = await idp.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId,
      AuthParameters: { USERNAME: Username, PASSWORD: Password },
    }),
  )
  const me = new GetUserCommand({ AccessToken: AuthenticationResult!.AccessToken })
  await idp.send(me)
  const before = await server.clock.now()
  await server.clock.advance({ minutes: 61 })
  assert.ok((await server.clock.now()).getTime() - before.getTime() >= 61 * 60_000)
  await assert.rejects(idp.send(me), { name: "NotAuthorizedException", message: "Access Token has expired" })
  // A signed call is told the time, and is signed again by it.
  assert.equal((await idp.send(new ListUserPoolsCommand({ MaxResults: 10 }))).UserPools!.length, 1)
  await server.clock.set(before)
  await idp.send(me)
})

test("a refusal is explained, by the error and as the last one", async () => {
  await using server = await start()
  const iam = new IAMClient(server.client)
  await iam.send(new CreateUserCommand({ UserName: "ana" }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ana" }))
  const ana = new IAMClient(
    server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  const error = await ana.send(new ListRolesCommand({})).then(
    () => assert.fail("it was allowed"),
    (refused) => refused,
  )
  const call = await server.decisions.get(error)
  assert.equal(call.decisions[0]!.decision, "implicit_deny")
  assert.equal(call.decisions[0]!.action, "iam:ListRoles")
  const text = await server.explain(error)
  assert.match(text, /implicit deny: iam:ListRoles on \*\n.*user\/ana/)
  assert.equal(await server.explain(), text)
  const [last] = await server.decisions.list({ refused: true })
  assert.equal(last!.requestId, error.$metadata.requestId)
  await assert.rejects(server.explain("no-such-id"), /No decision of the request 'no-such-id' is remembered/)
  await assert.rejects(server.explain(new Error("of another kind") as never), TypeError)
})

test("a reset forgets everything, and the root stays who it was", async () => {
  await using server = await start({ region: "eu-west-1", accountId: "210987654321" })
  const { idp } = await openPool(server)
  await server.clock.advance({ days: 400 })
  await server.reset()
  assert.deepEqual((await idp.send(new ListUserPoolsCommand({ MaxResults: 10 }))).UserPools, [])
  assert.ok((await server.clock.now()).getTime() - Date.now() < 60_000)
  const who = await new STSClient(server.client).send(new GetCallerIdentityCommand({}))
  assert.equal(who.Arn, "arn:aws:iam::210987654321:root")
})

test("servers stand side by side and know nothing of each other", async () => {
  await using one = await start()
  await using other = await start()
  const { idp } = await openPool(one)
  assert.notEqual(one.port, other.port)
  assert.equal((await idp.send(new ListUserPoolsCommand({ MaxResults: 10 }))).UserPools!.length, 1)
  const theirs = new CognitoIdentityProviderClient(other.client)
  assert.deepEqual((await theirs.send(new ListUserPoolsCommand({ MaxResults: 10 }))).UserPools, [])
  const stranger = new STSClient({ ...other.client, credentials: one.client.credentials })
  await assert.rejects(stranger.send(new GetCallerIdentityCommand({})), { name: "InvalidClientTokenId" })
})

test("each kind of client gets what it must be told", async () => {
  await using server = await start()
  const { idp, UserPoolId, ClientId } = await openPool(server)
  const pool = new CognitoUserPool(server.cognitoUserPool({ UserPoolId, ClientId }))
  await new Promise<void>((resolve, reject) =>
    pool.signUp(Username, Password, [], [], (error) => (error ? reject(error) : resolve())),
  )
  const code = await server.outbox.waitForCode({ to: Username })
  await new Promise((resolve, reject) =>
    new CognitoUser({ Username, Pool: pool }).confirmRegistration(code, true, (error, done) =>
      error ? reject(error) : resolve(done),
    ),
  )
  await assert.rejects(idp.send(new SignUpCommand({ ClientId, Username, Password })), {
    name: "UsernameExistsException",
  })
  assert.deepEqual(server.amplify({ userPoolId: UserPoolId, userPoolClientId: ClientId }), {
    Auth: {
      Cognito: {
        userPoolId: UserPoolId,
        userPoolClientId: ClientId,
        userPoolEndpoint: server.url,
        identityPoolId: "",
        identityPoolEndpoint: server.url,
        allowGuestAccess: true,
      },
    },
  })
  const env = { ...process.env, ...server.environment, PATH: pathWithAws() }
  const { stdout } = await promisify(execFile)("aws", ["sts", "get-caller-identity", "--output", "text"], { env })
  assert.match(stdout, /arn:aws:iam::123456789012:root/)
})

test("what cannot be is refused with a text", async () => {
  await assert.rejects(start({ memory: true, dataDirectory: "x" }), /--memory keeps nothing/)
  await assert.rejects(start({ accountId: "12" }), /--account-id '12' is not 12 digits/)
  await using server = await start({ clockControl: false })
  await assert.rejects(server.clock.set(new Date()), /only where the server was started with --clock-control/)
})
