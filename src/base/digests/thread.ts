import { parentPort } from "node:worker_threads"
import { type DigestName, loadSums, type RunningSum } from "./sums.ts"

/** What a thread is asked: to begin the digests of a body, to add bytes to them, to end them. */
export type Asked =
  | { body: number; begin: readonly DigestName[] }
  | { body: number; memory: SharedArrayBuffer; length: number }
  | { body: number; end: true }

/** What it answers: that the bytes are taken, or the sums. */
export type Answered = { body: number; sums?: Partial<Record<DigestName, Uint8Array>> }

/** The program of a digest thread: messages are answered in the order in which they come. */
if (parentPort) {
  const port = parentPort
  const sums = await loadSums()
  const bodies = new Map<number, Map<DigestName, RunningSum>>()
  port.on("message", (asked: Asked) => {
    const { body } = asked
    if ("begin" in asked) {
      bodies.set(body, new Map(asked.begin.map((name) => [name, sums[name]()])))
      return
    }
    const running = bodies.get(body)!
    if ("memory" in asked) {
      const bytes = new Uint8Array(asked.memory, 0, asked.length)
      for (const sum of running.values()) sum.add(bytes)
      port.postMessage({ body } satisfies Answered)
      return
    }
    bodies.delete(body)
    const ended: Partial<Record<DigestName, Uint8Array>> = {}
    for (const [name, sum] of running) ended[name] = sum.sum()
    port.postMessage({ body, sums: ended } satisfies Answered)
  })
}
