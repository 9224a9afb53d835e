// `npm run faults`, or `npm run faults -- "a list"` for the shapes whose names hold that text: see ../README.md.
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { S3 } from "@aws-sdk/client-s3"
import { prepareTable } from "../prepare.ts"
import { getItem } from "../requests.ts"
import { REGION, ROOT_KEYS, startHallpass } from "../subjects.ts"
import { crowd } from "./crowd.ts"
import { observe, percentile, startBystander } from "./observed.ts"
import { refused } from "./refused.ts"
import type { Shape } from "./shape.ts"
import { SHAPES } from "./shapes.ts"
import { prepare, send } from "./stranger.ts"

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
const bystander = startBystander(item)
const idle = await idleLoad()
for (const shape of SHAPES.filter(({ name }) => name.includes(wanted)))
  for (const bytes of sizesOf(shape)) await show(shape, bytes)
if (["", "crowd"].includes(wanted)) await crowd(hallpass, bystander, (line) => console.log(line))
if (["", "refused"].includes(wanted)) await refused((line) => console.log(line))
await bystander.stop()

function sizesOf({ limitBytes, body }: Shape): number[] {
  if (values.bytes !== undefined) return [Number(values.bytes)]
  if (body(1).length === 0) return [0]
  return limitBytes === 0 ? [LONG_BYTES] : [limitBytes, LONG_BYTES]
}

/** Twice, and the second counts: the first compiles what is hot. */
async function show(shape: Shape, bytes: number): Promise<void> {
  await send(url, prepare(shape, Math.min(bytes, 64 * 1024)))
  const request = prepare(shape, bytes)
  await sleep(100)
  await bystander.waits()
  const memory = observed.residentMebibytes()
  const [begun, cpuBefore] = [performance.now(), observed.mainThreadMilliseconds()]
  const sent = await send(url, request)
  const used = observed.mainThreadMilliseconds() - cpuBefore
  const cpu = Math.max(0, used - (performance.now() - begun) * idle)
  const grown = observed.residentMebibytes() - memory
  await sleep(50)
  const wait = (await bystander.waits()).at(-1) ?? 0
  console.log(
    row(
      shape.name,
      sizeText(request.body.length),
      String(sent.status),
      sizeText(sent.taken),
      cpu.toFixed(1),
      wait.toFixed(0),
      grown.toFixed(1),
    ),
  )
}

function sizeText(bytes: number): string {
  return bytes >= MEBIBYTE ? `${(bytes / MEBIBYTE).toFixed(1)} MiB` : `${Math.round(bytes / 1024)} KiB`
}

/** Milliseconds of CPU in a millisecond of nothing but the bystander's calls. */
async function idleLoad(): Promise<number> {
  await sleep(2000)
  const [begun, before] = [performance.now(), observed.mainThreadMilliseconds()]
  await sleep(1000)
  const load = (observed.mainThreadMilliseconds() - before) / (performance.now() - begun)
  console.log(
    row("(a bystander alone, 99 of 100)", "", "", "", "", percentile(await bystander.waits(), 0.99).toFixed(0), ""),
  )
  return load
}

function row(name: string, ...cells: string[]): string {
  return name.padEnd(58) + cells.map((cell) => cell.padStart(9)).join("")
}
