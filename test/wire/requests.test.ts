import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { CognitoIdentityClient, ListIdentityPoolsCommand } from "@aws-sdk/client-cognito-identity"
import { CognitoIdentityProviderClient, ListUserPoolsCommand } from "@aws-sdk/client-cognito-identity-provider"
import { CreateBackupCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { GetServiceLastAccessedDetailsCommand, IAMClient, ListRolesCommand } from "@aws-sdk/client-iam"
import { GetBucketMetricsConfigurationCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3"
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts"
import { askControl } from "../harness/control.ts"
import { type ClientOptions, type Credentials, startServer, type TestServer } from "../harness/server.ts"

let server: TestServer
before(async () => {
  server = await startServer(["--clock-control"])
})
after(() => server[Symbol.asyncDispose]())

/** One signed call of each service. */
const CALLS: Record<string, (options: ClientOptions) => Promise<unknown>> = {
  sts: (options) => new STSClient(options).send(new GetCallerIdentityCommand({})),
  iam: (options) => new IAMClient(options).send(new ListRolesCommand({})),
  dynamodb: (options) => new DynamoDBClient(options).send(new ListTablesCommand({})),
  "cognito-idp": (options) =>
    new CognitoIdentityProviderClient(options).send(new ListUserPoolsCommand({ MaxResults: 1 })),
  "cognito-identity": (options) =>
    new CognitoIdentityClient(options).send(new ListIdentityPoolsCommand({ MaxResults: 1 })),
  s3: (options) => new S3Client({ ...options, forcePathStyle: true }).send(new ListBucketsCommand({})),
}

const UNKNOWN_KEY = "The security token included in the request is invalid."
const LONG_MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

interface Refusals {
  unknownKey: [status: number, code: string, message: string]
  wrongSecret: [status: number, code: string, message: string]
  expiredToken: [status: number, code: string]
}

const json: Refusals = {
  unknownKey: [400, "UnrecognizedClientException", UNKNOWN_KEY],
  wrongSecret: [400, "InvalidSignatureException", LONG_MISMATCH],
  expiredToken: [400, "ExpiredTokenException"],
}
const query: Refusals = {
  unknownKey: [403, "InvalidClientTokenId", UNKNOWN_KEY],
  wrongSecret: [403, "SignatureDoesNotMatch", LONG_MISMATCH],
  expiredToken: [403, "ExpiredToken"],
}
const REFUSALS: Record<string, Refusals> = {
  sts: query,
  iam: query,
  dynamodb: json,
  "cognito-idp": json,
  "cognito-identity": json,
  s3: {
    unknownKey: [403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."],
    wrongSecret: [
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    ],
    expiredToken: [400, "ExpiredToken"],
  },
}

async function assertRefused(call: Promise<unknown>, [status, code, message]: [number, string, string?]) {
  await assert.rejects(call, (error: Error & { Code?: string; $metadata: { httpStatusCode: number } }) => {
    assert.equal(error.$metadata.httpStatusCode, status)
    assert.equal(error.Code ?? error.name, code)
    if (message !== undefined) assert.equal(error.message, message)
    return true
  })
}

for (const [service, call] of Object.entries(CALLS))
  describe(service, () => {
    const as = (changes: Partial<Credentials>) => call(server.clientOf({ ...server.client.credentials, ...changes }))

    test("answers a signed call", async () => {
      await call(server.client)
    })

    test("refuses an unknown access key", () =>
      assertRefused(as({ accessKeyId: "AKIAIOSFODNN7EXAMPLE" }), REFUSALS[service]!.unknownKey))

    test("refuses another's secret", () =>
      assertRefused(as({ secretAccessKey: "not-the-secret" }), REFUSALS[service]!.wrongSecret))

    test("refuses the token of a session that has expired", async () => {
      const { Credentials: session } = await new STSClient(server.client).send(
        new GetSessionTokenCommand({ DurationSeconds: 900 }),
      )
      const start = Date.now()
      const credentials = {
        accessKeyId: session!.AccessKeyId!,
        secretAccessKey: session!.SecretAccessKey!,
        sessionToken: session!.SessionToken!,
      }
      const later = { ...server.clientOf(credentials), systemClockOffset: 901_000 }
      await askControl(server, "POST", "clock", { now: new Date(start + 901_000).toISOString() })
      try {
        await assertRefused(call(later), REFUSALS[service]!.expiredToken)
      } finally {
        await askControl(server, "POST", "clock", { now: new Date().toISOString() })
      }
    })
  })

const post = (headers: Record<string, string>, body: string, path = "/") =>
  fetch(`${server.url}${path}`, { method: "POST", headers, body })

test("an unsigned call is refused as each family does", async () => {
  const target = (name: string) => ({ "x-amz-target": name, "content-type": "application/x-amz-json-1.0" })
  const dynamodb = await post(target("DynamoDB_20120810.ListTables"), "{}")
  assert.equal(dynamodb.status, 400)
  assert.deepEqual(await dynamodb.json(), {
    __type: "com.amazon.coral.service#MissingAuthenticationTokenException",
    message: "Request is missing Authentication Token",
  })
  const form = { "content-type": "application/x-www-form-urlencoded" }
  const sts = await post(form, "Action=GetCallerIdentity&Version=2011-06-15")
  assert.equal(sts.status, 403)
  assert.match(
    await sts.text(),
    /<Code>MissingAuthenticationToken<\/Code><Message>Request is missing Authentication Token<\/Message>/,
  )
  const s3 = await fetch(`${server.url}/`)
  assert.equal(s3.status, 403)
  assert.match(await s3.text(), /<Code>AccessDenied<\/Code><Message>Access Denied<\/Message>/)
})

test("an operation that nobody has is unknown, in the protocol's own form", async () => {
  const dynamodb = await post({ "x-amz-target": "DynamoDB_20120810.Nonsense" }, "{}")
  assert.equal(dynamodb.status, 400)
  assert.match(((await dynamodb.json()) as { __type: string }).__type, /UnknownOperationException$/)
  const iam = await post({ "content-type": "application/x-www-form-urlencoded" }, "Action=Nonsense&Version=2010-05-08")
  assert.ok(iam.status >= 400 && iam.status < 500)
})

test("an operation that AWS has and Hallpass has not answers 501 and says so", async () => {
  const calls = [
    new IAMClient(server.client).send(new GetServiceLastAccessedDetailsCommand({ JobId: "any" })),
    new DynamoDBClient(server.client).send(new CreateBackupCommand({ TableName: "books", BackupName: "one" })),
    new S3Client({ ...server.client, forcePathStyle: true }).send(
      new GetBucketMetricsConfigurationCommand({ Bucket: "books", Id: "all" }),
    ),
  ]
  for (const call of calls)
    await assert.rejects(call, (error: Error & { $metadata: { httpStatusCode: number } }) => {
      assert.equal(error.$metadata.httpStatusCode, 501)
      assert.match(error.message, /^Hallpass does not implement [\w-]+:\w+ yet\.$/)
      return true
    })
})

test("a service that is not served is named", async () => {
  const response = await post({ "x-amz-target": "AmazonSQS.ListQueues" }, "{}")
  assert.equal(response.status, 501)
  assert.match(await response.text(), /Hallpass does not answer for the service 'AmazonSQS'/)
})

test("every answer carries its request id", async () => {
  const answer = await new STSClient(server.client).send(new GetCallerIdentityCommand({}))
  assert.match(answer.$metadata.requestId!, /^[0-9a-f-]{36}$/)
  const response = await fetch(`${server.url}/no-such-bucket/key`)
  assert.match(response.headers.get("x-amz-request-id")!, /\S/)
})

test("browsers of any origin may call Cognito, and are told so", async () => {
  const headers = { origin: "http://localhost:5173" }
  const preflight = await fetch(server.url, {
    method: "OPTIONS",
    headers: {
      ...headers,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-amz-target",
    },
  })
  assert.ok(preflight.status < 300)
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*")
  assert.match(preflight.headers.get("access-control-allow-headers")!, /x-amz-target/)
  const refused = await post(
    { ...headers, "x-amz-target": "AWSCognitoIdentityService.GetId", "content-type": "application/x-amz-json-1.1" },
    '{"IdentityPoolId":"us-east-1:00000000-0000-0000-0000-000000000000"}',
  )
  assert.equal(refused.status, 400)
  assert.equal(refused.headers.get("access-control-allow-origin"), "*")
  assert.match(refused.headers.get("access-control-expose-headers")!, /x-amzn-ErrorType/)
  assert.equal(refused.headers.get("x-amzn-ErrorType"), "ResourceNotFoundException:")
})

test("S3 lets in the origins that a bucket names, and so none to the list of buckets", async () => {
  const response = await fetch(`${server.url}/`, { headers: { origin: "http://localhost:5173" } })
  assert.equal(response.status, 403)
  assert.equal(response.headers.get("access-control-allow-origin"), null)
})

const NONSENSE: [what: string, headers: Record<string, string>, body: string][] = [
  ["no JSON", { "x-amz-target": "AWSCognitoIdentityService.GetId" }, "{"],
  ["JSON that is no object", { "x-amz-target": "AWSCognitoIdentityService.GetId" }, "[1]"],
  ["a number for a text", { "x-amz-target": "AWSCognitoIdentityService.GetId" }, '{"IdentityPoolId":5}'],
  ["deep nesting", { "x-amz-target": "AWSCognitoIdentityService.GetId" }, `{"Logins":${"[".repeat(50_000)}`],
  ["the prototype", { "x-amz-target": "AWSCognitoIdentityService.GetId" }, '{"__proto__":{"IdentityPoolId":"x"}}'],
  ["no UTF-8", { "x-amz-target": "AWSCognitoIdentityService.GetId" }, '{"IdentityPoolId":"\ud800"}'],
]

for (const [what, headers, body] of NONSENSE)
  test(`nonsense is a client's error: ${what}`, async () => {
    const response = await post({ ...headers, "content-type": "application/x-amz-json-1.1" }, body)
    assert.equal(response.status, 400)
    assert.match(((await response.json()) as { __type: string }).__type, /\w+Exception$/)
  })

test("the control calls need the root's signature", async () => {
  assert.equal((await fetch(`${server.url}/_hallpass/health`)).status, 200)
  for (const path of ["decisions", "outbox", "metrics", "clock"])
    assert.equal((await fetch(`${server.url}/_hallpass/${path}`)).status, 403)
  await assert.rejects(askControl(server, "GET", "nothing"), /There is no GET/)
})

test("metrics count what was answered", async () => {
  const { SignatureV4 } = await import("@smithy/signature-v4")
  const { Sha256 } = await import("@aws-crypto/sha256-js")
  const url = new URL("/_hallpass/metrics", server.url)
  const { credentials } = server.client
  const signer = new SignatureV4({ service: "hallpass", region: server.region, credentials, sha256: Sha256 })
  const request = {
    method: "GET",
    protocol: "http:",
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host },
  }
  const text = await (await fetch(url, { headers: (await signer.sign(request)).headers })).text()
  assert.match(text, /^hallpass_requests_total\{service="sts",operation="GetCallerIdentity",status="200"\} \d+$/m)
})

test("reset forgets everything and keeps the root", async () => {
  await using other = await startServer()
  const iam = new IAMClient(other.client)
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  })
  const { CreateRoleCommand } = await import("@aws-sdk/client-iam")
  await iam.send(new CreateRoleCommand({ RoleName: "soon-gone", AssumeRolePolicyDocument }))
  await askControl(other, "POST", "reset")
  assert.deepEqual((await iam.send(new ListRolesCommand({}))).Roles, [])
  await iam.send(new CreateRoleCommand({ RoleName: "soon-gone", AssumeRolePolicyDocument }))
})
