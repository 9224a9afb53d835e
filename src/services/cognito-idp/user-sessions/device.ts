const SYSTEMS: readonly [pattern: RegExp, name: string][] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Macintosh/, "Mac OS X"],
  [/Linux/, "Linux"],
]
const BROWSERS: readonly [pattern: RegExp, name: string][] = [
  [/Edg\//, "Edge"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
]

/** A device in words, by what it calls itself; `unknown` where that says nothing. Source: SessionDescriptionType, DeviceType. */
export function deviceOf(userAgent: string | undefined): string {
  const nameIn = (table: typeof SYSTEMS) => table.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1]
  const names = [nameIn(SYSTEMS), nameIn(BROWSERS)].filter((name) => name !== undefined)
  return names.length === 0 ? "unknown" : names.join(", ")
}
