import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { Kinesis, waitUntilStreamExists } from "@aws-sdk/client-kinesis"
import { NodeHttpHandler } from "@smithy/node-http-handler"
import { type Filled, fillLog } from "./filled-log.ts"
import { type Load, type Measured, measureByTurns, measureOn } from "./load.ts"
import { prepareSession } from "./prepare.ts"
import { measureTableStreams } from "./streams-dynamodb.ts"
import { type Keys, REGION, ROOT_KEYS, type Subject, signed, startHallpass, startPeer } from "./subjects.ts"

const STREAM = "bench"
const SHARDS = 2
const KIB = Buffer.alloc(1024, "x").toString("base64")
const RECORDS_OF_ONE_CALL = 10
const ROUNDS = 3
/** A stream has many; those of a shard share commits. */
const WRITERS = 64

function call(url: string, operation: string, input: object, credentials?: Keys): Promise<Load> {
  const headers = { "x-amz-target": `Kinesis_20131202.${operation}`, "content-type": "application/x-amz-json-1.1" }
  return signed("kinesis", { url, method: "POST", path: "/", headers, body: JSON.stringify(input) }, credentials)
}

const clientOf = (url: string, credentials: Keys = ROOT_KEYS) =>
  new Kinesis({ endpoint: url, region: REGION, credentials, requestHandler: new NodeHttpHandler() })

async function createStream(kinesis: Kinesis, StreamName: string, ShardCount: number): Promise<void> {
  await kinesis.createStream({ StreamName, ShardCount })
  await waitUntilStreamExists({ client: kinesis, maxWaitTime: 30, minDelay: 1 }, { StreamName })
}

async function readOf(
  url: string,
  StreamName: string,
  Limit: number,
  credentials?: Keys,
  more: object = {},
): Promise<Load> {
  const { ShardIterator } = await clientOf(url, credentials).getShardIterator({
    StreamName,
    ShardId: "shardId-000000000000",
    ShardIteratorType: "TRIM_HORIZON",
    ...more,
  })
  return call(url, "GetRecords", { ShardIterator, Limit }, credentials)
}

/** kinesalite, in memory. It looks at no signature and at no permission. */
async function startKinesalite(directory: string | undefined): Promise<Subject | undefined> {
  if (directory === undefined) return undefined
  try {
    const file = createRequire(`${resolve(directory)}/package.json`).resolve("kinesalite/package.json")
    const flags = (port: number) => ["--port", String(port), "--createStreamMs", "0", "--shardLimit", "100"]
    return await startPeer(join(dirname(file), "cli.js"), flags)
  } catch {
    return undefined
  }
}

const put = (url: string, credentials?: Keys) =>
  call(url, "PutRecord", { StreamName: STREAM, PartitionKey: "a", Data: KIB }, credentials)

const putMany = (url: string, credentials?: Keys) => {
  const Records = Array.from({ length: RECORDS_OF_ONE_CALL }, (_, at) => ({ PartitionKey: String(at), Data: KIB }))
  return call(url, "PutRecords", { StreamName: STREAM, Records }, credentials)
}

