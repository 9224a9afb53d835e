/** What callers wrote may hold control characters, which a terminal would obey. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`)

/** The same of every text in a JSON value. */
export function printableJson<T>(value: T): T {
  if (typeof value === "string") return printable(value) as T
  if (Array.isArray(value)) return value.map(printableJson) as T
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, printableJson(member)])) as T
}
