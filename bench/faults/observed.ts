import { readFileSync } from "node:fs"
import { Agent, request } from "node:http"
import type { Load } from "../load.ts"

/** What the kernel says of a process. Linux alone. */
export interface Observed {
  /** CPU of its main thread, where the event loop is, in milliseconds. */
  mainThreadMilliseconds(): number
  residentMebibytes(): number
  peakMebibytes(): number
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
  }
}

export interface Bystander {
  /** Milliseconds that its calls took since the last time it was asked, in rising order. */
  waits(): number[]
  stop(): Promise<void>
}

/** Somebody who only wants to read one item, again and again, while others do what they do. */
export function startBystander(load: Load): Bystander {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { hostname, port } = new URL(load.url)
  let waits: number[] = []
  let running = true
  const once = () =>
    new Promise<void>((resolve) => {
      const begun = performance.now()
      const done = () => {
        waits.push(performance.now() - begun)
        resolve()
      }
      const outgoing = request({ agent, hostname, port, method: load.method, path: load.path, headers: load.headers })
      outgoing.on("response", (response) => {
        if (response.statusCode !== 200) waits.push(Number.POSITIVE_INFINITY)
        response.resume().on("end", done)
      })
      outgoing.on("error", () => {
        waits.push(Number.POSITIVE_INFINITY)
        resolve()
      })
      outgoing.end(load.body)
    })
  const ended = (async () => {
    while (running) {
      await once()
      await new Promise((wait) => setTimeout(wait, 10))
    }
    agent.destroy()
  })()
  return {
    waits() {
      const taken = waits.sort((a, b) => a - b)
      waits = []
      return taken
    },
    async stop() {
      running = false
      await ended
    },
  }
}

export const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
