import type { LogBatch, Peers } from "../../../peers.ts"
import { isStoreError } from "../../../store/errors.ts"
import type { LogLine } from "../runtime/runtime.ts"

/** What functions write on its way to CloudWatch Logs. */
export interface LogSink {
  add(batch: LogBatch): void
  /** Resolves when everything that was added is kept, or cannot be. */
  settle(): Promise<void>
}

/** What waits at most while the store does not take it, of all and of one stream: the newest is lost then. */
const WAITING_CHARACTERS = 32 * 1024 * 1024
const WAITING_CHARACTERS_OF_A_STREAM = 8 * 1024 * 1024
/** What a line costs beyond its characters. */
const LINE_COST_CHARACTERS = 256
/** How many lines one transaction keeps, and how many of a stream before it is another's turn: requests wait meanwhile. */
const LINES_AT_ONCE = 500
const LINES_OF_A_TURN = 100

interface Waiting {
  batch: Omit<LogBatch, "lines">
  /** From `next` on, in their order. */
  lines: LogLine[]
  next: number
  characters: number
}

/**
 * Gathers while one transaction is under way what the next one keeps: a line alone goes at once, and a thousand functions
 * that write at once cost few transactions. Streams take turns, so that one that much is written to holds up no other.
 */
export function createLogSink({ keepLogs }: Pick<Peers, "keepLogs">): LogSink {
  const waiting = new Map<string, Waiting>()
  let characters = 0
  let flushing: Promise<void> | undefined

  async function flush(): Promise<void> {
    while (waiting.size > 0) {
      // What is written in the same moment comes along.
      await new Promise((resolve) => setImmediate(resolve))
      const taken = [...takeTurns()]
      try {
        await keepLogs(taken.map(({ batch, lines }) => ({ ...batch, lines })))
      } catch (error) {
        // Requests that meet a store that is out of reach tell of it. The next line tries again.
        if (!isStoreError(error, "unavailable")) continue
        for (const { key, batch, lines } of taken.toReversed()) putBack(key, batch, lines)
        return
      }
    }
  }

  /** Each part of a stream's lines by itself, in their order. */
  function* takeTurns() {
    let room = LINES_AT_ONCE
    for (const [key, stream] of waiting) {
      if (room <= 0) return
      const lines = stream.lines.slice(stream.next, stream.next + Math.min(LINES_OF_A_TURN, room))
      stream.next += lines.length
      room -= lines.length
      note(stream, -costOf(lines))
      // Who has more to keep comes after the others.
      waiting.delete(key)
      if (stream.next < stream.lines.length) waiting.set(key, stream)
      if (stream.next * 2 > stream.lines.length) {
        stream.lines = stream.lines.slice(stream.next)
        stream.next = 0
      }
      yield { key, batch: stream.batch, lines }
    }
  }

  function put(key: string, { lines, ...batch }: LogBatch): void {
    if (characters > WAITING_CHARACTERS) return
    const stream = waiting.get(key) ?? { batch, lines: [], next: 0, characters: 0 }
    waiting.set(key, stream)
    for (const line of lines) {
      if (characters > WAITING_CHARACTERS || stream.characters > WAITING_CHARACTERS_OF_A_STREAM) return
      stream.lines.push(line)
      note(stream, costOf([line]))
    }
  }

  function putBack(key: string, batch: Waiting["batch"], lines: readonly LogLine[]): void {
    const known = waiting.get(key)
    const all = known ? lines.concat(known.lines.slice(known.next)) : [...lines]
    const stream = { batch, lines: all, next: 0, characters: known?.characters ?? 0 }
    waiting.set(key, stream)
    note(stream, costOf(lines))
  }

  function note(stream: Waiting, change: number): void {
    stream.characters += change
    characters += change
  }

  return {
    add(batch) {
      put(`${batch.actor.roleArn} ${batch.account} ${batch.actor.region} ${batch.group} ${batch.stream}`, batch)
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

const costOf = (lines: readonly LogLine[]): number =>
  lines.reduce((sum, { text }) => sum + text.length + LINE_COST_CHARACTERS, 0)
