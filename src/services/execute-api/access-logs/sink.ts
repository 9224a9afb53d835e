import type { Deps } from "../../../call.ts"
import type { Actor } from "../../../peers.ts"
import type { Store } from "../../../store/store.ts"

/** Where the lines of a stage go. */
export interface LogPlace {
  actor: Actor
  account: string
  group: string
  stream: string
}

export interface LogSink {
  add(place: LogPlace, time: number, text: string): void
  /** Resolves when all that was added is kept, or cannot be. */
  settle(): Promise<void>
}

/** Lines that wait at most while the logs' transaction is under way; the newest are lost then. */
const WAITING_AT_MOST = 10_000
const CHARACTERS_AT_MOST = 16 * 1024 * 1024
/** How many lines one transaction keeps: requests wait meanwhile. */
const LINES_AT_ONCE = 500

const sinks = new WeakMap<Store, LogSink>()

export function logSinkOf(deps: Pick<Deps, "store" | "peers">): LogSink {
  const known = sinks.get(deps.store)
  if (known) return known
  const made = createLogSink(deps)
  sinks.set(deps.store, made)
  return made
}

interface Line {
  place: LogPlace
  time: number
  text: string
}

/** What is told while a transaction is under way is kept by the next one, many lines at once. */
function createLogSink({ peers }: Pick<Deps, "peers">): LogSink {
  let waiting: Line[] = []
  let characters = 0
  let flushing: Promise<void> | undefined

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      // What comes in the same moment comes along.
      await new Promise((resolve) => setImmediate(resolve))
      const taken = waiting.slice(0, LINES_AT_ONCE)
      waiting = waiting.slice(LINES_AT_ONCE)
      for (const { text } of taken) characters -= text.length
      // A store that is out of reach is told of by requests that need it; a line of a log is not worth more.
      await peers.keepLogs(batchesOf(taken)).catch(() => {})
    }
  }

  return {
    add(place, time, text) {
      if (waiting.length >= WAITING_AT_MOST || characters + text.length > CHARACTERS_AT_MOST) return
      characters += text.length
      waiting.push({ place, time, text })
      flushing ??= flush().finally(() => {
        flushing = undefined
      })
    },
    async settle() {
      await flushing
    },
  }
}

function batchesOf(lines: readonly Line[]) {
  const batches = new Map<string, LogPlace & { lines: { time: number; text: string }[] }>()
  for (const { place, time, text } of lines) {
    const key = `${place.account}/${place.actor.region}/${place.group}/${place.stream}`
    const batch = batches.get(key) ?? { ...place, lines: [] }
    batch.lines.push({ time, text })
    batches.set(key, batch)
  }
  return [...batches.values()]
}
