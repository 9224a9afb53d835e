import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { Sha256 } from "@aws-crypto/sha256-js"
import { CognitoIdentityClient, CreateIdentityPoolCommand, GetIdCommand } from "@aws-sdk/client-cognito-identity"
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderServiceException,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  ForgotPasswordCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda } from "@aws-sdk/client-lambda"
import { SignatureV4 } from "@smithy/signature-v4"
import { rawConnection } from "../harness/raw-http.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { askSite } from "../harness/site-request.ts"
import { zipOf } from "../harness/zip.ts"
import { TRUSTS_LAMBDA } from "./lambda-world.ts"

/** Of 1,000 sign-ups at once five are left, and of five a second one in 40 seconds. */
const TIMES = "0.005"
const PASSWORD = "Tr0ub4dor&3"

let server: TestServer
let idp: CognitoIdentityProviderClient
let identity: CognitoIdentityClient
let UserPoolId: string
let ClientId: string
let IdentityPoolId: string
before(async () => {
  server = await startServer(["--rate-limits", TIMES, "--trust-proxy", "127.0.0.1", "--clock-control"])
  idp = new CognitoIdentityProviderClient(server.client)
  identity = new CognitoIdentityClient(server.client)
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: "people" }))
  UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await idp.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "app" }))
  ClientId = UserPoolClient!.ClientId!
  const pool = await identity.send(
    new CreateIdentityPoolCommand({ IdentityPoolName: "guests", AllowUnauthenticatedIdentities: true }),
  )
  IdentityPoolId = pool.IdentityPoolId!
})
after(() => server[Symbol.asyncDispose]())

let next = 0
const nextName = () => `user-${next++}`

/** What becomes of the same call, made so often from one address. */
async function outcomes(count: number, target: string, body: () => object, address: string): Promise<string[]> {
  const seen: string[] = []
  for (let i = 0; i < count; i++) {
    const answer = await fetch(server.url, {
      method: "POST",
      headers: {
        "x-amz-target": target,
        "content-type": "application/x-amz-json-1.1",
        "x-forwarded-for": address,
      },
      body: JSON.stringify(body()),
    })
    const text = await answer.text()
    seen.push(
      answer.status === 200 ? "200" : `${answer.status} ${JSON.parse(text).__type}: ${JSON.parse(text).message}`,
    )
  }
  return seen
}
/** A request that the root signs. */
async function signed(
  service: string,
  {
    method,
    path,
    headers = {},
    body,
  }: { method: string; path: string; headers?: Record<string, string>; body?: string },
) {
  const { credentials, region } = server.client
  const { hostname, host } = new URL(server.url)
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 })
  const request = { method, protocol: "http:", hostname, path, headers: { host, ...headers }, body }
  const init = { method, headers: (await signer.sign(request)).headers }
  return fetch(`${server.url}${path}`, body === undefined ? init : { ...init, body })
}

const signUps = (count: number, address: string) =>
  outcomes(
    count,
    "AWSCognitoIdentityProviderService.SignUp",
    () => ({ ClientId, Username: nextName(), Password: PASSWORD }),
    address,
  )
const guests = (count: number, address: string) =>
  outcomes(count, "AWSCognitoIdentityService.GetId", () => ({ IdentityPoolId }), address)

const TOO_OFTEN = "400 TooManyRequestsException: Rate exceeded"
const [OK, NO] = ["200", TOO_OFTEN]

