import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda"
import { eventually } from "../harness/eventually.ts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { startPostgres } from "../harness/postgres.ts"
import type { ClientOptions } from "../harness/server.ts"
import { type ServerProcess, startServerProcess } from "../harness/server-process.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { zipOf } from "../harness/zip.ts"
import { READS, type StreamEvent, streamArn, textOf } from "../wire/event-sources-world.ts"
import { kinesisClient } from "../wire/kinesis-world.ts"
import { TRUSTS_LAMBDA } from "../wire/lambda-world.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-event-sources-"))
const postgres = await startPostgres()
let elsewhere: WebServer
/** Of each stream the batches that its function was invoked with, in the order in which they came. */
const batches = new Map<string, string[][]>()
/** While it is closed, functions wait. */
let gate: Promise<void> = Promise.resolve()

before(async () => {
  elsewhere = await startWebServer(async (request, response) => {
    let body = ""
    for await (const piece of request.setEncoding("utf8")) body += piece
    const { Records } = JSON.parse(body) as StreamEvent
    const name = request.url!.slice(1)
    batches.set(name, [...(batches.get(name) ?? []), Records.map(textOf)])
    await gate
    response.end("{}")
  })
})
after(async () => {
  if (typeof postgres !== "string") await postgres.stop()
  await elsewhere[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

const textsOf = (name: string): string[] => (batches.get(name) ?? []).flat()

/** A stream, and a function that tells what it gets of it. */
async function follow(client: ClientOptions, name: string, ShardCount: number): Promise<void> {
  const [iam, lambda, kinesis] = [new IAM(client), new Lambda(client), kinesisClient(client)]
  const { Role } = await iam.createRole({ RoleName: name, AssumeRolePolicyDocument: TRUSTS_LAMBDA })
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: READS })
  await iam.putRolePolicy({ RoleName: name, PolicyName: "reads", PolicyDocument })
  const handler = `export const handler = async (event) => {
    await fetch("${elsewhere.url}/${name}", { method: "POST", body: JSON.stringify(event) })
  }`
  await lambda.createFunction({
    FunctionName: name,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: Role!.Arn!,
    Timeout: 60,
    Code: { ZipFile: zipOf({ "index.mjs": handler }) },
  })
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName: name })
  await kinesis.createStream({ StreamName: name, ShardCount })
  await eventually(async () => {
    const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName: name })
    return StreamDescriptionSummary!.StreamStatus === "ACTIVE"
  })
  await lambda.createEventSourceMapping({
    FunctionName: name,
    EventSourceArn: streamArn(name),
    StartingPosition: "TRIM_HORIZON",
    BatchSize: 7,
  })
}

const KEYS = 5
const isAscending = (numbers: readonly number[]) => numbers.every((one, i) => i === 0 || one > numbers[i - 1]!)

/** Each record came, those of one key in their order; what came again was a batch as it had been. */
function assertDelivered(name: string, written: readonly string[]): void {
  const first = [...new Set(textsOf(name))]
  assert.deepEqual(new Set(first), new Set(written))
  for (let key = 0; key < KEYS; key++) {
    const numbers = first.filter((text) => text.startsWith(`${key}:`)).map((text) => Number(text.split(":")[1]))
    assert.ok(isAscending(numbers), `key ${key}: ${numbers}`)
  }
}

async function put(client: ClientOptions, StreamName: string, number: number): Promise<string> {
  const text = `${number % KEYS}:${number}`
  await kinesisClient(client).putRecord({ StreamName, PartitionKey: String(number % KEYS), Data: Buffer.from(text) })
  return text
}

test("kill -9 while functions are at it loses no record, and keeps each key in its order", async () => {
  const flags = [...FUNCTION_FLAGS, "--data-dir", join(directory, "data")]
  const written: string[] = []
  const start = () => startServerProcess(flags)
  let server = await start()
  await follow(server.client, "killed", 2)
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 40; i++) written.push(await put(server.client, "killed", written.length))
    const seen = textsOf("killed").length
    // In the middle of a batch, if there is any left.
    if (new Set(textsOf("killed")).size < written.length) await eventually(() => textsOf("killed").length > seen)
    await server.kill()
    server = await start()
  }
  try {
    await eventually(() => new Set(textsOf("killed")).size === written.length)
    assertDelivered("killed", written)
    // What a crash brings again is what was under way: at most a batch of each shard.
    const again = textsOf("killed").length - written.length
    assert.ok(again <= 4 * 2 * 7, `${again} came again`)
  } finally {
    await server.stop()
  }
})

describe("two nodes", { skip: typeof postgres === "string" && postgres }, () => {
  const nodes: ServerProcess[] = []
  before(async () => {
    if (typeof postgres === "string") return
    const url = await postgres.createDatabase()
    for (const name of ["one", "two"])
      nodes.push(
        await startServerProcess([...FUNCTION_FLAGS, "--database-url", url, "--data-dir", join(directory, name)]),
      )
  })
  after(() => Promise.all(nodes.map((node) => node.stop())))

  test("hand on what either of them writes, once, and in order", async () => {
    const [one, two] = nodes as [ServerProcess, ServerProcess]
    await follow(one.client, "both", 2)
    const written: string[] = []
    for (let i = 0; i < 100; i++) written.push(await put((i % 3 ? one : two).client, "both", i))
    await eventually(() => new Set(textsOf("both")).size === written.length)
    assertDelivered("both", written)
    assert.equal(textsOf("both").length, written.length)
    // After a silence too, whichever of them is written to.
    for (const node of [two, one]) {
      written.push(await put(node.client, "both", written.length))
      await eventually(() => textsOf("both").includes(written.at(-1)!))
    }
  })

  test("take over from each other: what one had under way when it died comes again, and nothing is lost", async () => {
    const [one, two] = nodes as [ServerProcess, ServerProcess]
    await follow(one.client, "taken-over", 1)
    const closed = Promise.withResolvers<void>()
    gate = closed.promise
    const written: string[] = []
    // Whoever is written to is at it.
    written.push(await put(one.client, "taken-over", 0))
    await eventually(() => textsOf("taken-over").length === 1)
    for (let i = 1; i < 20; i++) written.push(await put(two.client, "taken-over", i))
    await one.kill()
    closed.resolve()
    await eventually(() => new Set(textsOf("taken-over")).size === written.length)
    assertDelivered("taken-over", written)
    assert.equal(textsOf("taken-over").filter((text) => text === written[0]).length, 2)
  })
})
