import { setTimeout as sleep } from "node:timers/promises"
import type { Subject } from "../subjects.ts"
import { type Bystander, observe, percentile } from "./observed.ts"
import type { Shape } from "./shape.ts"
import { prepare, type Sent, send } from "./stranger.ts"

/** How often each shape is sent before and while it is measured. */
const WARMING = 2
const MEASURED = 5
/** Until V8 has all of its young generation, each request seems to take what it is the first to touch. */
const WARMING_REFUSALS = 2_000

export interface Cost {
  sent: Sent
  bodyBytes: number
  /** The middle one, of memory too: a collection of the heap may fall into any, and takes pages for what it moves. */
  cpuMilliseconds: number
  /** A bystander's longest. */
  waitMilliseconds: number
  /** The most that a request added to what was resident before it, while it was there. */
  peakMebibytes: number
}

export async function warm(url: string): Promise<void> {
  const refused: Shape = {
    name: "refused",
    method: "GET",
    path: "/faults-bucket/key",
    headers: {},
    body: () => Buffer.alloc(0),
    limitBytes: 0,
  }
  for (let i = 0; i < WARMING_REFUSALS; i++) await send(url, prepare(refused, 0))
}

/** What a request of this shape costs. `idleLoad` are the milliseconds of CPU in one of the bystander's calls alone. */
export async function measure(
  { url, pid }: Subject,
  bystander: Bystander,
  idleLoad: number,
  shape: Shape,
  bytes: number,
): Promise<Cost> {
  const observed = observe(pid)
  const request = prepare(shape, bytes)
  for (let i = 0; i < WARMING; i++) await send(url, request)
  await bystander.waits()
  const cpu: number[] = []
  const peaks: number[] = []
  let sent: Sent | undefined
  for (let i = 0; i < MEASURED; i++) {
    await sleep(50)
    observed.forgetPeak()
    const memory = observed.residentMebibytes()
    const [begun, before] = [performance.now(), observed.mainThreadMilliseconds()]
    sent = await send(url, request)
    cpu.push(observed.mainThreadMilliseconds() - before - (performance.now() - begun) * idleLoad)
    await sleep(10)
    peaks.push(observed.peakMebibytes() - memory)
  }
  return {
    sent: sent!,
    bodyBytes: request.body.length,
    cpuMilliseconds: Math.max(0, middleOf(cpu)),
    waitMilliseconds: (await bystander.waits()).at(-1) ?? 0,
    peakMebibytes: middleOf(peaks),
  }
}

const middleOf = (numbers: number[]): number =>
  percentile(
    numbers.toSorted((a, b) => a - b),
    0.5,
  )
