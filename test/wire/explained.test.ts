import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { CognitoIdentityClient, GetIdCommand } from "@aws-sdk/client-cognito-identity"
import {
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  GetUserCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { GetUserCommand as GetIamUserCommand, IAMClient } from "@aws-sdk/client-iam"
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3"
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { type ClientOptions, type Credentials, startServer, type TestServer } from "../harness/server.ts"
import {
  createIdentityPool,
  createRole,
  createUser,
  createUserPool,
  enter,
  policy,
  setRoles,
  trust,
  type UserPool,
} from "./cognito-identity-world.ts"

let server: TestServer
let people: UserPool
let ana: Credentials
let assumed: string
/** Whatever is said of a refusal, none of these is said. */
const secrets: string[] = []

before(async () => {
  server = await startServer(["--clock-control"])
  people = await createUserPool(server)
  await people.signUp("bo")
  const access = policy({ Effect: "Allow", Action: ["cognito-idp:*", "sts:AssumeRole"], Resource: "*" })
  ana = await createUser(server, "ana", access)
  assumed = await createRole(
    server,
    "assumed",
    policy({ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" }),
  )
  await new S3Client(s3Of(server.client)).send(new CreateBucketCommand({ Bucket: "shelf" }))
  secrets.push(ana.secretAccessKey, server.client.credentials.secretAccessKey)
})
after(() => server[Symbol.asyncDispose]())

const s3Of = (options: ClientOptions) => ({ ...options, forcePathStyle: true })
const as = (credentials: Credentials, more: object = {}) => ({
  ...server.clientOf(credentials),
  maxAttempts: 1,
  ...more,
})

/** Does what is refused, and tells what `hallpass explain` says of the last refusal. */
async function explained(call: () => Promise<unknown>): Promise<string> {
  const outcome = await call().then(
    (answer) => (answer instanceof Response && answer.status >= 400 ? "refused" : "let in"),
    (error) => (error.$metadata ? "refused" : String(error.stack)),
  )
  assert.equal(outcome, "refused")
  return server.explain()
}

const session = async () => {
  const { Credentials } = await new STSClient(as(ana)).send(
    new AssumeRoleCommand({ RoleArn: assumed, RoleSessionName: "story" }),
  )
  secrets.push(Credentials!.SessionToken!, Credentials!.SecretAccessKey!)
  return {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  }
}

const caller = (options: object) => new STSClient(options).send(new GetCallerIdentityCommand({}))
const buckets = (options: ClientOptions) => new S3Client(s3Of(options)).send(new ListBucketsCommand({}))
const tables = (options: object) => new DynamoDBClient(options).send(new ListTablesCommand({}))
const unknown = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }
const post = (target: string, body: string, more: Record<string, string> = {}) =>
  fetch(server.url, {
    method: "POST",
    headers: { "x-amz-target": target, "content-type": "application/x-amz-json-1.1", ...more },
    body,
  })

/** What is refused, and what has to be said: what was expected, what came, and what to do. */
const CASES: [what: string, call: () => Promise<unknown>, ...texts: RegExp[]][] = [
  ["an unknown key, at STS", () => caller(as(unknown)), /AKIAIOSFODNN7EXAMPLE is not known here/, /hallpass env/],
  ["an unknown key, at S3", () => buckets(as(unknown)), /InvalidAccessKeyId/, /AKIAIOSFODNN7EXAMPLE is not known here/],
  ["an unknown key, at DynamoDB", () => tables(as(unknown)), /not known here/, /caller {2}not proved \(says to have/],
  [
    "a secret in the place of the key",
    () => caller(as({ accessKeyId: unknown.secretAccessKey, secretAccessKey: unknown.accessKeyId })),
    /expected {2}KEY\/YYYYMMDD/,
    /exchanged/,
  ],
  [
    "the same of a secret without a slash",
    () =>
      caller(as({ accessKeyId: "never0told0secret0wJalrXUtnFEMI0K7MDENG0", secretAccessKey: "AKIAIOSFODNN7EXAMPLE" })),
    /not of the form of an access key id/,
    /exchanged/,
  ],
  [
    "another's secret, at S3",
    () => buckets(as({ ...ana, secretAccessKey: "not-the-secret" })),
    /The signature is not the one/,
    /canonical request whose SHA-256 is [0-9a-f]{64}/,
    /over the headers [a-z0-9;-]*host;[a-z0-9;-]*x-amz-date/,
    /Check the secret access key first/,
  ],
  [
    "another's secret, at IAM",
    () => new IAMClient(as({ ...ana, secretAccessKey: "no" })).send(new GetIamUserCommand({})),
    /SHA-256 is/,
  ],
  [
    "a clock that is an hour late",
    () => tables(as(ana, { systemClockOffset: -3_600_000 })),
    /clocks? .*too far apart/,
    /within 15 minutes of \d{4}-/,
    /one signed at \d{4}-/,
    /Set the client's clock/,
  ],
  [
    "the same at S3",
    () => buckets(as(ana, { systemClockOffset: -3_600_000 }) as ClientOptions),
    /RequestTimeTooSkewed/,
    /too far apart/,
  ],
  [
    "a session token of another key",
    async () => caller(as({ ...ana, sessionToken: (await session()).sessionToken })),
    /belongs to another access key/,
    /AWS_SESSION_TOKEN/,
  ],
  [
    "a token that is none, at S3",
    async () => buckets(as({ ...(await session()), sessionToken: "never-a-token" })),
    /does not open/,
    /from the same answer/,
  ],
  [
    "a temporary key without its token",
    async () => caller(as({ ...(await session()), sessionToken: undefined! })),
    /needs its session token/,
  ],
  ["nobody", () => post("DynamoDB_20120810.ListTables", "{}"), /needs a signature/, /hallpass env/],
  [
    "nobody at a bucket",
    () => fetch(`${server.url}/shelf/book`),
    /No statement of the policy of the resource/,
    /"Principal": "\*"/,
  ],
  [
    "a bearer token",
    () => post("DynamoDB_20120810.ListTables", "{}", { authorization: "Bearer never-told" }),
    /is no signature/,
    /the scheme Bearer/,
  ],
  [
    "an access token that is none",
    () => idp().send(new GetUserCommand({ AccessToken: "a.b.c" })),
    /access token is not one of/,
    /Send the access token/,
  ],
  ["a wrong password", () => signIn("bo", "never-the-password"), /password is not the user's/, /AdminSetUserPassword/],
  [
    "a missing permission",
    () => tables(as(ana)),
    /No statement of a policy of the user or its groups allows dynamodb:ListTables/,
    /Add \{"Effect": "Allow"/,
  ],
  [
    "iam:PassRole",
    () =>
      new CognitoIdentityProviderClient(as(ana)).send(
        new CreateGroupCommand({ UserPoolId: people.userPoolId, GroupName: "g", RoleArn: assumed }),
      ),
    /iam:PassRole on arn:aws:iam::123456789012:role\/assumed/,
    /Who hands a role to a service needs iam:PassRole/,
  ],
  [
    "a trust policy",
    async () => {
      const RoleArn = await createRole(
        server,
        "closed",
        policy({ Effect: "Allow", Principal: { AWS: "999999999999" }, Action: "sts:AssumeRole" }),
      )
      await new STSClient(as(ana)).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "story" }))
    },
    /No statement of the role's trust policy/,
    /comes near, but Principal is/,
    /Name the caller as Principal/,
  ],
  [
    "a value that AWS would not take",
    () => signedTables({ Limit: 1000 }),
    /not as dynamodb:ListTables takes it/,
    /ValidationException/,
  ],
  [
    "a body that is no JSON",
    () => post("AWSCognitoIdentityProviderService.SignUp", "{"),
    /not as cognito-idp:SignUp takes it/,
  ],
  [
    "an operation that is not built",
    () => post("DynamoDB_20120810.ExportTableToPointInTime", "{}"),
    /^dynamodb:ExportTableToPointInTime /,
    /Hallpass does not have dynamodb:ExportTableToPointInTime yet/,
  ],
  [
    "a service that is not there",
    () => signed("quicksight", "GET", "/"),
    /does not answer for the service 'quicksight'/,
    /caller {2}not looked at, from/,
    /AWS_ENDPOINT_URL/,
  ],
  [
    "an operation that AWS has not",
    () => post("AWSCognitoIdentityProviderService.NoSuchThing", "{}"),
    /names no operation/,
    /caller {2}not looked at, from/,
  ],
]

const idp = () => new CognitoIdentityProviderClient(server.client)
const signIn = (USERNAME: string, PASSWORD: string) => {
  secrets.push(PASSWORD)
  return idp().send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: people.clientId,
      AuthParameters: { USERNAME, PASSWORD },
    }),
  )
}
const signedTables = (input: object) => new DynamoDBClient(server.client).send(new ListTablesCommand(input as never))