/** Prints what streams cost: durable, signed and decided, beside the peer that is found in `peersDirectory`. */
export async function run(print: (line: string) => void, peersDirectory?: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-streams-"))
  try {
    await measureCalls(join(directory, "calls"), print, peersDirectory)
    await measureTableStreams(join(directory, "tables"), print)
    await measureSizes(join(directory, "sizes"), print)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function measureCalls(directory: string, print: (line: string) => void, peersDirectory?: string) {
  using hallpass = await startHallpass(["--data-dir", directory, "--unlimited-streams"])
  using peer = await startKinesalite(peersDirectory)
  print(`what a sync of 64 KiB takes here (the middle one of 100): ${syncMilliseconds(directory).toFixed(2)} ms`)
  const subjects = [{ name: "Hallpass, durable", subject: hallpass, keys: await prepareSession(hallpass.url) }]
  if (peer) subjects.push({ name: "kinesalite, memory", subject: peer, keys: ROOT_KEYS })
  for (const { subject } of subjects) await createStream(clientOf(subject.url), STREAM, SHARDS)
  const rows: [string, number, (url: string, keys: Keys) => Promise<Load>][] = [
    ["PutRecord of 1 KiB", 5_000, put],
    [`PutRecords of ${RECORDS_OF_ONE_CALL} x 1 KiB`, 600, putMany],
    ["GetRecords of 100 x 1 KiB", 300, (url, keys) => readOf(url, STREAM, 100, keys)],
  ]
  for (const [what, count, loadOf] of rows) {
    const ways = []
    for (const { subject, keys } of subjects) {
      const load = await loadOf(subject.url, keys)
      // V8 goes on compiling what is hot for so long.
      await measureOn(subject, 2 * count, load, 0, WRITERS)
      ways.push(() => measureOn(subject, count, load, undefined, WRITERS))
    }
    const measured = await measureByTurns(ROUNDS, ways)
    for (const [at, { name }] of subjects.entries()) print(lineOf(`${what}, ${name}`, measured[at]!, measured[1]))
  }
}

/** What the disk does meanwhile is in all that is durable. */
function syncMilliseconds(directory: string): number {
  const path = join(directory, "synced")
  const file = openSync(path, "w")
  const bytes = Buffer.alloc(64 * 1024, "x")
  const took = Array.from({ length: 100 }, () => {
    writeSync(file, bytes)
    const start = performance.now()
    fdatasyncSync(file)
    return performance.now() - start
  })
  closeSync(file)
  rmSync(path)
  return took.sort((a, b) => a - b)[50]!
}

const lineOf = (
  what: string,
  { requestsPerSecond, cpuMicrosecondsPerRequest: cpu }: Measured,
  peer?: Measured,
): string =>
  [
    what.padEnd(48),
    `${requestsPerSecond.toFixed(0).padStart(7)} requests/s`,
    `${cpu.toFixed(0).padStart(7)} us CPU each`,
    peer
      ? `${(requestsPerSecond / peer.requestsPerSecond).toFixed(2).padStart(7)} x kinesalite, ${(cpu / peer.cpuMicrosecondsPerRequest).toFixed(2)} x its CPU`
      : "",
  ].join("  ")

/** Ends it, and resolves when it has let go of its directory. */
async function ended({ pid }: Subject): Promise<void> {
  process.kill(pid)
  while (isRunning(pid)) await new Promise((wait) => setTimeout(wait, 20))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const SIZES = [10_000, 10_000_000]

/** The same calls where a shard holds a thousand times as much. */
async function measureSizes(directory: string, print: (line: string) => void): Promise<void> {
  const name = (records: number) => `of-${records}`
  {
    using hallpass = await startHallpass(["--data-dir", directory])
    for (const records of SIZES) await createStream(clientOf(hallpass.url), name(records), 1)
    await ended(hallpass)
  }
  const filled = new Map<number, Filled>()
  for (const records of SIZES) filled.set(records, fillLog(directory, name(records), records))
  using hallpass = await startHallpass(["--data-dir", directory, "--unlimited-streams"])
  const { url } = hallpass
  const keys = await prepareSession(url)
  const inTheMiddle = (records: number) => ({
    ShardIteratorType: "AT_TIMESTAMP",
    Timestamp: filled.get(records)!.middle,
  })
  const rows: [string, (records: number) => Promise<Load>][] = [
    [
      "PutRecord",
      (records) => call(url, "PutRecord", { StreamName: name(records), PartitionKey: "a", Data: KIB }, keys),
    ],
    ["GetRecords of 100, from the beginning", (records) => readOf(url, name(records), 100, keys)],
    ["GetRecords of 100, from the middle", (records) => readOf(url, name(records), 100, keys, inTheMiddle(records))],
  ]
  for (const [what, loadOf] of rows) {
    const loads = await Promise.all(SIZES.map(loadOf))
    const measured = await measureByTurns(
      ROUNDS,
      loads.map((load) => () => measureOn(hallpass, 1_000, load)),
    )
    const [few, many] = measured
    print(
      `${what.padEnd(40)}  ${few!.requestsPerSecond.toFixed(0)} requests/s of ten thousand records, ${many!.requestsPerSecond.toFixed(0)} of ten million; CPU ${(many!.cpuMicrosecondsPerRequest / few!.cpuMicrosecondsPerRequest).toFixed(2)} times`,
    )
  }
}
