/** The rows of a file of comma-separated values (RFC 4180): quotes may hold commas, line ends and doubled quotes. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    const [value, end] = fieldAt(text, at)
    row.push(value)
    if (text[end] === ",") {
      at = end + 1
      if (at === text.length) row.push("")
      continue
    }
    rows.push(row)
    row = []
    at = end + (text.startsWith("\r\n", end) ? 2 : 1)
  }
  if (row.length > 0) rows.push(row)
  return rows.filter((one) => one.some((value) => value.trim() !== ""))
}

/** A value and where it ends: at a comma, at a line's end, or at the end of all. */
function fieldAt(text: string, start: number): [value: string, end: number] {
  if (text[start] !== '"') return plainAt(text, start)
  let value = ""
  let at = start + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return [value + text.slice(at), text.length]
    value += text.slice(at, quote)
    if (text[quote + 1] !== '"') {
      const [rest, end] = plainAt(text, quote + 1)
      return [value + rest, end]
    }
    value += '"'
    at = quote + 2
  }
}

function plainAt(text: string, start: number): [value: string, end: number] {
  let end = start
  while (end < text.length && text[end] !== "," && text[end] !== "\n" && text[end] !== "\r") end++
  return [text.slice(start, end), end]
}