/** By the credential scope alone: what is not there is refused before its signature is looked at. */
const signed = (service: string, method: string, path: string) =>
  fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
      "x-amz-date": "20260101T000000Z",
    },
  })

describe("what was expected, what came, and what to do, is told of", () => {
  for (const [what, call, ...texts] of CASES)
    test(what, async () => {
      const text = await explained(call)
      for (const expected of texts) assert.match(text, expected)
      assert.match(text, /\n {2}to do {5}/)
      assert.ok(!/^\s*[{}[\]]/m.test(text), `raw JSON:\n${text}`)
      for (const secret of [...secrets, unknown.secretAccessKey, "never-told", "never0told0secret"])
        assert.ok(!text.includes(secret), text)
    })

  test("a session that has expired", async () => {
    const credentials = await session()
    const now = new Date()
    await server.clock.set(new Date(now.getTime() + 2 * 3_600_000))
    try {
      const text = await explained(() => caller(as(credentials, { systemClockOffset: 2 * 3_600_000 })))
      assert.match(text, /credentials have expired/)
      assert.match(text, /good until \d{4}-/)
    } finally {
      await server.clock.set(now)
    }
  })

  test("a presigned URL that has expired", async () => {
    const client = new S3Client(s3Of(server.client))
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: "shelf", Key: "k" }), {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 3_600_000),
    })
    const text = await explained(() => fetch(url))
    assert.match(text, /presigned URL has expired/)
    assert.match(text, /Sign a new URL/)
  })

  test("a role mapping, a role's trust policy and what guests may not, of an identity pool", async () => {
    const pool = await createIdentityPool(server, {
      AllowUnauthenticatedIdentities: true,
      CognitoIdentityProviders: [{ ProviderName: people.providerName, ClientId: people.clientId }],
    })
    const provider = `${people.providerName}:${people.clientId}`
    const mapped = await createRole(server, "mapped", trust(pool))
    const closed = await createRole(server, "guests-closed", trust("us-east-1:another-pool", "unauthenticated"))
    const Rules = [{ Claim: "cognito:groups", MatchType: "Contains", Value: "admin", RoleARN: mapped } as const]
    await setRoles(
      server,
      pool,
      { authenticated: mapped, unauthenticated: closed },
      {
        [provider]: { Type: "Rules", AmbiguousRoleResolution: "Deny", RulesConfiguration: { Rules } },
      },
    )
    const Logins = { [people.providerName]: await people.signIn("bo") }
    const denied = await explained(() => enter(server, pool, Logins))
    assert.match(denied, /No rule of the role mapping matched the token/)
    assert.match(denied, /expected {2}cognito:groups Contains admin/)
    assert.match(denied, /AmbiguousRoleResolution/)

    const untrusted = await explained(() => enter(server, pool))
    assert.match(untrusted, /guests-closed was chosen, and its trust policy does not let the identity in/)
    assert.match(untrusted, /StringEquals cognito-identity.amazonaws.com:aud wants us-east-1:another-pool/)

    const access = policy({ Effect: "Allow", Action: "iam:*", Resource: "*" })
    const open = await createRole(server, "guests-open", trust(pool, "unauthenticated"), access)
    await setRoles(server, pool, { authenticated: mapped, unauthenticated: open })
    const guest = await enter(server, pool)
    const cut = await explained(() => new IAMClient(as(guest)).send(new GetIamUserCommand({ UserName: "ana" })))
    assert.match(cut, /No statement of a session policy/)
    assert.match(cut, /Guests of an identity pool are cut down/)

    const wrong = await explained(() =>
      new CognitoIdentityClient(server.client).send(
        new GetIdCommand({ IdentityPoolId: pool, Logins: { "accounts.google.com": "x.y.z" } }),
      ),
    )
    assert.match(wrong, /The identity pool knows no provider accounts.google.com/)
  })
})

