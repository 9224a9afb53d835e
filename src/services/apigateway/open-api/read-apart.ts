import { Worker } from "node:worker_threads"
import { WireError } from "../../../wire/errors.ts"
import { badRequest, tooManyRequests } from "../errors.ts"
import type { Draft } from "./draft.ts"
import type { BasePathUse } from "./read.ts"
import type { Answered, Asked } from "./thread.ts"

/** What references and aliases of a hostile definition may grow to. */
const HEAP_MEGABYTES = 256
/** So many wait for the thread at most: who comes after them is told to come again. */
const WAITING_AT_MOST = 32

interface Thread {
  worker: Worker
  waiting: Map<number, PromiseWithResolvers<Answered>>
}

let thread: Thread | undefined
let nextId = 0

/**
 * What a definition makes of an API, read in a thread beside the main one: half a megabyte of YAML takes a second, and many
 * where it was written to. Throws AWS's refusal of what is no definition.
 */
export async function readApart(body: Uint8Array, basePathUse: BasePathUse): Promise<Draft> {
  thread ??= startThread()
  const { worker, waiting } = thread
  if (waiting.size >= WAITING_AT_MOST) throw tooManyRequests()
  const id = nextId++
  const answer = Promise.withResolvers<Answered>()
  waiting.set(id, answer)
  worker.ref()
  worker.postMessage({ id, body, basePathUse } satisfies Asked)
  const { draft, refusal, failure } = await answer.promise
  if (draft) return draft
  if (refusal) throw new WireError(refusal.code, refusal.message, refusal)
  throw new Error(`a definition cannot be read: ${failure}`)
}

function startThread(): Thread {
  const program = import.meta.url.endsWith(".ts") ? "./thread.ts" : "./thread.js"
  const worker = new Worker(new URL(program, import.meta.url), {
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
  })
  const started: Thread = { worker, waiting: new Map() }
  worker.unref()
  worker.on("message", (answered: Answered) => {
    started.waiting.get(answered.id)?.resolve(answered)
    started.waiting.delete(answered.id)
    if (started.waiting.size === 0) worker.unref()
  })
  worker.once("exit", () => {
    if (thread === started) thread = undefined
    // It ends where a definition takes more memory than there is: that is the one that has waited longest.
    const [first, ...others] = started.waiting.values()
    const because = { check: "OpenAPI", found: "a definition that cannot be read in the memory there is" }
    first?.reject(Object.assign(badRequest("Invalid OpenAPI input."), { because }))
    for (const { reject } of others) reject(tooManyRequests())
    started.waiting.clear()
  })
  // It exits after an error.
  worker.on("error", () => {})
  return started
}
