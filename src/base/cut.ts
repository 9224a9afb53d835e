/** A text of at most so many characters and, where more was left out, how long it was. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  // Half of a pair of surrogates is no character.
  const end = /[\uD800-\uDBFF]/.test(text[most - 1]!) ? most - 1 : most
  return `${text.slice(0, end)}... (${text.length} characters)`
}

/** What a short text costs less to copy than to ask about. */
const SHORT = 13

/**
 * The same, as a text of its own: a piece of a longer one keeps the whole of that in memory (a path its URL, a value of a
 * form the form), and what is remembered outlives its request.
 */
export function keepText(text: string, most: number): string {
  if (text.length < SHORT) return text
  const kept = cut(text, most)
  return Buffer.from(kept, "utf8").toString("utf8")
}
