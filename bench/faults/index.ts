// `npm run faults`, or `npm run faults -- "a list"` for the shapes whose names hold that text: see ../README.md.
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { S3 } from "@aws-sdk/client-s3"
import { prepareTable } from "../prepare.ts"
import { getItem } from "../requests.ts"
import { REGION, ROOT_KEYS, startHallpass } from "../subjects.ts"
import { crowd } from "./crowd.ts"
import { measure, warm } from "./measured.ts"
import { observe, percentile, startBystander } from "./observed.ts"
import { refused } from "./refused.ts"
import type { Shape } from "./shape.ts"
import { SHAPES } from "./shapes.ts"
import { printVerdicts, type Verdict, Worst } from "./verdicts.ts"

const MEBIBYTE = 1024 * 1024
/** As long as the longest body that any operation would once take from anybody. */
const LONG_BYTES = 34 * MEBIBYTE

const { values, positionals } = parseArgs({
  options: { bytes: { type: "string" }, refusals: { type: "string", default: "10000" } },
  allowPositionals: true,
})
const [wanted = ""] = positionals
const print = (line: string) => console.log(line)

using hallpass = await startHallpass()
const { url } = hallpass
const observed = observe(hallpass.pid)
await prepareTable(url)
const s3 = new S3({ endpoint: url, region: REGION, credentials: ROOT_KEYS, forcePathStyle: true })
await s3.createBucket({ Bucket: "faults-bucket" })
const item = await getItem(url)
const cpu = new Worst("no request of a stranger holds the event loop for over 20 ms of CPU", 20, "ms")
const memory = new Worst("none adds more than 1 MiB beyond its operation's limit", 1, "MiB beyond")
const verdicts: Verdict[] = []

print("What one request of somebody without a key costs: its status, how much of its body the server took, the CPU of")
print(
  "the thread that the event loop runs on, the longest wait of a bystander's GetItem, and what memory grew by meanwhile.\n",
)
print(row("request", "body", "status", "taken", "CPU ms", "wait ms", "+ MiB"))
await warm(url)
const bystander = startBystander(item)
const idle = await idleLoad()
for (const shape of SHAPES.filter(({ name }) => name.includes(wanted)))
  for (const bytes of sizesOf(shape)) await show(shape, bytes)
verdicts.push(...cpu.verdict(), ...memory.verdict())
if (["", "crowd"].includes(wanted)) verdicts.push(...(await crowd(hallpass, bystander, print)))
await bystander.stop()
if (["", "refused"].includes(wanted)) verdicts.push(...(await refused(Number(values.refusals), print)))
printVerdicts(verdicts, print)

function sizesOf({ limitBytes, body }: Shape): number[] {
  if (values.bytes !== undefined) return [Number(values.bytes)]
  if (body(1).length === 0) return [0]
  return limitBytes === 0 ? [LONG_BYTES] : [limitBytes, LONG_BYTES]
}

async function show(shape: Shape, bytes: number): Promise<void> {
  const { sent, bodyBytes, cpuMilliseconds, waitMilliseconds, peakMebibytes } = await measure(
    hallpass,
    bystander,
    idle,
    shape,
    bytes,
  )
  const name = `${shape.name}, ${sizeText(bodyBytes)}`
  cpu.add(name, cpuMilliseconds)
  memory.add(name, peakMebibytes - Math.min(bodyBytes, shape.limitBytes) / MEBIBYTE)
  print(
    row(
      shape.name,
      sizeText(bodyBytes),
      String(sent.status),
      sizeText(sent.taken),
      cpuMilliseconds.toFixed(1),
      waitMilliseconds.toFixed(0),
      peakMebibytes.toFixed(1),
    ),
  )
}

function sizeText(bytes: number): string {
  return bytes >= MEBIBYTE ? `${(bytes / MEBIBYTE).toFixed(1)} MiB` : `${Math.round(bytes / 1024)} KiB`
}

/** Milliseconds of CPU in a millisecond of nothing but the bystander's calls. */
async function idleLoad(): Promise<number> {
  await sleep(2000)
  await bystander.waits()
  const [begun, before] = [performance.now(), observed.mainThreadMilliseconds()]
  await sleep(1000)
  const load = (observed.mainThreadMilliseconds() - before) / (performance.now() - begun)
  print(row("(a bystander alone, 99 of 100)", "", "", "", "", percentile(await bystander.waits(), 0.99).toFixed(0), ""))
  return load
}

function row(name: string, ...cells: string[]): string {
  return name.padEnd(58) + cells.map((cell) => cell.padStart(9)).join("")
}
