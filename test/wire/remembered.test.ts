import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam"
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import { startServer, type TestServer } from "../harness/server.ts"

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server[Symbol.asyncDispose]())

const MEBIBYTE = 1024 * 1024

/** What is alive: on the heap and beside it. */
function aliveBytes(): number {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test("what refused requests carried is not remembered, whoever sent it", async () => {
  const iam = new IAMClient(server.client)
  await iam.send(new CreateUserCommand({ UserName: "nobody" }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "nobody" }))
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  await new DynamoDBClient(server.client).send(
    new CreateTableCommand({
      TableName: "wide",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  )
  await new S3Client({ ...server.client, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: "wide" }))
  const mine = new DynamoDBClient({ ...server.clientOf(credentials) })
  const text = "x".repeat(300 * 1024)
  const keys = "<Object><Key>a</Key></Object>".repeat(900)
  const once = async () => {
    await assert.rejects(
      mine.send(new PutItemCommand({ TableName: "wide", Item: { id: { S: "1" }, text: { S: text } } })),
      { name: "AccessDeniedException" },
    )
    const answer = await fetch(`${server.url}/wide?delete`, {
      method: "POST",
      headers: { "content-type": "application/xml" },
      body: `<Delete><Quiet>true</Quiet>${keys}<!--${"y".repeat(300 * 1024)}--></Delete>`,
    })
    await answer.arrayBuffer()
  }
  for (let i = 0; i < 5; i++) await once()
  const start = aliveBytes()
  for (let i = 0; i < 60; i++) await once()
  const grown = aliveBytes() - start
  assert.ok(grown < 12 * MEBIBYTE, `${(grown / MEBIBYTE).toFixed(1)} MiB are held of 36`)
})

test("an error repeats no more of what was sent than people read, nor does the log", async () => {
  const answer = await fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=rr&WebIdentityToken=abcd&DurationSeconds=${"9".repeat(200_000)}`,
  })
  const text = await answer.text()
  assert.equal(answer.status, 400)
  assert.ok(text.length < 10_000, `${text.length} characters`)
})
