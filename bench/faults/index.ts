// `npm run faults`, or `npm run faults -- "a list"` for the shapes whose names hold that text: see ../README.md.
import { parseArgs } from "node:util"
import { S3 } from "@aws-sdk/client-s3"
import { prepareTable } from "../prepare.ts"
import { getItem } from "../requests.ts"
import { REGION, ROOT_KEYS, type Subject, startHallpass } from "../subjects.ts"
import { crowd } from "./crowd.ts"
import { type Observed, observe, percentile, startBystander } from "./observed.ts"
import { refused } from "./refused.ts"
import { SHAPES, type Shape } from "./shapes.ts"
import { type Sent, send } from "./stranger.ts"

const MEBIBYTE = 1024 * 1024
/** As long as the longest body that any operation would once take from anybody. */
const LONG_BYTES = 34 * MEBIBYTE

const { values, positionals } = parseArgs({ options: { bytes: { type: "string" } }, allowPositionals: true })
const [wanted = ""] = positionals

using hallpass = await startHallpass()
const { url } = hallpass
const observed = observe(hallpass.pid)
await prepareTable(url)
const s3 = new S3({ endpoint: url, region: REGION, credentials: ROOT_KEYS, forcePathStyle: true })
await s3.createBucket({ Bucket: "faults-bucket" })
const item = await getItem(url)

console.log(
  "What one request of somebody without a key costs: its status, how much of its body the server took, the CPU of",
)
console.log(
  "the thread that the event loop runs on, the longest wait of a bystander's GetItem, and what memory grew by.\n",
)
console.log(row("request", "body", "status", "taken", "CPU ms", "wait ms", "+ MiB"))
await warm()
for (const shape of SHAPES.filter(({ name }) => name.includes(wanted)))
  for (const bytes of sizesOf(shape)) await show(shape, bytes)
if (wanted === "") await crowd(hallpass, item, (line) => console.log(line))
if (["", "refused"].includes(wanted)) await refused((line) => console.log(line))

function sizesOf({ limitBytes, body }: Shape): number[] {
  if (values.bytes !== undefined) return [Number(values.bytes)]
  if (body(1).length === 0) return [0]
  return limitBytes === 0 ? [LONG_BYTES] : [limitBytes, LONG_BYTES]
}

/** Twice, and the second counts: the first compiles what is hot. */
async function show(shape: Shape, bytes: number): Promise<void> {
  await once(shape, Math.min(bytes, 64 * 1024))
  const { sent, cpu, wait, grown } = await once(shape, bytes)
  const size = bytes >= MEBIBYTE ? `${bytes / MEBIBYTE} MiB` : `${Math.round(bytes / 1024)} KiB`
  const taken =
    sent.taken >= MEBIBYTE ? `${(sent.taken / MEBIBYTE).toFixed(1)} MiB` : `${Math.round(sent.taken / 1024)} KiB`
  console.log(row(shape.name, size, String(sent.status), taken, cpu.toFixed(1), wait.toFixed(0), grown.toFixed(1)))
}

async function once(shape: Shape, bytes: number): Promise<{ sent: Sent; cpu: number; wait: number; grown: number }> {
  const idle = await settledCpu(observed)
  const memory = observed.residentMebibytes()
  const bystander = startBystander(item)
  const begun = performance.now()
  const cpuBefore = observed.mainThreadMilliseconds()
  const sent = await send(url, shape, bytes)
  const cpu = observed.mainThreadMilliseconds() - cpuBefore
  await bystander.stop()
  const waits = bystander.waits()
  const ofBystander = ((performance.now() - begun) / 1000) * idle
  return {
    sent,
    cpu: Math.max(0, cpu - ofBystander),
    wait: waits.at(-1) ?? 0,
    grown: observed.residentMebibytes() - memory,
  }
}

/** Milliseconds of CPU in a second of nothing but a bystander's calls. */
async function settledCpu(process: Observed): Promise<number> {
  const bystander = startBystander(item)
  const before = process.mainThreadMilliseconds()
  await new Promise((wait) => setTimeout(wait, 200))
  const used = process.mainThreadMilliseconds() - before
  await bystander.stop()
  return used * 5
}

async function warm(): Promise<void> {
  const bystander = startBystander(item)
  await new Promise((wait) => setTimeout(wait, 2_000))
  await bystander.stop()
  console.log(row("(a bystander alone)", "", "", "", "", percentile(bystander.waits(), 0.99).toFixed(0), ""))
}

function row(name: string, ...cells: string[]): string {
  return name.padEnd(58) + cells.map((cell) => cell.padStart(9)).join("")
}

export type { Subject }
