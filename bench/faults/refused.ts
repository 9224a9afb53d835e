import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { Agent, type IncomingMessage, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3"
import { type ServerProcess, startServerProcess } from "../../test/harness/server-process.ts"
import type { Verdict } from "./verdicts.ts"

const AT_ONCE = 8
const ROUNDS = 5
/** What is more than this after the first round has grown. */
const FLAT_MEGABYTES = 24

interface Flood {
  name: string
  method: string
  path(i: number): string
  headers: Record<string, string>
  bodyBytes: number
  /** Each request on a connection of its own. */
  isAlone?: true
}
const get = { method: "GET", path: (i: number) => `/guarded/${i}`, headers: {}, bodyBytes: 0 }
const put = { ...get, method: "PUT" }
const json = { method: "POST", path: () => "/" }
const signUp = { ...json, headers: { "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth" } }
const getItem = { ...json, headers: { "x-amz-target": "DynamoDB_20120810.GetItem" } }
const KIB = 1024
const FLOODS: readonly Flood[] = [
  { ...get, name: "S3, no body" },
  { ...get, name: "S3, no body, each alone", isAlone: true },
  { ...put, name: "S3, 4 KiB", bodyBytes: 4 * KIB },
  { ...put, name: "S3, 1 MiB", bodyBytes: KIB * KIB },
  { ...getItem, name: "JSON, no body", bodyBytes: 0 },
  { ...signUp, name: "JSON that is read, 4 KiB", bodyBytes: 4 * KIB },
  { ...signUp, name: "JSON that is read, 400 KiB", bodyBytes: 400 * KIB },
  { ...getItem, name: "JSON, 1 MiB", bodyBytes: KIB * KIB },
]

/** Loaded into the server: on SIGUSR2 its heap is collected, and what is left of it is written to the file. */
const COLLECTING = `
import { writeFileSync } from "node:fs"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc")
process.on("SIGUSR2", () => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  writeFileSync(process.env.COLLECTED, String(heapUsed + arrayBuffers))
})`

/** So many refused requests of strangers, among them some on a bucket with a long policy: memory and disk, as they grow. */
export async function refused(count: number, print: (line: string) => void): Promise<Verdict[]> {
  print("\nWhat refused requests of strangers leave behind: MB resident, of the database and its log, and in the")
  print("collected heap and its buffers, before the first and after the last.\n")
  const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => String((round * count) / ROUNDS))
  print(rowOf("refused", ...rounds, "disk", "heap"))
  const grown: string[] = []
  let most = 0
  for (const flood of FLOODS) {
    const resident = await flooded(flood, count, print)
    const growth = Math.max(...resident.slice(1)) - resident[1]!
    most = Math.max(most, growth)
    if (growth > FLAT_MEGABYTES) grown.push(`${flood.name} (${growth.toFixed(1)} MB)`)
  }
  return [
    {
      target: `${count} refused requests of any size: flat, within ${FLAT_MEGABYTES} MB, after the first fifth`,
      isHeld: grown.length === 0,
      measured: grown.length === 0 ? `at most ${most.toFixed(1)} MB more` : grown.join("; "),
    },
  ]
}

/** What was resident after each round. */
async function flooded(flood: Flood, count: number, print: (line: string) => void): Promise<number[]> {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-faults-"))
  const collected = join(directory, "collected")
  const variables = {
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(COLLECTING)}`,
    COLLECTED: collected,
  }
  const server = await startServerProcess(["--data-dir", directory], { variables })
  const agent = new Agent({ keepAlive: flood.isAlone === undefined, maxSockets: AT_ONCE })
  try {
    await guard(server)
    const body = Buffer.alloc(flood.bodyBytes, "x")
    const [diskBefore, heapBefore] = [sizeBelow(directory), await collectedBytes(server.pid, collected)]
    const resident = [residentBytes(server.pid)]
    let next = 0
    for (let round = 1; round <= ROUNDS; round++) {
      const worker = async () => {
        while (next < (round * count) / ROUNDS) await ask(server.url, agent, flood, body, next++)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
      resident.push(residentBytes(server.pid))
    }
    const disk = [diskBefore, sizeBelow(directory)].map(megabytes).join(" - ")
    const heap = [heapBefore, await collectedBytes(server.pid, collected)].map(megabytes).join(" - ")
    print(rowOf(flood.name, ...resident.map(megabytes), disk, heap))
    return resident.map((bytes) => bytes / 1e6)
  } finally {
    agent.destroy()
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function guard({ client }: ServerProcess): Promise<void> {
  const s3 = new S3Client({ ...client, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: "guarded" }))
  const Statement = Array.from({ length: 120 }, (_, i) => ({
    Sid: `Statement${i}`,
    Effect: "Allow",
    Principal: { AWS: "123456789012" },
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::guarded/${i}/*`,
  }))
  await s3.send(
    new PutBucketPolicyCommand({ Bucket: "guarded", Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }),
  )
}

/** Sends all of the body, whatever is answered meanwhile. */
function ask(url: string, agent: Agent, flood: Flood, body: Buffer, i: number): Promise<void> {
  const { method, path, bodyBytes } = flood
  const headers = { ...flood.headers, ...(bodyBytes > 0 && { "content-length": bodyBytes }) }
  return new Promise((resolve) => {
    const outgoing = request(new URL(path(i), url), { agent, method, headers }, (answer: IncomingMessage) => {
      answer.resume().on("close", () => resolve())
    })
    // The connection may close before all has been sent.
    outgoing.on("error", () => resolve()).end(body)
  })
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

const rowOf = (name: string, ...cells: string[]): string =>
  name.padEnd(28) + cells.map((cell) => cell.padStart(cell.includes(" ") || !/\d/.test(cell) ? 14 : 8)).join("")

async function collectedBytes(pid: number, file: string): Promise<number> {
  rmSync(file, { force: true })
  process.kill(pid, "SIGUSR2")
  for (;;) {
    await sleep(100)
    const text = existsSync(file) ? readFileSync(file, "utf8") : ""
    if (text !== "") return Number(text)
  }
}

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024

const sizeBelow = (directory: string): number =>
  ["hallpass.db", "hallpass.db-wal"].reduce((sum, name) => {
    return sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0)
  }, 0)
