import { availableParallelism } from "node:os"
import { Worker } from "node:worker_threads"
import type { DigestName } from "./sums.ts"
import type { Answered, Asked } from "./thread.ts"

const THREADS_AT_MOST = Math.min(availableParallelism(), 8)

/** The digests of one body. Where it threw it is over, and where its body breaks off it is to be abandoned. */
export interface Digesting {
  /** Resolves when the bytes, which lie in shared memory, are no longer needed. To be called in turn, without waiting. */
  add(memory: SharedArrayBuffer, length: number): Promise<void>
  end(): Promise<Digests>
  abandon(): void
}

export type Digests = Partial<Record<DigestName, Buffer>>

interface Thread {
  worker: Worker
  /** The bodies that it works on, and who waits for its answers about each. */
  bodies: Map<number, Waiting[]>
}

type Waiting = PromiseWithResolvers<Answered>

const threads: Thread[] = []
let nextBody = 0

/** Begins the digests of a large body in a thread, beside the main one. */
export function startDigests(names: readonly DigestName[]): Digesting {
  const thread = leastBusy()
  const body = nextBody++
  const waiting: Waiting[] = []
  thread.bodies.set(body, waiting)
  thread.worker.ref()

  const ask = (asked: Asked): Promise<Answered> => {
    const answer = Promise.withResolvers<Answered>()
    if (!thread.bodies.has(body)) answer.reject(threadEnded())
    else {
      waiting.push(answer)
      thread.worker.postMessage(asked)
    }
    return answer.promise
  }
  const close = async (): Promise<Digests> => {
    const { sums = {} } = await ask({ body, end: true })
    thread.bodies.delete(body)
    if (thread.bodies.size === 0) thread.worker.unref()
    return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, Buffer.from(sum)]))
  }

  thread.worker.postMessage({ body, begin: names } satisfies Asked)
  return {
    add: async (memory, length) => void (await ask({ body, memory, length })),
    end: close,
    abandon: () => void close().catch(() => {}),
  }
}

function leastBusy(): Thread {
  const [first, ...others] = threads
  let least = first
  for (const thread of others) if (thread.bodies.size < least!.bodies.size) least = thread
  return least && (least.bodies.size === 0 || threads.length >= THREADS_AT_MOST) ? least : startThread()
}

function startThread(): Thread {
  const program = import.meta.url.endsWith(".ts") ? "./thread.ts" : "./thread.js"
  // Nothing of how this process was started concerns it.
  const worker = new Worker(new URL(program, import.meta.url), { execArgv: [], env: {} })
  const thread: Thread = { worker, bodies: new Map() }
  worker.unref()
  worker.on("message", (answered: Answered) => thread.bodies.get(answered.body)?.shift()?.resolve(answered))
  worker.once("exit", () => {
    threads.splice(threads.indexOf(thread), 1)
    const open = [...thread.bodies.values()].flat()
    thread.bodies.clear()
    for (const answer of open) answer.reject(threadEnded())
  })
  // It exits after an error.
  worker.on("error", () => {})
  threads.push(thread)
  return thread
}

const threadEnded = () => new Error("the thread that computes digests has ended")
