import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { Worker } from "node:worker_threads"
import type { Load } from "../load.ts"

/** What the kernel says of a process. Linux alone. */
export interface Observed {
  /** CPU of its main thread, where the event loop is, in milliseconds. */
  mainThreadMilliseconds(): number
  residentMebibytes(): number
  /** The most that was resident since it was last forgotten. */
  peakMebibytes(): number
  forgetPeak(): void
}

export function observe(pid: number): Observed {
  const status = (name: string) => {
    const text = readFileSync(`/proc/${pid}/status`, "utf8")
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]) / 1024
  }
  return {
    mainThreadMilliseconds: () =>
      Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6,
    residentMebibytes: () => status("VmRSS"),
    peakMebibytes: () => status("VmHWM"),
    // proc(5): 5 sets the peak to what is resident now.
    forgetPeak: () => writeFileSync(`/proc/${pid}/clear_refs`, "5"),
  }
}

export interface Bystander {
  /** Milliseconds that its calls took since the last time it was asked, in rising order; infinite where one failed. */
  waits(): Promise<number[]>
  stop(): Promise<void>
}

/** Somebody who reads one item, again and again, while others do what they do. */
export function startBystander(load: Load): Bystander {
  const worker = new Worker(new URL("bystander.ts", import.meta.url), { workerData: load })
  return {
    async waits() {
      worker.postMessage("waits")
      const [waits] = (await once(worker, "message")) as [number[]]
      return waits.sort((a, b) => a - b)
    },
    stop: async () => void (await worker.terminate()),
  }
}

export const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