describe("how often strangers may call", () => {
  test("sign-ups of one address, and of another", async () => {
    assert.deepEqual(await signUps(7, "192.0.2.1"), [OK, OK, OK, OK, OK, NO, NO])
    assert.deepEqual(await signUps(1, "192.0.2.2"), [OK])
    await server.clock.advance({ seconds: 41 })
    assert.deepEqual(await signUps(2, "192.0.2.1"), [OK, NO])
  })

  test("guests", async () => {
    assert.deepEqual(await guests(4, "2001:db8::1"), [OK, OK, NO, NO])
    // The network is the same.
    assert.deepEqual(await guests(1, "2001:db8::ffff:1"), [NO])
    assert.deepEqual(await guests(1, "2001:db8:0:1::1"), [OK])
    await server.clock.advance({ seconds: 60 })
    assert.deepEqual(await guests(2, "2001:db8::1"), [OK, NO])
  })

  test("is told in the words of AWS, before anything is looked at or taken", async () => {
    await outcomes(10, "AWSCognitoIdentityProviderService.ForgotPassword", () => ({}), "127.0.0.1")
    await assert.rejects(
      idp.send(new ForgotPasswordCommand({ ClientId, Username: "nobody" })),
      (error: CognitoIdentityProviderServiceException) => {
        const { name, message, $metadata } = error
        assert.deepEqual([name, message, $metadata.httpStatusCode], ["TooManyRequestsException", "Rate exceeded", 400])
        return true
      },
    )
    await using connection = await rawConnection(server.url)
    connection.send(
      "POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: AWSCognitoIdentityProviderService.ResendConfirmationCode\r\ncontent-length: 1000\r\n\r\n",
    )
    assert.match((await connection.answers(1))[0]!.body, /TooManyRequestsException/)
  })

  test("unsigned calls of STS, before their forms are taken", async () => {
    const ask = async (address: string) => {
      const body = new URLSearchParams({
        Action: "AssumeRoleWithWebIdentity",
        Version: "2011-06-15",
        RoleArn: "arn:aws:iam::123456789012:role/nobody",
        RoleSessionName: "name",
        WebIdentityToken: "no.token.at-all",
      })
      const answer = await fetch(server.url, { method: "POST", headers: { "x-forwarded-for": address }, body })
      return `${answer.status} ${/<Code>(.*)<\/Code>\s*<Message>(.*)<\/Message>/.exec(await answer.text())?.slice(1)}`
    }
    for (let i = 0; i < 3; i++) assert.match(await ask("192.0.2.7"), /^400 InvalidIdentityToken/)
    assert.equal(await ask("192.0.2.7"), "400 Throttling,Rate exceeded")
    assert.match(await ask("192.0.2.8"), /^400 InvalidIdentityToken/)
    for (const path of ["/", "/?Action=AssumeRoleWithSAML&Version=2011-06-15"]) {
      await using connection = await rawConnection(server.url)
      connection.send(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 192.0.2.7\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\n`,
      )
      assert.match((await connection.answers(1))[0]!.body, /<Type>Sender<\/Type>\s*<Code>Throttling<\/Code>/)
    }
    assert.match(await server.explain(), /more often than one address may call it/)
  })

  test("unsigned calls of function URLs, before their bodies are taken", async () => {
    const lambda = new Lambda(server.client)
    const { Role } = await new IAM(server.client).createRole({
      RoleName: "runs",
      AssumeRolePolicyDocument: TRUSTS_LAMBDA,
    })
    const FunctionName = "echo"
    const Code = { ZipFile: zipOf({ "index.mjs": "export const handler = async () => 1" }) }
    await lambda.createFunction({
      FunctionName,
      Role: Role!.Arn!,
      Code,
      Handler: "index.handler",
      Runtime: "nodejs22.x",
    })
    const { FunctionUrl } = await lambda.createFunctionUrlConfig({ FunctionName, AuthType: "NONE" })
    const headers = { "x-forwarded-for": "192.0.2.9" }
    // Of 10,000 at once 50 are left. Nobody may invoke it yet.
    for (let i = 0; i < 50; i++) assert.equal((await askSite(FunctionUrl!, { headers })).status, 403)
    await using connection = await rawConnection(server.url)
    connection.send(
      `POST / HTTP/1.1\r\nhost: ${new URL(FunctionUrl!).host}\r\nx-forwarded-for: 192.0.2.9\r\ncontent-length: 1000\r\n\r\n`,
    )
    const [answer] = await connection.answers(1)
    assert.equal(answer!.status, 429)
    assert.deepEqual(JSON.parse(answer!.body), {
      Type: "User",
      Reason: "CallerRateLimitExceeded",
      message: "Rate Exceeded.",
    })
    await lambda.updateFunctionUrlConfig({ FunctionName, AuthType: "AWS_IAM" })
    assert.equal((await askSite(FunctionUrl!, { headers })).status, 403)
  })

  test("a signature makes nobody known to what does not look at it", async () => {
    await signUps(10, "127.0.0.1")
    await assert.rejects(idp.send(new SignUpCommand({ ClientId, Username: nextName(), Password: PASSWORD })), {
      name: "TooManyRequestsException",
    })
    const headers = {
      "x-amz-target": "AWSCognitoIdentityProviderService.SignUp",
      "content-type": "application/x-amz-json-1.1",
    }
    const body = JSON.stringify({ ClientId, Username: nextName(), Password: PASSWORD })
    assert.equal((await signed("cognito-idp", { method: "POST", path: "/", headers, body })).status, 400)
  })

  test("not callers with a permission", async () => {
    for (let i = 0; i < 10; i++)
      await idp.send(new AdminCreateUserCommand({ UserPoolId, Username: nextName(), MessageAction: "SUPPRESS" }))
  })

  test("all addresses together", async () => {
    await server.clock.advance({ days: 1 })
    const seen: string[] = []
    for (let i = 0; i < 8; i++) seen.push(...(await guests(2, `198.51.100.${i}`)))
    assert.deepEqual(seen, [...Array(12).fill(OK), ...Array(4).fill(NO)])
    assert.match(await server.explain(), /GetId was called more often than all callers together may call it/)
  })

  test("is explained and counted", async () => {
    await server.clock.advance({ days: 1 })
    await signUps(6, "203.0.113.9")
    const text = await server.explain()
    assert.match(text, /cognito-idp:SignUp was called more often than one address may call it/)
    assert.match(text, /no more than 0\.025 a second for long, and 5 at once, of SignUp, ConfirmSignUp, .* together/)
    assert.match(text, /one more from 203\.0\.113\.9/)
    assert.match(text, /--rate-limits/)
    const metrics = await (await signed("hallpass", { method: "GET", path: "/_hallpass/metrics" })).text()
    assert.match(metrics, /^hallpass_rate_limited_total\{service="cognito-idp",operation="SignUp"\} [1-9]\d*$/m)
  })
})

test("a server that only its own machine reaches counts nobody", async () => {
  await using alone = await startServer()
  const client = new CognitoIdentityClient(alone.client)
  const { IdentityPoolId: id } = await client.send(
    new CreateIdentityPoolCommand({ IdentityPoolName: "guests", AllowUnauthenticatedIdentities: true }),
  )
  for (let i = 0; i < 6; i++)
    await Promise.all(Array.from({ length: 100 }, () => client.send(new GetIdCommand({ IdentityPoolId: id }))))
})
