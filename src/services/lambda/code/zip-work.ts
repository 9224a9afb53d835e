import { Worker } from "node:worker_threads"
import { type Zip, type ZipLimits, ZipRefusal } from "./zip-entries.ts"
import type { Answered, Asked, CheckedZip } from "./zip-thread.ts"

/** What a hostile directory of entries may take; the bytes of zips lie elsewhere. */
const HEAP_MEGABYTES = 256

interface Thread {
  worker: Worker
  waiting: Map<number, PromiseWithResolvers<Answered>>
}

let thread: Thread | undefined
let nextId = 0

/**
 * Reads a zip to its end in a thread beside the main one. Memory that is given is lent: its owner has it again, at another
 * place, when it is answered. Throws ZipRefusal for what is not taken.
 */
export async function checkZip(zip: Zip, limits: ZipLimits): Promise<{ checked: CheckedZip; zip: Zip }> {
  const answered = await ask({ do: "check", id: nextId++, zip, limits })
  return { checked: answered.checked!, zip: answered.zip ?? zip }
}

/** Makes the files of a zip below a directory, which is made where it is not there. */
export async function unpackZip(zip: Zip, directory: string, limits: ZipLimits): Promise<void> {
  await ask({ do: "unpack", id: nextId++, zip, directory, limits })
}

async function ask(asked: Asked): Promise<Answered> {
  thread ??= startThread()
  const { worker, waiting } = thread
  const answer = Promise.withResolvers<Answered>()
  waiting.set(asked.id, answer)
  worker.ref()
  worker.postMessage(asked, transferable(asked.zip))
  const answered = await answer.promise
  if (answered.refusal) throw new ZipRefusal(answered.refusal.kind, answered.refusal.message)
  if (answered.failure !== undefined) throw new Error(`a zip cannot be read or unpacked: ${answered.failure}`)
  return answered
}

/** What has its memory to itself need not be copied. */
function transferable(zip: Zip): ArrayBuffer[] {
  if (!(zip instanceof Uint8Array)) return []
  const { buffer } = zip
  return buffer instanceof ArrayBuffer && buffer.byteLength === zip.byteLength ? [buffer] : []
}

function startThread(): Thread {
  const program = import.meta.url.endsWith(".ts") ? "./zip-thread.ts" : "./zip-thread.js"
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
    for (const { reject } of started.waiting.values()) reject(new Error("the thread that reads zips has ended"))
    started.waiting.clear()
  })
  // It exits after an error.
  worker.on("error", () => {})
  return started
}
