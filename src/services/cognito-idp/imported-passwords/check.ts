import { Worker } from "node:worker_threads"
import { WireError } from "../../../wire/errors.ts"
import type { Answered, Asked } from "./thread.ts"

/** So many wait for the thread at most: who comes after them is told to come again. */
const WAITING_AT_MOST = 64

const tooManyRequests = () => new WireError("TooManyRequestsException", "Too many requests")

interface Thread {
  worker: Worker
  waiting: Map<number, PromiseWithResolvers<boolean>>
}

let thread: Thread | undefined
let nextId = 0

/** Holds a password against a kept hash, in a thread of its own: it takes hundreds of milliseconds. */
export async function checkImported(hash: string, password: string): Promise<boolean> {
  thread ??= startThread()
  const { worker, waiting } = thread
  if (waiting.size >= WAITING_AT_MOST) throw tooManyRequests()
  const id = nextId++
  const answer = Promise.withResolvers<boolean>()
  waiting.set(id, answer)
  worker.ref()
  worker.postMessage({ id, hash, password } satisfies Asked)
  return answer.promise
}

function startThread(): Thread {
  const program = import.meta.url.endsWith(".ts") ? "./thread.ts" : "./thread.js"
  // Nothing of how this process was started concerns it.
  const worker = new Worker(new URL(program, import.meta.url), { execArgv: [], env: {} })
  const started: Thread = { worker, waiting: new Map() }
  worker.unref()
  worker.on("message", ({ id, isRight }: Answered) => {
    started.waiting.get(id)?.resolve(isRight)
    started.waiting.delete(id)
    if (started.waiting.size === 0) worker.unref()
  })
  worker.once("exit", () => {
    if (thread === started) thread = undefined
    for (const answer of started.waiting.values())
      answer.reject(new Error("the thread that compares passwords has ended"))
  })
  // It exits after an error.
  worker.on("error", () => {})
  return started
}
