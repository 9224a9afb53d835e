import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb"
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import { ask } from "../../src/cli/ask.ts"
import { eventually } from "../harness/eventually.ts"
import { type PostgresServer, startPostgres } from "../harness/postgres.ts"
import { type ServerProcess, startServerProcess } from "../harness/server-process.ts"
import { allow } from "./bookshop.ts"

const postgres = await startPostgres()
const skip = typeof postgres === "string" ? postgres : false
const directory = mkdtempSync(join(tmpdir(), "hallpass-nodes-"))
const nodes: ServerProcess[] = []

before(async () => {
  if (skip) return
  const url = await (postgres as PostgresServer).createDatabase()
  const start = async (name: string) => {
    nodes.push(await startServerProcess(["--database-url", url, "--data-dir", join(directory, name)]))
  }
  // Both make their tables in the same empty database.
  await Promise.all([start("one"), start("two")])
})
after(async () => {
  if (!skip) {
    await Promise.all(nodes.map((node) => node.stop()))
    await (postgres as PostgresServer).stop()
  }
  rmSync(directory, { recursive: true, force: true })
})

const TableName = "shared"

test("two nodes on one database are one system", { skip }, async () => {
  const [one, two] = nodes as [ServerProcess, ServerProcess]
  await new DynamoDBClient(one.client).send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  )
  await new DynamoDBClient(two.client).send(new PutItemCommand({ TableName, Item: { id: { S: "from two" } } }))
  const { Items } = await new DynamoDBClient(one.client).send(new ScanCommand({ TableName }))
  assert.deepEqual(Items, [{ id: { S: "from two" } }])
})

test("what one node revokes, the other refuses soon, and either explains", { skip }, async () => {
  const [one, two] = nodes as [ServerProcess, ServerProcess]
  const iam = new IAMClient(one.client)
  const UserName = "reader"
  await iam.send(new CreateUserCommand({ UserName }))
  const policy = { UserName, PolicyName: "read" }
  await iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument: allow("dynamodb:Scan", "*") }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const other = new DynamoDBClient({ ...two.client, credentials })
  await other.send(new ScanCommand({ TableName }))

  await iam.send(new DeleteUserPolicyCommand(policy))
  const error = await eventually(() =>
    other.send(new ScanCommand({ TableName })).then(
      () => undefined,
      (refused) => refused,
    ),
  )
  assert.equal(error.name, "AccessDeniedException")

  const { credentials: root } = one.client
  const server = { pid: 0, url: one.url, region: "us-east-1", accountId: "", ...root }
  const call = await eventually(
    () =>
      ask(server, "GET", `decisions/${error.$metadata.requestId}`).catch(() => undefined) as Promise<
        { decisions: object[] } | undefined
      >,
  )
  assert.equal(call.decisions.length, 1)
})
