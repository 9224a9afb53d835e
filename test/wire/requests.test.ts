import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { deflateSync, gzipSync } from "node:zlib"
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

describe("a service that is not served is named, in the form that its client reads", () => {
  const sentence = (name: string) => `Hallpass does not answer for the service '${name}'.`
  const signature = (name: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/${name}/aws4_request, SignedHeaders=host, Signature=0`,
  })
  const JSON_1_0 = "application/x-amz-json-1.0"
  const FORM_TYPE = "application/x-www-form-urlencoded; charset=utf-8"
  const CASES: [what: string, service: string, headers: Record<string, string>, body: string, expected: RegExp][] = [
    [
      "by a target",
      "sqs",
      { "x-amz-target": "AmazonSQS.ListQueues", "content-type": JSON_1_0 },
      "{}",
      /^\{"__type":"NotImplemented"/,
    ],
    ["by a type", "cloudtrail", { "content-type": "application/x-amz-json-1.1" }, "{}", /^\{"__type":"NotImplemented"/],
    [
      "by a form",
      "sns",
      { "content-type": FORM_TYPE },
      "Action=ListTopics",
      /^<ErrorResponse><Error><Type>Receiver<\/Type><Code>NotImplemented</,
    ],
    [
      "EC2, which has a form of its own",
      "ec2",
      { "content-type": FORM_TYPE },
      "Action=RunInstances",
      /<Response><Errors><Error><Code>NotImplemented</,
    ],
    ["JSON by its path", "batch", { "content-type": "application/json" }, "{}", /^\{"message":/],
    ["JSON by its path, without a type", "batch", {}, "", /^\{"message":/],
    [
      "CBOR",
      "monitoring",
      { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
      "\xa0",
      /__type.{3}NotImplemented.{3}message/s,
    ],
    ["XML by its path", "route53", { "content-type": "application/xml" }, "", /<ErrorResponse><Error>/],
  ]
  for (const [what, service, headers, body, expected] of CASES)
    test(what, async () => {
      const response = await post({ ...signature(service), ...headers }, body)
      assert.equal(response.status, 501)
      const text = await response.text()
      assert.match(text, expected)
      assert.ok(text.replaceAll("&apos;", "'").includes(sentence(service)), text)
    })

  test("S3 Control, which is signed for S3", async () => {
    const headers = { ...signature("s3"), "x-amz-account-id": "123456789012" }
    const response = await fetch(`${server.url}/v20180820/configuration/publicAccessBlock`, { headers })
    assert.equal(response.status, 501)
    assert.match(await response.text(), /<ErrorResponse><Error>.*<Code>NotImplemented<.*'s3-control'/)
  })
})

test("ids and names are made as AWS makes them", async () => {
  const dynamodb = await post(
    { "x-amz-target": "DynamoDB_20120810.ListTables", "content-type": "application/json" },
    "{}",
  )
  assert.match(dynamodb.headers.get("x-amzn-requestid")!, /^[A-Z0-9]{52}$/)
  assert.equal(dynamodb.headers.get("server"), "Server")
  assert.equal(dynamodb.headers.get("content-type"), "application/json")
  const s3 = await fetch(`${server.url}/no-such-bucket/key`)
  assert.equal(s3.headers.get("server"), "AmazonS3")
  assert.equal(s3.headers.get("keep-alive"), null)
  const [id, hostId] = [s3.headers.get("x-amz-request-id")!, s3.headers.get("x-amz-id-2")!]
  assert.match(id, /^[A-Z0-9]{16}$/)
  assert.match(hostId, /^[A-Za-z0-9+/]{75}=$/)
  assert.ok((await s3.text()).includes(`<RequestId>${id}</RequestId><HostId>${hostId}</HostId>`))
})

test("DynamoDB takes compressed bodies, and no more of them than of others", async () => {
  const ask = (body: Uint8Array, encoding: string) => signedCall("DynamoDB_20120810.ListTables", body, encoding)
  const empty = Buffer.from("{}")
  for (const [encoding, body] of [
    ["gzip", gzipSync(empty)],
    ["deflate", deflateSync(empty)],
    ["identity", empty],
    ["GZIP", gzipSync(empty)],
  ] as const)
    assert.equal((await ask(body, encoding)).status, 200, encoding)
  for (const [encoding, body] of [
    ["gzip", empty],
    ["br", empty],
  ] as const)
    assert.match(await (await ask(body, encoding)).text(), /MalformedHttpRequestException/, encoding)
  const bomb = await ask(gzipSync(Buffer.alloc(64 * 1024 * 1024, " ")), "gzip")
  assert.equal(bomb.status, 413)
})

test("DynamoDB's headers have at most 16 KB", async () => {
  const headers = { "x-amz-target": "DynamoDB_20120810.ListTables", "x-long": "x".repeat(16 * 1024) }
  assert.equal((await post(headers, "{}")).status, 400)
})

test("what a caller sent is not sent back at any length", async () => {
  const text = "9".repeat(200_000)
  const form = { "content-type": "application/x-www-form-urlencoded" }
  const refused = await post(form, `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&DurationSeconds=${text}`)
  assert.equal(refused.status, 400)
  assert.ok((await refused.text()).length < 20_000)
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

test("a preflight names no service: those with paths of their own are known by them, and the rest is S3's", async () => {
  const ask = (path: string, method: string) =>
    fetch(`${server.url}${path}`, {
      method: "OPTIONS",
      headers: {
        origin: "http://localhost:5173",
        "access-control-request-method": method,
        "access-control-request-headers": "authorization,x-amz-date,x-amz-log-type",
      },
    })
  const invoking = await ask("/2015-03-31/functions/f/invocations", "POST")
  assert.equal(invoking.status, 200)
  assert.equal(invoking.headers.get("access-control-allow-origin"), "*")
  assert.match(invoking.headers.get("access-control-expose-headers")!, /,x-amz-log-result,x-amz-function-error$/)
  for (const [path, method] of [
    ["/2015-03-31/functions/f/invocations", "PUT"],
    ["/2015-03-31/other", "POST"],
    ["/bucket/key", "PUT"],
  ] as const)
    assert.equal((await ask(path, method)).headers.get("access-control-allow-origin"), null, `${method} ${path}`)
})

test("S3 lets in the origins that a bucket names, and so none to the list of buckets", async () => {
  const response = await fetch(`${server.url}/`, { headers: { origin: "http://localhost:5173" } })
  assert.equal(response.status, 403)
  assert.equal(response.headers.get("access-control-allow-origin"), null)
})

/** A call of DynamoDB with that body, signed. */
async function signedCall(target: string, body: Uint8Array, encoding: string): Promise<Response> {
  const { SignatureV4 } = await import("@smithy/signature-v4")
  const { Sha256 } = await import("@aws-crypto/sha256-js")
  const { hostname, host } = new URL(server.url)
  const { credentials } = server.client
  const signer = new SignatureV4({ service: "dynamodb", region: server.region, credentials, sha256: Sha256 })
  const headers = {
    host,
    "x-amz-target": target,
    "content-type": "application/x-amz-json-1.0",
    "content-encoding": encoding,
  }
  const request = { method: "POST", protocol: "http:", hostname, path: "/", headers, body }
  return fetch(server.url, { method: "POST", headers: (await signer.sign(request)).headers, body: Buffer.from(body) })
}

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
  for (const path of ["decisions", "outbox", "metrics", "clock", "work"])
    assert.equal((await fetch(`${server.url}/_hallpass/${path}`)).status, 403)
  await assert.rejects(askControl(server, "GET", "nothing"), /There is no GET/)
})

test("the work in the background is told of, held and let go on", async () => {
  assert.deepEqual(await askControl(server, "POST", "work/settle"), { settled: true })
  assert.deepEqual(await askControl(server, "POST", "work/pause"), {})
  assert.deepEqual(await askControl(server, "POST", "work/settle"), { settled: false })
  assert.deepEqual(await askControl(server, "POST", "work/resume"), {})
  assert.deepEqual(await askControl(server, "POST", "work/settle"), { settled: true })
  assert.deepEqual(await askControl(server, "POST", "work/retry"), { retried: 0 })
  const { givenUp, ends } = await askControl(server, "GET", "work")
  assert.deepEqual([givenUp, typeof ends], [[], "object"])
  await assert.rejects(askControl(server, "POST", "work/nothing"), /There is no POST/)
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
  assert.match(text, /^hallpass_work_given_up 0$/m)
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
