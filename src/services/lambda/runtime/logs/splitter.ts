const LINE_BYTES_AT_MOST = 262_144
const LINE_END = 10

export interface LineSplitter {
  /** Takes bytes until it has ended so many lines: how many it ended, and how many bytes it took. */
  push(bytes: Buffer, mostLines: number): { lines: number; taken: number }
  /** Ends a line that is not. */
  flush(): void
}

/**
 * Cuts what a process writes into lines, each with its end. A line of more than 256 KB, which is what an event of a log may
 * have, is cut into several. No more than one line is held.
 */
export function splitLines(emit: (line: string) => void): LineSplitter {
  let held: Buffer[] = []
  let heldBytes = 0
  const hold = (bytes: Buffer) => {
    held.push(bytes)
    heldBytes += bytes.length
  }
  const release = () => {
    const line = held.length === 1 ? held[0]! : Buffer.concat(held)
    held = []
    heldBytes = 0
    emit(line.toString("utf8"))
  }
  return {
    push(bytes, mostLines) {
      let at = 0
      let lines = 0
      while (at < bytes.length && lines < mostLines) {
        const end = bytes.indexOf(LINE_END, at)
        if (heldBytes === 0 && end >= 0 && end - at < LINE_BYTES_AT_MOST) {
          lines++
          emit(bytes.toString("utf8", at, end + 1))
          at = end + 1
          continue
        }
        const to = Math.min(end < 0 ? bytes.length : end + 1, at + LINE_BYTES_AT_MOST - heldBytes)
        hold(bytes.subarray(at, to))
        at = to
        if (to === end + 1 || heldBytes >= LINE_BYTES_AT_MOST) {
          lines++
          release()
        }
      }
      return { lines, taken: at }
    },
    flush() {
      if (heldBytes > 0) release()
    },
  }
}
