/** The elements of a list in a header: parted by commas, those with commas or quotes in double quotes. */
export function parseHeaderList(text: string): string[] {
  const elements: string[] = []
  let element = ""
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const c = text[at]
    if (quoted && c === "\\" && at + 1 < text.length) element += text[++at]
    else if (c === '"') quoted = !quoted
    else if (c === "," && !quoted) {
      elements.push(element.trim())
      element = ""
    } else element += c
  }
  elements.push(element.trim())
  return elements
}

/** HTTP dates have a comma of their own: every second comma parts. */
export function parseHeaderDates(text: string): string[] {
  const parts = text.split(",")
  const dates: string[] = []
  for (let at = 0; at < parts.length; at += 2)
    dates.push(
      parts
        .slice(at, at + 2)
        .join(",")
        .trim(),
    )
  return dates
}

export function formatHeaderList(elements: readonly string[]): string {
  return elements.map((e) => (/[",]/.test(e) ? `"${e.replace(/[\\"]/g, "\\$&")}"` : e)).join(", ")
}