test("the last refusal is the last, and what is merely not there is none", async () => {
  const text = await explained(() => caller(as(unknown)))
  await assert.rejects(
    new DynamoDBClient(server.client).send(new GetItemCommand({ TableName: "none", Key: { id: { S: "1" } } })),
  )
  assert.equal(await server.explain(), text)
})

test("the list of refusals has those that no policy decided", async () => {
  await assert.rejects(caller(as(unknown)))
  const [last] = await server.decisions.list({ refused: true, limit: 1 })
  assert.deepEqual([last!.error, last!.allowed, last!.caller], ["InvalidClientTokenId", false, undefined])
})

test("a browser at the server's address sees what this is, without script or secret; a client sees S3", async () => {
  const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" }
  const page = await fetch(`${server.url}/`, { headers: browser })
  const text = await page.text()
  assert.equal(page.status, 200)
  assert.match(page.headers.get("content-type")!, /^text\/html/)
  assert.match(page.headers.get("content-security-policy")!, /^default-src 'none'; style-src 'sha256-/)
  assert.ok(!/<script|style=|\son\w+=/i.test(text))
  assert.ok(text.includes(`export AWS_ENDPOINT_URL=${server.url}`))
  assert.ok(text.includes(`export AWS_ACCESS_KEY_ID=${server.client.credentials.accessKeyId}`))
  assert.ok(!text.includes(server.client.credentials.secretAccessKey))
  const head = await fetch(`${server.url}/`, { method: "HEAD", headers: browser })
  assert.deepEqual([head.status, await head.text()], [200, ""])
  for (const [path, headers] of [
    ["/", {}],
    ["/?list-type=2", browser],
    ["/", { ...browser, authorization: "AWS x:y" }],
  ] as [string, Record<string, string>][]) {
    const answer = await fetch(`${server.url}${path}`, { headers })
    assert.match(await answer.text(), /^<\?xml/)
    assert.equal(answer.status, 403)
  }
})
