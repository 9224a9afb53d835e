import type { LogBatch, Peers } from "../../../peers.ts"
import { isStoreError } from "../../../store/errors.ts"
import type { LogLine } from "../runtime/runtime.ts"

/** What functions write on its way to CloudWatch Logs. */
export interface LogSink {
  add(batch: LogBatch): void
  /** Resolves when everything that was added is kept, or cannot be. */
  settle(): Promise<void>
}

/** What waits at most while the store does not take it: the newest is lost then. */
const WAITING_CHARACTERS = 32 * 1024 * 1024

/**
 * Gathers while one transaction is under way what the next one keeps: a line alone goes at once, and a thousand functions
 * that write at once cost few transactions.
 */
export function createLogSink({ keepLogs }: Pick<Peers, "keepLogs">): LogSink {
  let waiting = new Map<string, LogBatch & { lines: LogLine[] }>()
  let characters = 0
  let flushing: Promise<void> | undefined

  async function flush(): Promise<void> {
    // What is written in the same moment comes along.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.size > 0) {
      const batches = [...waiting.values()]
      waiting = new Map()
      characters = 0
      try {
        await keepLogs(batches)
      } catch (error) {
        // Requests that meet a store that is out of reach tell of it. The next line tries again.
        if (!isStoreError(error, "unavailable")) continue
        const newer = [...waiting.values()]
        waiting = new Map()
        characters = 0
        for (const batch of [...batches, ...newer]) put(batch)
        return
      }
    }
  }

  function put(batch: LogBatch): void {
    for (const { text } of batch.lines) characters += text.length
    const key = `${batch.actor.roleArn} ${batch.account} ${batch.actor.region} ${batch.group} ${batch.stream}`
    const known = waiting.get(key)
    if (known) known.lines.push(...batch.lines)
    else waiting.set(key, { ...batch, lines: [...batch.lines] })
  }

  return {
    add(batch) {
      if (characters > WAITING_CHARACTERS) return
      put(batch)
      flushing ??= flush().finally(() => {
        flushing = undefined
      })
    },
    async settle() {
      await flushing
      if (waiting.size > 0) await flush()
    },
  }
}
