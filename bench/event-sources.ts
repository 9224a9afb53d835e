import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { IAM } from "@aws-sdk/client-iam"
import { Kinesis, waitUntilStreamExists } from "@aws-sdk/client-kinesis"
import { Lambda, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda"
import { NodeHttpHandler } from "@smithy/node-http-handler"
import { startWebServer } from "../test/harness/web-server.ts"
import { zipOf } from "../test/harness/zip.ts"
import { REGION, ROOT_KEYS, type Subject, startHallpass } from "./subjects.ts"

/** Tells how long each record was on its way since it was put. */
const source = (url: string) => `
export const handler = async (event) => {
  const now = Date.now()
  const delays = event.Records.map(({ kinesis }) => now - JSON.parse(Buffer.from(kinesis.data, "base64")).put)
  await fetch("${url}", { method: "POST", body: JSON.stringify(delays) })
}
`
const NAME = "follows"
const ALONE = 200
const MANY = 20_000
const IDLE_MILLISECONDS = 10_000

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Prints how long a record is on its way to a function, what handing many over costs, and what a mapping costs that has nothing to do. */
export async function run(print: (line: string) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-event-sources-"))
  try {
    await measure(directory, print)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function measure(directory: string, print: (line: string) => void): Promise<void> {
  using hallpass = await startHallpass(["--data-dir", directory, "--unlimited-streams"])
  const client = { endpoint: hallpass.url, region: REGION, credentials: ROOT_KEYS }
  const kinesis = new Kinesis({ ...client, requestHandler: new NodeHttpHandler() })
  const lambda = new Lambda(client)
  const delays: number[] = []
  await using told = await startWebServer(async (request, response) => {
    let body = ""
    for await (const piece of request.setEncoding("utf8")) body += piece
    delays.push(...(JSON.parse(body) as number[]))
    response.end()
  })
  const follow = await prepare(client, kinesis, lambda, told.url)
  const put = (count: number) =>
    kinesis.putRecords({
      StreamName: NAME,
      Records: Array.from({ length: count }, (_, at) => ({
        PartitionKey: String(at),
        Data: Buffer.from(JSON.stringify({ put: Date.now(), filling: "x".repeat(990) })),
      })),
    })
  const have = async (count: number) => {
    while (delays.length < count) await sleep(5)
  }

  const UUID = await follow()
  for (let i = 0; i < ALONE; i++) {
    await put(1)
    await sleep(25)
  }
  await have(ALONE)
  delays.sort((a, b) => a - b)
  const at = (share: number) => `${delays[Math.floor(delays.length * share)]} ms`
  print(`a record alone, put to function              ${at(0.5)} at the median, ${at(0.95)} at the 95th percentile`)

  const idle = await cpuOver(hallpass, () => sleep(IDLE_MILLISECONDS))
  print(
    `a mapping without records                    ${((idle * 1e6) / (IDLE_MILLISECONDS / 1000)).toFixed(0)} us CPU a second, the server's own included`,
  )

  await lambda.deleteEventSourceMapping({ UUID })
  for (let i = 0; i < MANY; i += 500) await put(500)
  const before = performance.now()
  const cpu = await cpuOver(hallpass, async () => {
    await follow()
    await have(ALONE + MANY + ALONE)
  })
  const seconds = (performance.now() - before) / 1000
  print(
    `${MANY} records of 1 KiB, batches of 100      ${(MANY / seconds).toFixed(0)} records/s, ${((cpu * 1e6) / MANY).toFixed(0)} us CPU each`,
  )
}

async function cpuOver(subject: Subject, work: () => Promise<unknown>): Promise<number> {
  const before = await subject.cpuSeconds()
  await work()
  return (await subject.cpuSeconds()) - before
}

/** A stream of one shard, and the function; a mapping is made by what is returned. */
async function prepare(
  client: ConstructorParameters<typeof IAM>[0] & object,
  kinesis: Kinesis,
  lambda: Lambda,
  url: string,
) {
  const iam = new IAM(client)
  const Statement = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }
  const { Role } = await iam.createRole({
    RoleName: NAME,
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
  })
  const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole"
  await iam.attachRolePolicy({ RoleName: NAME, PolicyArn })
  const Code = { ZipFile: zipOf({ "index.mjs": source(url) }) }
  const role = Role!.Arn!
  await lambda.createFunction({ FunctionName: NAME, Role: role, Code, Runtime: "nodejs24.x", Handler: "index.handler" })
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName: NAME })
  await kinesis.createStream({ StreamName: NAME, ShardCount: 1 })
  await waitUntilStreamExists({ client: kinesis, maxWaitTime: 30, minDelay: 1 }, { StreamName: NAME })
  const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName: NAME })
  const EventSourceArn = StreamDescriptionSummary!.StreamARN!
  return async () => {
    const made = { FunctionName: NAME, EventSourceArn, StartingPosition: "TRIM_HORIZON" } as const
    return (await lambda.createEventSourceMapping(made)).UUID!
  }
}

if (import.meta.main) await run(console.log)
