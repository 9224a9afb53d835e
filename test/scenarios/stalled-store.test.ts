import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import {
  AdminConfirmSignUpCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { CreateUserCommand, IAMClient, ListUsersCommand } from "@aws-sdk/client-iam"
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { eventually } from "../harness/eventually.ts"
import { type OwnPostgresServer, startOwnPostgres } from "../harness/postgres.ts"
import type { ClientOptions } from "../harness/server.ts"
import { type ServerProcess, startServerProcess } from "../harness/server-process.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-stalled-"))
after(() => rmSync(directory, { recursive: true, force: true }))

/** A call, and the error by which its service says that it cannot be done now. */
type Call = [what: string, error: string, call: () => Promise<unknown>]

const UNAVAILABLE = "ServiceUnavailable"
const UNAVAILABLE_JSON = "ServiceUnavailableException"

/** What reads and what writes, of each protocol. */
async function prepare(client: ClientOptions): Promise<{ reads: Call[]; writes: Call[] }> {
  const s3 = new S3Client({ ...client, forcePathStyle: true })
  const object = { Bucket: "shelf", Key: "book" }
  await s3.send(new CreateBucketCommand({ Bucket: object.Bucket }))
  await s3.send(new PutObjectCommand({ ...object, Body: "text" }))
  const db = new DynamoDBClient(client)
  const TableName = "books"
  await db.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  )
  const Key = { id: { S: "a" } }
  const idp = new CognitoIdentityProviderClient(client)
  const UserPoolId = (await idp.send(new CreateUserPoolCommand({ PoolName: "readers" }))).UserPool!.Id!
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "web",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  )
  const ClientId = UserPoolClient!.ClientId!
  const AuthParameters = { USERNAME: "ann", PASSWORD: "Tr0ub4dor&3" }
  await idp.send(new SignUpCommand({ ClientId, Username: "ann", Password: AuthParameters.PASSWORD }))
  await idp.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: "ann" }))
  const iam = new IAMClient(client)
  let users = 0
  const userName = () => `reader-${users++}`
  return {
    reads: [
      ["GetObject", UNAVAILABLE, async () => (await s3.send(new GetObjectCommand(object))).Body!.transformToString()],
      ["GetItem", UNAVAILABLE_JSON, () => db.send(new GetItemCommand({ TableName, Key }))],
      ["ListUsers", UNAVAILABLE, () => iam.send(new ListUsersCommand({}))],
    ],
    writes: [
      ["PutObject", UNAVAILABLE, () => s3.send(new PutObjectCommand({ ...object, Body: "x".repeat(100_000) }))],
      ["PutItem", UNAVAILABLE_JSON, () => db.send(new PutItemCommand({ TableName, Item: { ...Key, x: { S: "y" } } }))],
      [
        "SignUp",
        UNAVAILABLE_JSON,
        () => idp.send(new SignUpCommand({ ClientId, Username: userName(), Password: AuthParameters.PASSWORD })),
      ],
      [
        "InitiateAuth",
        UNAVAILABLE_JSON,
        () => idp.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters })),
      ],
      ["CreateUser", UNAVAILABLE, () => iam.send(new CreateUserCommand({ UserName: userName() }))],
    ],
  }
}

async function assertRefused(calls: readonly Call[]): Promise<void> {
  const outcomes = await Promise.allSettled(calls.map(([, , call]) => call()))
  for (const [i, outcome] of outcomes.entries()) {
    const [what, name] = calls[i]!
    assert.equal(outcome.status, "rejected", `${what} was answered`)
    const { name: got, $metadata } = outcome.reason as Error & { $metadata?: { httpStatusCode?: number } }
    assert.deepEqual([what, got, $metadata?.httpStatusCode], [what, name, 503], String(outcome.reason))
  }
}

const done = (call: () => Promise<unknown>) =>
  eventually(() =>
    call().then(
      () => true,
      () => false,
    ),
  )

/** What a balancer asks. */
async function ask({ url }: ServerProcess, what: "health" | "ready"): Promise<[status: number, body: unknown]> {
  const response = await fetch(`${url}/_hallpass/${what}`)
  return [response.status, await response.json()]
}

const postgres = await startOwnPostgres()

describe("on a PostgreSQL that is frozen", { skip: typeof postgres === "string" && postgres }, () => {
  const database = postgres as OwnPostgresServer
  let server: ServerProcess
  before(async () => {
    const flags = ["--database-url", await database.createDatabase(), "--data-dir", join(directory, "node")]
    server = await startServerProcess(flags)
  })
  after(async () => {
    await server.stop()
    await database.stop()
  })

  test("every call is answered with 503, and all goes on when it wakes", async () => {
    const { reads, writes } = await prepare(server.client)
    const all = [...reads, ...writes]
    // As many connections as there may be have been opened before.
    await Promise.all(Array.from({ length: 8 }, () => reads.map(([, , call]) => call())).flat())
    database.freeze()
    try {
      // More than there are connections; and again, when none is left.
      await assertRefused(Array(5).fill(all).flat())
      await assertRefused(all)
      assert.deepEqual(await ask(server, "ready"), [503, { status: "not ready", store: "does not answer" }])
      assert.equal((await ask(server, "health"))[0], 200)
    } finally {
      database.thaw()
    }
    for (const [, , call] of all) await done(call)
    await eventually(async () => (await ask(server, "ready"))[0] === 200)
  })

  test("it ends when it is asked to", async () => {
    database.freeze()
    try {
      await server.stop()
    } finally {
      database.thaw()
    }
  })
})

describe("on a disk that is full", () => {
  let server: ServerProcess
  const folder = join(directory, "full")
  before(async () => {
    server = await startServerProcess(["--data-dir", folder])
  })
  after(() => server.stop())

  /** No file may grow beyond it: as a full disk, but for this process alone. Node ignores the signal that goes with it. */
  const limitFiles = (bytes: number | "unlimited") =>
    execFileSync("prlimit", ["--pid", String(server.pid), `--fsize=${bytes}:`])
  const log = () => statSync(join(folder, "hallpass.db-wal")).size

  test("what writes is answered with 503, what reads as ever, and all goes on when there is room", async () => {
    const { reads, writes } = await prepare(server.client)
    limitFiles(log())
    try {
      // The log begins anew when it was copied into the database: what fits into it is done.
      for (const write of writes) while (!(await isRefused(write))) {}
      await assertRefused(writes)
      for (const [, , call] of reads) await call()
      const [, readiness] = await eventually(async () => {
        const answer = await ask(server, "ready")
        return answer[0] === 503 && answer
      })
      assert.deepEqual(readiness, { status: "not ready", store: "cannot be written" })
    } finally {
      limitFiles("unlimited")
    }
    for (const [, , call] of [...writes, ...reads]) await done(call)
    await eventually(async () => (await ask(server, "ready"))[0] === 200)
  })

  test("a server that begins on it answers what reads, or ends and says why", async () => {
    await server.stop()
    // Room for what SQLite keeps beside a database that is read.
    server = await startServerProcess(["--data-dir", folder], { room: 64 })
    const { Users } = await new IAMClient(server.client).send(new ListUsersCommand({}))
    assert.ok(Users!.length > 0)
    await server.stop()
    await assert.rejects(startServerProcess(["--data-dir", folder], { room: 0 }), /ended with 1 before it listened/)
  })
})

const isRefused = ([, , call]: Call) =>
  call().then(
    () => false,
    () => true,
  )
