import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb"
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  IAM,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import { Lambda, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda"
import { S3 } from "@aws-sdk/client-s3"
import { ask } from "../../src/testing/ask.ts"
import { runCommand } from "../harness/command.ts"
import { eventually } from "../harness/eventually.ts"
import { type PostgresServer, startPostgres } from "../harness/postgres.ts"
import { childrenOf } from "../harness/processes.ts"
import { type ServerProcess, startServerProcess } from "../harness/server-process.ts"
import { askSite } from "../harness/site-request.ts"
import { zipOf } from "../harness/zip.ts"
import { HELLO, TRUSTS_LAMBDA } from "../wire/lambda-world.ts"
import { allow } from "./bookshop.ts"

const postgres = await startPostgres()
let url: string
const skip = typeof postgres === "string" ? postgres : false
const directory = mkdtempSync(join(tmpdir(), "hallpass-nodes-"))
const nodes: ServerProcess[] = []

before(async () => {
  if (skip) return
  url = await (postgres as PostgresServer).createDatabase()
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

test("objects that are put on one node are read and deleted on the other", { skip }, async () => {
  const [one, two] = nodes.map(({ client }) => new S3({ ...client, forcePathStyle: true }))
  const [Bucket, Key, Body] = ["shared-bucket", "k", randomBytes(2_500_000)]
  await one!.createBucket({ Bucket })
  await one!.putObject({ Bucket, Key, Body })
  assert.ok(Body.equals(await (await two!.getObject({ Bucket, Key })).Body!.transformToByteArray()))
  await two!.deleteObject({ Bucket, Key })
  await assert.rejects(one!.getObject({ Bucket, Key }), { name: "NoSuchKey" })
})

test("of many guesses at once, as many are told as of many in a row, whichever node takes them", { skip }, async () => {
  const [one, two] = nodes.map((node) => new CognitoIdentityProvider(node.client))
  const { UserPool } = await one!.createUserPool({ PoolName: "guessed" })
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await one!.createUserPoolClient({
    UserPoolId,
    ClientName: "app",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  })
  const [Username, Password] = ["ann", "Passw0rd!"]
  await one!.adminCreateUser({ UserPoolId, Username, MessageAction: "SUPPRESS" })
  await one!.adminSetUserPassword({ UserPoolId, Username, Password, Permanent: true })
  const guess = (node: CognitoIdentityProvider, PASSWORD: string) =>
    node.initiateAuth({
      ClientId: UserPoolClient!.ClientId!,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: Username, PASSWORD },
    })
  const before = performance.now()
  const texts = await Promise.all(
    Array.from({ length: 40 }, (_, n) => guess((n % 2 ? two : one)!, `Wr0ng!!${n}`).catch(({ message }) => message)),
  )
  const seconds = (performance.now() - before) / 1000
  const told = texts.filter((text) => text === "Incorrect username or password.").length
  // Five, and one more for each wait of 1, 2, 4 ... seconds that went by.
  assert.ok(told >= 5 && told <= 5 + Math.floor(Math.log2(seconds + 1)), `${told} in ${seconds} s`)
  assert.equal(texts.filter((text) => text === "Password attempts exceeded").length, texts.length - told, texts.join())
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
  const server = { url: one.url, region: "us-east-1", ...root }
  const call = await eventually(
    () =>
      ask(server, "GET", `decisions/${error.$metadata.requestId}`).catch(() => undefined) as Promise<
        { decisions: object[] } | undefined
      >,
  )
  assert.equal(call.decisions.length, 1)
})

test("several processes behind one port have one door, and whichever decided, it is explained", { skip }, async () => {
  const url = await (postgres as PostgresServer).createDatabase()
  const dataDirectory = join(directory, "workers")
  const server = await startServerProcess(["--database-url", url, "--data-dir", dataDirectory, "--workers", "2"])
  const run = (...args: string[]) => runCommand([...args, "--data-dir", dataDirectory])
  try {
    const env = JSON.parse((await run("env", "--json")).stdout)
    assert.equal(env.AWS_ENDPOINT_URL, server.url)
    assert.equal(env.AWS_SECRET_ACCESS_KEY, server.client.credentials.secretAccessKey)
    const ids: string[] = []
    for (let i = 0; i < 6; i++) {
      // A connection each, so that both processes have some.
      const answer = await fetch(`${server.url}/?x-id=ListBuckets&prefix=${i}`, { headers: { connection: "close" } })
      await answer.arrayBuffer()
      ids.push(answer.headers.get("x-amz-request-id")!)
    }
    for (const id of ids) assert.ok((await run("explain", id)).stdout.includes(id))
    const last = await run("explain")
    assert.ok(last.stdout.includes(ids.at(-1)!), `${last.stdout}${last.stderr}${ids}`)
  } finally {
    await server.stop()
  }
  assert.deepEqual(readdirSync(dataDirectory), [])
})

test("a worker that is killed is replaced, one or all, and the port stays the same", { skip }, async () => {
  const flags = ["--database-url", url, "--data-dir", join(directory, "replaced"), "--workers", "2"]
  const server = await startServerProcess(flags)
  const scan = () => new DynamoDBClient(server.client).send(new ScanCommand({ TableName }))
  const workers = () => childrenOf(server.pid)
  const first = workers()
  assert.equal(first.length, 2)
  process.kill(first[0]!, "SIGKILL")
  await eventually(() => workers().some((pid) => !first.includes(pid)))
  assert.equal((await scan()).Count, 1)
  const second = workers()
  for (const pid of second) process.kill(pid, "SIGKILL")
  await eventually(() =>
    scan().then(
      ({ Count }) => Count === 1,
      () => false,
    ),
  )
  await eventually(() => workers().filter((pid) => !second.includes(pid)).length === 2)
  await server.stop()
  assert.deepEqual(workers(), [])
})

test("a function that one node has made ready is ready on the other, which had none a moment ago", {
  skip,
}, async () => {
  const [one, two] = nodes.map(({ client }) => new Lambda(client)) as [Lambda, Lambda]
  const iam = new IAM(nodes[0]!.client)
  const { Role } = await iam.createRole({ RoleName: "of-functions", AssumeRolePolicyDocument: TRUSTS_LAMBDA })
  const FunctionName = "shared"
  const dryRun = (Qualifier?: string) =>
    two.invoke({ FunctionName, InvocationType: "DryRun", ...(Qualifier && { Qualifier }) })
  await assert.rejects(dryRun(), { name: "ResourceNotFoundException" })
  await one.createFunction({
    FunctionName,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: Role!.Arn!,
    Code: { ZipFile: HELLO },
  })
  await waitUntilFunctionActiveV2({ client: one, minDelay: 1, maxWaitTime: 60 }, { FunctionName })
  assert.equal((await dryRun()).StatusCode, 204)
  await assert.rejects(dryRun("live"), { name: "ResourceNotFoundException" })
  await one.publishVersion({ FunctionName })
  await one.createAlias({ FunctionName, Name: "live", FunctionVersion: "1" })
  assert.equal((await dryRun("live")).StatusCode, 204)
})

test("a URL and the policy behind it are the same on both nodes, and each keeps ready what is provisioned", {
  skip,
}, async () => {
  const [one, two] = nodes.map(({ client }) => new Lambda(client)) as [Lambda, Lambda]
  const iam = new IAM(nodes[0]!.client)
  const { Role } = await iam.createRole({ RoleName: "of-sites", AssumeRolePolicyDocument: TRUSTS_LAMBDA })
  const FunctionName = "site"
  await one.createFunction({
    FunctionName,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: Role!.Arn!,
    Code: {
      ZipFile: zipOf({
        "index.mjs": "export const handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE\n",
      }),
    },
    Publish: true,
  })
  await waitUntilFunctionActiveV2({ client: one, minDelay: 1, maxWaitTime: 60 }, { FunctionName })
  const { FunctionUrl } = await one.createFunctionUrlConfig({ FunctionName, AuthType: "NONE" })
  const path = new URL(FunctionUrl!).hostname
  const onTwo = `http://${path}:${new URL(nodes[1]!.url).port}/`
  assert.equal((await askSite(onTwo)).status, 403)
  const everyone = { FunctionName, Principal: "*" }
  await one.addPermission({ ...everyone, StatementId: "url", Action: "lambda:InvokeFunctionUrl" })
  await one.addPermission({ ...everyone, StatementId: "invoke", Action: "lambda:InvokeFunction" })
  const isOpen = await eventually(async () => {
    const answer = await askSite(onTwo)
    return answer.status === 200 && answer
  })
  assert.equal(isOpen.body, "on-demand")
  await two.removePermission({ FunctionName, StatementId: "url" })
  await eventually(async () => (await askSite(FunctionUrl!)).status === 403)
  // One node makes it ready, and each other one as soon as it invokes it.
  const version = { FunctionName, Qualifier: "1" }
  await one.putProvisionedConcurrencyConfig({ ...version, ProvisionedConcurrentExecutions: 1 })
  await eventually(async () => (await two.getProvisionedConcurrencyConfig(version)).Status === "READY")
  for (const node of [one, two])
    await eventually(async () => {
      const { Payload } = await node.invoke(version)
      return Payload!.transformToString() === '"provisioned-concurrency"'
    })
})

test("what a function reserves is so much on all nodes together", { skip }, async () => {
  const [one, two] = nodes.map(({ client }) => new Lambda({ ...client, maxAttempts: 1 })) as [Lambda, Lambda]
  const { Role } = await new IAM(nodes[0]!.client).createRole({
    RoleName: "of-reserving",
    AssumeRolePolicyDocument: TRUSTS_LAMBDA,
  })
  const FunctionName = "reserving"
  await one.createFunction({
    FunctionName,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: Role!.Arn!,
    Code: {
      ZipFile: zipOf({
        "index.mjs": "export const handler = ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms))\n",
      }),
    },
  })
  await waitUntilFunctionActiveV2({ client: one, minDelay: 1, maxWaitTime: 60 }, { FunctionName })
  await one.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 2 })
  await eventually(async () => (await two.getFunctionConcurrency({ FunctionName })).ReservedConcurrentExecutions === 2)
  const invoke = (node: Lambda, ms: number) =>
    node.invoke({ FunctionName, Payload: JSON.stringify({ ms }) }).then(
      () => "ran",
      ({ name, Reason }) => `${name} ${Reason}`,
    )
  const THROTTLED = "TooManyRequestsException ReservedFunctionConcurrentInvocationLimitExceeded"
  // So that all have what they need, and the caches know how much is reserved.
  await eventually(async () => {
    const endings = await Promise.all([invoke(two, 500), invoke(two, 500), invoke(two, 500)])
    return endings.includes(THROTTLED) && endings.filter((ending) => ending === "ran").length === 2
  })
  // Each is asked at the same time for as many as both may run together.
  const endings = await Promise.all([one, two, one, two, one, two].map((node) => invoke(node, 3_000)))
  assert.deepEqual(endings.sort(), [...Array(4).fill(THROTTLED), "ran", "ran"])
  // One after the other they run wherever they are asked for, though the other node ran the one before.
  for (const node of [one, two, two, one, two, one]) assert.equal(await invoke(node, 0), "ran")
  await one.deleteFunctionConcurrency({ FunctionName })
})
