/** The whole text, or of JSON what a path of names and places leads to: `error.messages[0]`. Undefined where it leads nowhere. */
export function findByPath(body: Buffer, path: string | undefined): string | undefined {
  const text = body.toString("utf8")
  if (path === undefined) return text
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  for (const [, name, place] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    if (typeof value !== "object" || value === null) return undefined
    const key = place ?? name!
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
  }
  if (value === undefined || value === null) return undefined
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}
