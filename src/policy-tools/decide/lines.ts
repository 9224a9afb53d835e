import { isUtf8 } from "node:buffer"

/** What stands in the place of a line that cannot be a question. */
export interface BadLine {
  error: string
}

/** A line beyond this is not kept in memory. Policies that AWS accepts are a thousand times smaller. */
export const LONGEST_LINE = 16 * 1024 * 1024

const NEWLINE = 0x0a

/** The lines of a stream of bytes, many at a time, in constant memory. Empty lines are left out. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  longest: number = LONGEST_LINE,
): AsyncGenerator<(string | BadLine)[]> {
  /** The beginning of a line whose end has not come yet. */
  let rest: Buffer[] = []
  let restLength = 0
  let tooLong = false
  for await (const bytes of chunks) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const last = chunk.lastIndexOf(NEWLINE)
    const lines: (string | BadLine)[] = []
    if (last >= 0) {
      const first = chunk.indexOf(NEWLINE)
      if (tooLong) lines.push(TOO_LONG)
      else lines.push(...decode(Buffer.concat([...rest, chunk.subarray(0, first)])))
      lines.push(...decode(chunk.subarray(first + 1, Math.max(first + 1, last))))
      rest = []
      restLength = 0
      tooLong = false
    }
    if (last + 1 < chunk.length && !tooLong) {
      rest.push(chunk.subarray(last + 1))
      restLength += chunk.length - last - 1
      if (restLength > longest) {
        rest = []
        tooLong = true
      }
    }
    if (lines.length > 0) yield lines
  }
  if (tooLong) yield [TOO_LONG]
  else if (restLength > 0) yield decode(Buffer.concat(rest))
}

const TOO_LONG: BadLine = { error: "The line is too long." }
const NOT_UTF8: BadLine = { error: "The line is not UTF-8." }

function decode(block: Buffer): (string | BadLine)[] {
  if (isUtf8(block)) return block.toString("utf8").split("\n").filter(isWritten)
  const lines: (string | BadLine)[] = []
  for (let start = 0; start <= block.length; ) {
    const newline = block.indexOf(NEWLINE, start)
    const end = newline < 0 ? block.length : newline
    const line = block.subarray(start, end)
    if (!isUtf8(line)) lines.push(NOT_UTF8)
    else if (isWritten(line.toString("utf8"))) lines.push(line.toString("utf8"))
    start = end + 1
  }
  return lines
}

const isWritten = (line: string): boolean => line.trim() !== ""
