import type { Readable } from "node:stream"
import { after } from "../alarm.ts"
import type { LogLine, LogTail, RunnableFunction } from "../runtime.ts"
import { splitLines } from "./splitter.ts"

/** Developer Guide, "Invoke": the last 4 KB of the log come with the answer. */
const TAIL_BYTES = 4096
const HELD_CHARACTERS_AT_MOST = 262_144
const HELD_MILLISECONDS = 250
/** A process that writes faster than this waits: its log is read no faster. */
const BURST_BYTES = 16 * 1024 * 1024
const BYTES_A_MILLISECOND = 8 * 1024
/** Of more lines that come at once, the rest waits for the next turn of the event loop: there may be 65,536 in one read. */
const LINES_OF_A_TURN = 2_000
/** What a line costs beyond its bytes. */
const LINE_COST_BYTES = 256
const PAUSE_MILLISECONDS_AT_LEAST = 50

/** The log of one environment: its stream, in order, told in batches. */
export interface EnvironmentLog {
  readonly stream: string
  write(text: string): void
  /** Takes what a process writes, for as long as it does. */
  follow(output: Readable): void
  /** Ends lines that are not. */
  endLines(): void
  /** Ends lines that are not, and tells what is held. */
  flush(): void
  /** Begins the tail anew. */
  beginTail(): void
  /** What the tail is now. */
  takeTail(): LogTail
}

export function createLog(target: RunnableFunction, stream: string, now: () => number): EnvironmentLog {
  let held: LogLine[] = []
  let heldCharacters = 0
  let isAwaited = false
  let tail: string[] = []
  let tailCharacters = 0
  /** Of each output: takes what has come of it, and ends the line that is not. */
  const outputs = new Set<() => void>()
  const budget = createBudget()

  function tell(): void {
    if (held.length === 0) return
    const lines = held
    held = []
    heldCharacters = 0
    target.onLog(stream, lines)
  }

  function write(text: string): void {
    held.push({ time: now(), text })
    heldCharacters += text.length + LINE_COST_BYTES
    tail.push(text)
    tailCharacters += text.length
    while (tail.length > 1 && tailCharacters - tail[0]!.length > TAIL_BYTES) tailCharacters -= tail.shift()!.length
    if (heldCharacters > HELD_CHARACTERS_AT_MOST) tell()
    else if (!isAwaited) {
      isAwaited = true
      after(HELD_MILLISECONDS, () => {
        isAwaited = false
        tell()
      })
    }
  }

  function endLines(): void {
    for (const finish of outputs) finish()
  }

  return {
    stream,
    write,
    follow(output) {
      const splitter = splitLines(write)
      /** What has come and is not taken yet; the output pauses meanwhile. */
      let rest: Buffer = NOTHING
      let wait = 0
      const take = (mostLines: number) => {
        const { lines, taken } = splitter.push(rest, mostLines)
        rest = rest.subarray(taken)
        wait = Math.max(wait, budget(taken + lines * LINE_COST_BYTES))
      }
      const goOn = () => {
        take(LINES_OF_A_TURN)
        if (rest.length > 0) return void after(0, goOn)
        if (wait > 0) after(wait, () => output.resume())
        else output.resume()
        wait = 0
      }
      const finish = () => {
        if (rest.length > 0) take(Number.POSITIVE_INFINITY)
        splitter.flush()
      }
      outputs.add(finish)
      output.on("data", (bytes: Buffer) => {
        rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
        take(LINES_OF_A_TURN)
        if (rest.length === 0 && wait === 0) return
        output.pause()
        after(wait, goOn)
        wait = 0
      })
      output.on("error", () => {})
      output.once("close", () => {
        finish()
        outputs.delete(finish)
      })
    },
    endLines,
    flush() {
      endLines()
      tell()
    },
    beginTail() {
      tail = []
      tailCharacters = 0
    },
    takeTail() {
      const lines = tail
      tail = []
      tailCharacters = 0
      return () => {
        const bytes = Buffer.from(lines.join(""))
        return bytes.length > TAIL_BYTES ? bytes.subarray(bytes.length - TAIL_BYTES) : bytes
      }
    },
  }
}

const NOTHING = Buffer.alloc(0)

/** How long the writer of so many bytes has to wait before more is taken. */
function createBudget(): (bytes: number) => number {
  let left = BURST_BYTES
  let at = performance.now()
  return (bytes) => {
    const now = performance.now()
    left = Math.min(BURST_BYTES, left + (now - at) * BYTES_A_MILLISECOND) - bytes
    at = now
    return left >= 0 ? 0 : Math.max(PAUSE_MILLISECONDS_AT_LEAST, -left / BYTES_A_MILLISECOND)
  }
}
