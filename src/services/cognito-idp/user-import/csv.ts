/** Source: "Importing users from a CSV file", limits. */
export const ROW_CHARACTERS_AT_MOST = 16_000

/**
 * The values of a row. There are no quotes: a comma that is part of a value has a backslash before it, and blanks around a
 * value are cut. Source: "Importing users from a CSV file", formatting.
 */
export function parseRow(line: string): string[] {
  const values: string[] = []
  let value = ""
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!
    if (character === "\\" && line[at + 1] === ",") {
      value += ","
      at++
    } else if (character === ",") {
      values.push(cut(value))
      value = ""
    } else value += character
  }
  values.push(cut(value))
  return values
}

/** Blanks alone: a byte order mark is no part of a name. */
const cut = (value: string): string => value.replace(/^[ \t]+|[ \t]+$/g, "")

/** The same row back. */
export const formatRow = (values: readonly string[]): string =>
  values.map((value) => value.replaceAll(",", "\\,").replace(/[\r\n]+/g, " ")).join(",")

/** Where each column of the pool stands in the file; or what is wrong with its first row. */
export function readHeader(
  line: string,
  expected: readonly string[],
  hasHashes: boolean,
): string[] | { fault: string } {
  const names = parseRow(line)
  const wanted = hasHashes ? [...expected, PASSWORD_HASH] : expected
  const missing = wanted.filter((name) => !names.includes(name))
  if (missing.length > 0) return { fault: `The header of the CSV file lacks ${missing.join(" ")}.` }
  const unknown = names.filter((name) => !wanted.includes(name))
  if (unknown.length > 0) return { fault: `The header of the CSV file has unknown columns ${unknown.join(" ")}.` }
  if (new Set(names).size < names.length) return { fault: "The header of the CSV file has a column twice." }
  return names
}

export const PASSWORD_HASH = "password_hash"

/** A line of a file, with where the next one begins; `isCut` where it is too long to be a row. */
export interface Line {
  text: string | undefined
  next: number
}

const NEW_LINE = 0x0a
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * The whole lines of a piece of a file. `isLast` says that the file ends with it; a line that goes on behind the piece is left
 * for the next. A text is undefined where it is no UTF-8.
 */
export function* linesOf(piece: Uint8Array, isLast: boolean): Generator<Line> {
  let start = 0
  while (start < piece.length) {
    const found = piece.indexOf(NEW_LINE, start)
    if (found < 0 && !isLast) return
    const end = found < 0 ? piece.length : found
    yield { text: decode(piece.subarray(start, end)), next: found < 0 ? end : end + 1 }
    start = end + 1
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes).replace(/\r$/, "")
  } catch {
    return undefined
  }
}
