import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2"
import { get } from "node:https"
import { after, before, describe, test } from "node:test"
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { CreateUserCommand, IAMClient, ListUsersCommand } from "@aws-sdk/client-iam"
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda"
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { NodeHttp2Handler } from "@smithy/node-http-handler"
import { type Certificate, makeCertificate } from "../harness/certificate.ts"
import { startServer, type TestServer } from "../harness/server.ts"

let certificate: Certificate
before(() => {
  certificate = makeCertificate()
})
after(() => certificate[Symbol.dispose]())

for (const scheme of ["http", "https"] as const)
  describe(`HTTP/2 by ${scheme}`, () => {
    let server: TestServer
    let requestHandler: NodeHttp2Handler
    let ca: Buffer
    const clientOf = () => ({ ...server.client, requestHandler })

    before(async () => {
      const { cert, key } = certificate
      ca = readFileSync(cert)
      server = await startServer(scheme === "https" ? ["--tls-cert", cert, "--tls-key", key] : [])
      requestHandler = new NodeHttp2Handler({ nodeHttp2ConnectOptions: { ca } })
    })
    after(async () => {
      requestHandler.destroy()
      await server[Symbol.asyncDispose]()
    })

    test("the clients of the SDK are served in each protocol, by one connection", async () => {
      const { Arn } = await new STSClient(clientOf()).send(new GetCallerIdentityCommand({}))
      assert.match(Arn!, /:root$/)
      const iam = new IAMClient(clientOf())
      await iam.send(new CreateUserCommand({ UserName: "ada" }))
      assert.equal((await iam.send(new ListUsersCommand({}))).Users![0]!.UserName, "ada")
      const lambda = await new LambdaClient(clientOf()).send(new ListFunctionsCommand({}))
      assert.deepEqual(lambda.Functions, [])
      const pools = new CognitoIdentityProviderClient(clientOf())
      const { UserPool } = await pools.send(new CreateUserPoolCommand({ PoolName: "people" }))
      const described = await pools.send(new DescribeUserPoolCommand({ UserPoolId: UserPool!.Id }))
      assert.equal(described.UserPool!.Name, "people")
    })

    test("items of DynamoDB go both ways, many at once", async () => {
      const dynamodb = new DynamoDBClient(clientOf())
      await dynamodb.send(
        new CreateTableCommand({
          TableName: "books",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          BillingMode: "PAY_PER_REQUEST",
        }),
      )
      const ids = Array.from({ length: 300 }, (_, id) => String(id))
      const text = "x".repeat(2000)
      await Promise.all(
        ids.map((id) =>
          dynamodb.send(new PutItemCommand({ TableName: "books", Item: { id: { N: id }, text: { S: text + id } } })),
        ),
      )
      const read = await Promise.all(
        ids.map((id) => dynamodb.send(new GetItemCommand({ TableName: "books", Key: { id: { N: id } } }))),
      )
      assert.deepEqual(
        read.map(({ Item }) => Item!.text!.S),
        ids.map((id) => text + id),
      )
    })

    test("objects of S3 go both ways, whole", async () => {
      const s3 = new S3Client({ ...clientOf(), forcePathStyle: true })
      await s3.send(new CreateBucketCommand({ Bucket: "shelf" }))
      for (const bytes of [0, 1, 70_000, 9 * 1024 * 1024]) {
        const Body = randomBytes(bytes)
        await s3.send(new PutObjectCommand({ Bucket: "shelf", Key: "a b+ü", Body, Metadata: { a: "x  y" } }))
        const got = await s3.send(new GetObjectCommand({ Bucket: "shelf", Key: "a b+ü" }))
        assert.deepEqual(got.Metadata, { a: "x  y" })
        assert.equal(hash(await got.Body!.transformToByteArray()), hash(Body))
      }
    })

    test("what is refused is refused as by HTTP/1.1", async () => {
      const s3 = new S3Client({ ...clientOf(), forcePathStyle: true })
      await assert.rejects(s3.send(new GetObjectCommand({ Bucket: "nobody-has-it", Key: "k" })), {
        name: "NoSuchBucket",
      })
      const credentials = { ...server.client.credentials, secretAccessKey: "wrong" }
      const stranger = new DynamoDBClient({ ...clientOf(), credentials })
      await assert.rejects(stranger.send(new GetItemCommand({ TableName: "books", Key: { id: { N: "1" } } })), {
        name: "InvalidSignatureException",
      })
      const large = new CreateUserPoolCommand({ PoolName: "x".repeat(5_000_000) })
      await assert.rejects(new CognitoIdentityProviderClient(clientOf()).send(large), ({ $metadata }) => {
        assert.equal($metadata.httpStatusCode, 413)
        return true
      })
      // The connection goes on.
      await new STSClient(clientOf()).send(new GetCallerIdentityCommand({}))
    })

    test("a presigned URL is for the host that :authority names", async () => {
      const s3 = new S3Client({ ...clientOf(), forcePathStyle: true })
      await s3.send(new CreateBucketCommand({ Bucket: "presigned" }))
      await s3.send(new PutObjectCommand({ Bucket: "presigned", Key: "k", Body: "hello" }))
      const url = new URL(await getSignedUrl(s3, new GetObjectCommand({ Bucket: "presigned", Key: "k" })))
      const session = connect(url.origin, { ca })
      try {
        assert.deepEqual(await ask(session, { ":path": url.pathname + url.search }), { status: 200, body: "hello" })
        const elsewhere = { ":path": url.pathname + url.search, ":authority": "127.0.0.2" }
        assert.equal((await ask(session, elsewhere)).status, 403)
        assert.deepEqual(await ask(session, { ":method": "HEAD", ":path": "/presigned/k" }), { status: 403, body: "" })
      } finally {
        session.destroy()
      }
    })

    test("HTTP/1.1 is spoken on the same port", async () => {
      if (scheme === "http") return assert.equal((await fetch(`${server.url}/_hallpass/health`)).status, 200)
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const agent = undefined
        get(`${server.url}/_hallpass/health`, { ca, agent }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        }).on("error", reject)
      })
      assert.equal(status, 200)
    })
  })

const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

async function ask(session: ClientHttp2Session, headers: IncomingHttpHeaders) {
  const stream = session.request(headers)
  let status = 0
  let body = ""
  stream.on("response", ({ ":status": answered }) => {
    status = answered!
  })
  for await (const piece of stream) body += piece
  return { status, body }
}
