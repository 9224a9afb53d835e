import { Worker } from "node:worker_threads"
import type { Answered, Asked, Refusal } from "./serve.ts"

/** What came of reading a definition. */
export type Read<Draft> =
  | { is: "read"; draft: Draft }
  /** It is none, as the service says it. */
  | { is: "refused"; refusal: Refusal }
  /** It takes more memory than there is for it. */
  | { is: "too large" }
  /** So many are read already. */
  | { is: "busy" }

/** What references and aliases of a hostile definition may grow to. */
const HEAP_MEGABYTES = 256
const WAITING_AT_MOST = 32

interface Thread<Draft> {
  worker: Worker
  waiting: Map<number, PromiseWithResolvers<Read<Draft>>>
}

/**
 * Reads definitions in a thread beside the main one: half a megabyte of YAML takes a second, and many where it was written to.
 * The program is a service's, which says there what a definition means (`serveReads`).
 */
export function createReader<Draft>(
  program: URL,
): (body: Uint8Array | string, basePathUse: string) => Promise<Read<Draft>> {
  let thread: Thread<Draft> | undefined
  let nextId = 0

  function startThread(): Thread<Draft> {
    const worker = new Worker(program, {
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    })
    const started: Thread<Draft> = { worker, waiting: new Map() }
    worker.unref()
    worker.on("message", ({ id, draft, refusal, failure }: Answered<Draft>) => {
      const asked = started.waiting.get(id)
      if (draft) asked?.resolve({ is: "read", draft })
      else if (refusal) asked?.resolve({ is: "refused", refusal })
      else asked?.reject(new Error(`a definition cannot be read: ${failure}`))
      started.waiting.delete(id)
      if (started.waiting.size === 0) worker.unref()
    })
    worker.once("exit", () => {
      if (thread === started) thread = undefined
      // It ends where a definition takes more memory than there is: that is the one that has waited longest.
      const [first, ...others] = started.waiting.values()
      first?.resolve({ is: "too large" })
      for (const { resolve } of others) resolve({ is: "busy" })
      started.waiting.clear()
    })
    // It exits after an error.
    worker.on("error", () => {})
    return started
  }

  return async (body, basePathUse) => {
    thread ??= startThread()
    const { worker, waiting } = thread
    if (waiting.size >= WAITING_AT_MOST) return { is: "busy" }
    const id = nextId++
    const answer = Promise.withResolvers<Read<Draft>>()
    waiting.set(id, answer)
    worker.ref()
    worker.postMessage({ id, body, basePathUse } satisfies Asked)
    return answer.promise
  }
}
