import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { Sha256 } from "@aws-crypto/sha256-js"
import { CognitoIdentityClient, GetIdCommand } from "@aws-sdk/client-cognito-identity"
import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb"
import { CreateAccessKeyCommand, CreateSAMLProviderCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam"
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { AssumeRoleWithSAMLCommand, STSClient } from "@aws-sdk/client-sts"
import { SignatureV4 } from "@smithy/signature-v4"
import { type RawAnswer, rawConnection } from "../harness/raw-http.ts"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"

const MEBIBYTE = 1024 * 1024
const BUCKET = "borders-bucket"

let server: TestServer
let s3: S3Client
let nobody: Credentials
before(async () => {
  server = await startServer()
  s3 = new S3Client({ ...server.client, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
  const iam = new IAMClient(server.client)
  await iam.send(new CreateUserCommand({ UserName: "nobody" }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "nobody" }))
  nobody = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
})
after(() => server[Symbol.asyncDispose]())

interface Head {
  method?: string
  path?: string
  headers?: Record<string, string>
  length?: number
}

const target = (name: string) => ({ "x-amz-target": name, "content-type": "application/x-amz-json-1.1" })
const FORM = { "content-type": "application/x-www-form-urlencoded" }

/** The answer to the head of a request of which not one byte of the body is sent. */
async function answerTo({ method = "POST", path = "/", headers = {}, length = 10 }: Head): Promise<RawAnswer> {
  await using connection = await rawConnection(server.url)
  const lines = Object.entries({ host: new URL(server.url).host, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  connection.send(`${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\ncontent-length: ${length}\r\n\r\n`)
  const [answer] = await connection.answers(1)
  assert.ok(answer)
  assert.match(answer.head, /^connection: close$/im)
  return answer
}

/** The head as somebody signs it who has keys. */
async function signed(
  service: string,
  head: Head,
  credentials: Credentials = server.client.credentials,
  date = new Date(),
) {
  const { hostname, host } = new URL(server.url)
  const signer = new SignatureV4({
    service,
    region: server.region,
    credentials,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
  })
  const [path = "/", search = ""] = (head.path ?? "/").split("?")
  const query = Object.fromEntries(new URLSearchParams(search))
  const headers = { host, ...head.headers, ...(service === "s3" && { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }) }
  const request = { method: head.method ?? "POST", protocol: "http:", hostname, path, query, headers }
  return { ...head, headers: (await signer.sign(request, { signingDate: date })).headers }
}

const codeOf = ({ status, body }: RawAnswer) =>
  `${status} ${/"__type":"(?:[^"#]*#)?(\w+)"/.exec(body)?.[1] ?? /<Code>(\w+)</.exec(body)?.[1]}`

describe("who has no key is refused before a byte of the body", () => {
  const UNSIGNED: [string, Head, string][] = [
    ["DynamoDB", { headers: target("DynamoDB_20120810.PutItem") }, "400 MissingAuthenticationTokenException"],
    [
      "user pools",
      { headers: target("AWSCognitoIdentityProviderService.AdminGetUser") },
      "400 MissingAuthenticationTokenException",
    ],
    [
      "identity pools",
      { headers: target("AWSCognitoIdentityService.CreateIdentityPool") },
      "400 MissingAuthenticationTokenException",
    ],
    [
      "Organizations",
      { headers: target("AWSOrganizationsV20161128.CreateAccount") },
      "400 MissingAuthenticationTokenException",
    ],
    ["IAM", { path: "/?Action=CreateUser&Version=2010-05-08", headers: FORM }, "403 MissingAuthenticationToken"],
    ["an object", { method: "PUT", path: `/${BUCKET}/key` }, "403 AccessDenied"],
    ["a bucket's rules", { method: "PUT", path: `/${BUCKET}?cors` }, "403 AccessDenied"],
    ["an upload's parts", { method: "POST", path: `/${BUCKET}/key?uploadId=a` }, "403 AccessDenied"],
    ["a bucket's policy", { method: "PUT", path: `/${BUCKET}?policy` }, "403 AccessDenied"],
    ["a bucket's tags", { method: "PUT", path: `/${BUCKET}?tagging` }, "403 AccessDenied"],
    ["an object's tags", { method: "PUT", path: `/${BUCKET}/key?tagging` }, "403 AccessDenied"],
    ["a list of objects of no bucket", { path: "/none?delete" }, "404 NoSuchBucket"],
    ["a list of objects without its digest", { path: `/${BUCKET}?delete` }, "400 InvalidRequest"],
    ["a bucket that is none", { method: "PUT", path: "/none?versioning" }, "404 NoSuchBucket"],
  ]
  for (const [what, head, expected] of UNSIGNED)
    test(what, async () => {
      assert.equal(codeOf(await answerTo(head)), expected)
    })
})

describe("who has not the right key is refused before a byte of the body", () => {
  const CALLS: Record<string, Head> = {
    dynamodb: { headers: target("DynamoDB_20120810.PutItem") },
    "cognito-idp": { headers: target("AWSCognitoIdentityProviderService.AdminGetUser") },
    iam: { headers: FORM },
    s3: { method: "PUT", path: `/${BUCKET}/key` },
  }
  const stranger = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" }
  const EXPECTED: Record<string, [unknown: string, old: string, misplaced: string]> = {
    dynamodb: ["400 UnrecognizedClientException", "400 InvalidSignatureException", "400 InvalidSignatureException"],
    "cognito-idp": [
      "400 UnrecognizedClientException",
      "400 InvalidSignatureException",
      "400 InvalidSignatureException",
    ],
    iam: ["403 InvalidClientTokenId", "403 SignatureDoesNotMatch", "403 SignatureDoesNotMatch"],
    s3: ["403 InvalidAccessKeyId", "403 RequestTimeTooSkewed", "400 AuthorizationHeaderMalformed"],
  }
  for (const [service, head] of Object.entries(CALLS)) {
    const [unknown, old, misplaced] = EXPECTED[service]!
    test(`${service}: an unknown key`, async () => {
      assert.equal(codeOf(await answerTo(await signed(service, head, stranger))), unknown)
    })
    test(`${service}: an old signature`, async () => {
      const date = new Date(Date.now() - 3_600_000)
      assert.equal(codeOf(await answerTo(await signed(service, head, server.client.credentials, date))), old)
    })
    test(`${service}: a signature of another day`, async () => {
      const made = await signed(service, head)
      made.headers.authorization = made.headers.authorization!.replace(/\/\d{8}\//, "/20200101/")
      assert.equal(codeOf(await answerTo(made)), misplaced)
    })
  }

  test("s3: a key that may not, for what the head says alone", async () => {
    const heads: Head[] = [
      { method: "PUT", path: `/${BUCKET}/key` },
      { method: "PUT", path: `/${BUCKET}?versioning` },
      { method: "PUT", path: `/${BUCKET}?cors` },
      { method: "POST", path: `/${BUCKET}/key?uploadId=a` },
    ]
    for (const head of heads) assert.equal(codeOf(await answerTo(await signed("s3", head, nobody))), "403 AccessDenied")
  })

  test("s3: a signature that is wrong", async () => {
    const head = await signed("s3", { method: "PUT", path: `/${BUCKET}?tagging` })
    head.headers.authorization = head.headers.authorization!.replace(
      /Signature=(.)/,
      (_, first) => `Signature=${first === "0" ? "1" : "0"}`,
    )
    assert.equal(codeOf(await answerTo(head)), "403 SignatureDoesNotMatch")
  })
})

describe("what a signature must cover, and be for", () => {
  const call = (name: string) => ({ headers: target(name), length: 2 })

  test("a target that is not signed could be any", async () => {
    const made = await signed("dynamodb", { length: 2 })
    const headers = { ...made.headers, ...target("DynamoDB_20120810.ListTables") }
    const answer = await answerTo({ ...made, headers })
    assert.equal(codeOf(answer), "400 InvalidSignatureException")
    assert.match(answer.body, /'x-amz-target' must be a 'SignedHeader' in the AWS Authorization\./)
  })

  test("a target is of the service that the signature is for", async () => {
    for (const [service, name] of [
      ["dynamodb", "AWSCognitoIdentityService.ListTables"],
      ["dynamodb", "DynamoDB_20111205.ListTables"],
      ["cognito-idp", "DynamoDB_20120810.ListUserPools"],
    ] as const) {
      const answer = await answerTo(await signed(service, call(name)))
      assert.equal(codeOf(answer), "400 UnknownOperationException", name)
    }
  })

  test("S3's region is one of AWS's, or the server's own", async () => {
    const head = { method: "PUT", path: "/region-bucket" }
    const made = async (region: string, path = head.path) => {
      const { hostname, host } = new URL(server.url)
      const signer = new SignatureV4({
        service: "s3",
        region,
        credentials: server.client.credentials,
        sha256: Sha256,
        uriEscapePath: false,
      })
      const headers = { host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }
      const request = { method: "PUT", protocol: "http:", hostname, path, headers }
      return fetch(`${server.url}${path}`, { method: "PUT", headers: (await signer.sign(request)).headers })
    }
    const refused = await made("aws-global")
    assert.equal(refused.status, 400)
    assert.match(
      await refused.text(),
      /<Code>AuthorizationHeaderMalformed<\/Code><Message>The authorization header is malformed; the region 'aws-global' is wrong; expecting 'us-east-1'<\/Message><Region>us-east-1</,
    )
    assert.equal((await made("us-east-1")).status, 200)
    assert.equal((await made("us-gov-west-1", "/region-bucket-gov")).status < 500, true)
  })
})

test("an upload's owner is told to go on, and who may not write is not", async () => {
  const head = { method: "PUT", path: `/${BUCKET}?cors`, headers: { expect: "100-continue" }, length: 5 }
  assert.equal((await answerTo(await signed("s3", head, nobody))).status, 403)
  await using connection = await rawConnection(server.url)
  const { headers } = await signed("s3", head)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  connection.send(`PUT ${head.path} HTTP/1.1\r\n${lines.join("\r\n")}\r\ncontent-length: 5\r\n\r\n`)
  assert.equal((await connection.answers(1))[0]?.status, 100)
  connection.send("<xml>")
  assert.equal(codeOf((await connection.answers(2))[1]!), "400 MalformedXML")
})

describe("a head of thousands of names is refused before anything is made of it", () => {
  const names = (count: number, between: string) => Array.from({ length: count }, (_, i) => `a${i}`).join(between)
  const presigned = (signedHeaders: string, more = "") =>
    `/${BUCKET}/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=${signedHeaders}&X-Amz-Signature=a${more}`
  const authorization = (service: string, count: number) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host;${names(count, ";")}, Signature=a`,
  })
  const TOO_LARGE = "400 RequestHeaderSectionTooLarge"
  const HEADS: [string, Head, string][] = [
    ["parameters", { path: `/${BUCKET}?${names(5_000, "&")}` }, TOO_LARGE],
    ["parameters of a presigned URL", { path: presigned("host", `&${names(5_000, "&")}`) }, TOO_LARGE],
    ["headers that a presigned URL signs", { path: presigned(`host%3B${names(5_000, "%3B")}`) }, TOO_LARGE],
    ["the same, not encoded", { path: presigned(`host;${names(5_000, ";")}`) }, TOO_LARGE],
    ["headers that a signature covers", { path: `/${BUCKET}`, headers: authorization("s3", 5_000) }, TOO_LARGE],
    [
      "parameters of another service",
      { path: `/?Action=AssumeRoleWithWebIdentity&Version=2011-06-15&${names(1_100, "&")}` },
      "400 MalformedHttpRequestException",
    ],
    ["the same for STS", { headers: { ...FORM, ...authorization("sts", 1_100) } }, "400 MalformedHttpRequestException"],
    [
      "the same for user pools",
      { headers: { ...target("AWSCognitoIdentityProviderService.ListUsers"), ...authorization("cognito-idp", 1_100) } },
      "400 MalformedHttpRequestException",
    ],
    // AWS takes what has less than 8 KB.
    ["not a head that is short", { method: "PUT", path: `/${BUCKET}?cors&${"a&".repeat(1_100)}` }, "403 AccessDenied"],
    [
      "not a long head of few names",
      { method: "PUT", path: `/${BUCKET}?cors&prefix=${"a".repeat(20_000)}` },
      "403 AccessDenied",
    ],
  ]
  for (const [what, head, expected] of HEADS)
    test(what, async () => {
      assert.equal(codeOf(await answerTo(head)), expected)
    })
})

describe("a body that is too long is refused before a byte of it", () => {
  const LONG: [string, Head, string, string?][] = [
    [
      "a sign-up",
      { headers: target("AWSCognitoIdentityProviderService.SignUp"), length: MEBIBYTE },
      "413 RequestEntityTooLargeException",
    ],
    [
      "a look-up of an identity",
      { headers: target("AWSCognitoIdentityService.GetId"), length: MEBIBYTE },
      "413 RequestEntityTooLargeException",
    ],
    ["an unsigned form", { headers: FORM, length: MEBIBYTE }, "413 RequestEntityTooLargeException"],
    [
      "an item",
      { headers: target("DynamoDB_20120810.PutItem"), length: 16 * MEBIBYTE + 1 },
      "413 RequestEntityTooLargeException",
      "dynamodb",
    ],
    [
      "an account",
      { headers: target("AWSOrganizationsV20161128.CreateAccount"), length: MEBIBYTE },
      "413 RequestEntityTooLargeException",
      "organizations",
    ],
    ["tags", { method: "PUT", path: `/${BUCKET}?tagging`, length: MEBIBYTE }, "400 MaxMessageLengthExceeded", "s3"],
    [
      "a list of keys",
      { path: `/${BUCKET}?delete`, headers: { "content-md5": `${"A".repeat(22)}==` }, length: 3 * MEBIBYTE },
      "400 MaxMessageLengthExceeded",
      "s3",
    ],
    [
      "a list of keys, unsigned",
      { path: `/${BUCKET}?delete`, headers: { "content-md5": `${"A".repeat(22)}==` }, length: 3 * MEBIBYTE },
      "400 MaxMessageLengthExceeded",
    ],
  ]
  for (const [what, head, expected, service] of LONG)
    test(what, async () => {
      const answer = await answerTo(service === undefined ? head : await signed(service, head))
      assert.equal(codeOf(answer), expected)
    })

  test("a form whose action is known from its beginning", async () => {
    const { headers } = await signed("iam", { headers: FORM })
    await using connection = await rawConnection(server.url)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    connection.send(`POST / HTTP/1.1\r\n${lines.join("\r\n")}\r\ncontent-length: ${MEBIBYTE}\r\n\r\n`)
    connection.send("Action=CreateUser&Version=2010-05-08&")
    assert.equal(codeOf((await connection.answers(1))[0]!), "413 RequestEntityTooLargeException")
  })
})

describe("the longest that is legal is taken", () => {
  /** What is refused is refused for what it says, and not for its size. */
  const codeOfCall = (call: Promise<unknown>) =>
    call.then(
      () => "taken",
      (error: Error & { Code?: string }) => error.Code ?? error.name,
    )

  test("ten logins of 50,000 characters", async () => {
    const Logins = Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [`provider-${i}.example.com`, "t".repeat(50_000)]),
    )
    const IdentityPoolId = "us-east-1:00000000-0000-0000-0000-000000000000"
    const call = new CognitoIdentityClient(server.client).send(new GetIdCommand({ IdentityPoolId, Logins }))
    assert.equal(await codeOfCall(call), "ResourceNotFoundException")
  })

  test("a SAML assertion of 100,000 characters", async () => {
    const call = new STSClient(server.client).send(
      new AssumeRoleWithSAMLCommand({
        RoleArn: "arn:aws:iam::123456789012:role/r",
        PrincipalArn: "arn:aws:iam::123456789012:saml-provider/p",
        SAMLAssertion: Buffer.alloc(75_000, 0xff).toString("base64"),
      }),
    )
    assert.equal(await codeOfCall(call), "InvalidIdentityToken")
  })

  test("SAML metadata of 5,000,000 characters", async () => {
    const SAMLMetadataDocument = `<a b="${"x".repeat(5_000_000)}"/>`
    const call = new IAMClient(server.client).send(new CreateSAMLProviderCommand({ Name: "p", SAMLMetadataDocument }))
    assert.equal(await codeOfCall(call), "InvalidInput")
  })

  test("a batch of nearly 16 MB", async () => {
    const dynamodb = new DynamoDBClient(server.client)
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "borders",
        KeySchema: [{ AttributeName: "p", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    )
    // Binary is a third longer in JSON than it is.
    const borders = Array.from({ length: 25 }, (_, i) => ({
      PutRequest: { Item: { p: { S: String(i) }, b: { B: Buffer.alloc(409_000) } } },
    }))
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { borders } }))
    const { Count } = await dynamodb.send(new ScanCommand({ TableName: "borders", Select: "COUNT", Limit: 1 }))
    assert.equal(Count, 1)
  })

  test("a thousand keys of 1,024 bytes", async () => {
    const Objects = Array.from({ length: 1000 }, (_, i) => ({
      Key: `${i + 1000}`.padEnd(514, "é"),
      VersionId: "null",
    }))
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects, Quiet: true } }),
    )
    assert.deepEqual(Errors, [])
  })

  test("ten thousand parts", async () => {
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: "k", ChecksumAlgorithm: "SHA256" }),
    )
    const Parts = Array.from({ length: 10_000 }, (_, i) => ({
      PartNumber: i + 1,
      ETag: `"${"0".repeat(32)}"`,
      ChecksumSHA256: `${"A".repeat(43)}=`,
    }))
    const complete = new CompleteMultipartUploadCommand({
      Bucket: BUCKET,
      Key: "k",
      UploadId,
      MultipartUpload: { Parts },
    })
    assert.equal(await codeOfCall(s3.send(complete)), "InvalidPart")
  })
})
