import type { LogBatch, Peers } from "../../../peers.ts"
import { isStoreError } from "../../../store/errors.ts"
import { after } from "../runtime/alarm.ts"
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
/** How long lines gather that come soon after others were kept: what decides and keeps a few costs as much as for many. */
const GATHERING_MILLISECONDS = 100

interface Waiting {
  batch: Omit<LogBatch, "lines">
  /** From `next` on, in their order. */
  lines: LogLine[]
  next: number
  characters: number
}

/**
 * Gathers for a moment after each transaction what the next one keeps: a line alone goes at once, and functions that write
 * again and again cost few transactions. Streams take turns, so that one that much is written to holds up no other.
 */
export function createLogSink({ keepLogs }: Pick<Peers, "keepLogs">): LogSink {
  // By the name of the stream, which is one environment's and no other's.
  const waiting = new Map<string, Waiting>()
  let characters = 0
  /** Of lines. */
  let count = 0
  let flushing: Promise<void> | undefined
  /** Ends the moment in which lines gather; undefined where there is none. */
  let hurry: (() => void) | undefined
  let isSettling = 0

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
        for (const { batch, lines } of taken.toReversed()) putBack(batch, lines)
        return
      }
      if (count < LINES_AT_ONCE && !isSettling) await gather()
    }
  }

  function gather(): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        cancel()
        hurry = undefined
        resolve()
      }
      const cancel = after(GATHERING_MILLISECONDS, settle)
      hurry = settle
    })
  }

  /** Each part of a stream's lines by itself, in their order. */
  function* takeTurns() {
    let room = LINES_AT_ONCE
    for (const [name, stream] of waiting) {
      if (room <= 0) return
      const lines = stream.lines.slice(stream.next, stream.next + Math.min(LINES_OF_A_TURN, room))
      stream.next += lines.length
      room -= lines.length
      count -= lines.length
      note(stream, -costOf(lines))
      // Who has more to keep comes after the others.
      waiting.delete(name)
      if (stream.next < stream.lines.length) waiting.set(name, stream)
      if (stream.next * 2 > stream.lines.length) {
        stream.lines = stream.lines.slice(stream.next)
        stream.next = 0
      }
      yield { batch: stream.batch, lines }
    }
  }

  function put({ lines, ...batch }: LogBatch): void {
    if (characters > WAITING_CHARACTERS) return
    let stream = waiting.get(batch.stream)
    if (!stream) {
      stream = { batch, lines: [], next: 0, characters: 0 }
      waiting.set(batch.stream, stream)
    }
    for (const line of lines) {
      if (characters > WAITING_CHARACTERS || stream.characters > WAITING_CHARACTERS_OF_A_STREAM) return
      stream.lines.push(line)
      count++
      note(stream, line.text.length + LINE_COST_CHARACTERS)
    }
  }

  function putBack(batch: Waiting["batch"], lines: readonly LogLine[]): void {
    const known = waiting.get(batch.stream)
    const all = known ? lines.concat(known.lines.slice(known.next)) : [...lines]
    const stream = { batch, lines: all, next: 0, characters: known?.characters ?? 0 }
    waiting.set(batch.stream, stream)
    count += lines.length
    note(stream, costOf(lines))
  }

  function note(stream: Waiting, change: number): void {
    stream.characters += change
    characters += change
  }

  return {
    add(batch) {
      put(batch)
      flushing ??= flush().finally(() => {
        flushing = undefined
      })
    },
    async settle() {
      isSettling++
      hurry?.()
      await flushing
      if (waiting.size > 0) await flush()
      isSettling--
    },
  }
}

const costOf = (lines: readonly LogLine[]): number =>
  lines.reduce((sum, { text }) => sum + text.length + LINE_COST_CHARACTERS, 0)
