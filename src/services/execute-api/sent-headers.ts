/** A header as it was sent, with all of its values in their order. */
export interface SentHeader {
  /** In the case in which it came first. */
  name: string
  lower: string
  values: readonly string[]
}

/** Headers by their names, whatever their case. `raw` has names and values in turn. */
export function sentHeaders(raw: readonly string[]): SentHeader[] {
  const byName = new Map<string, { name: string; lower: string; values: string[] }>()
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!
    const lower = name.toLowerCase()
    const known = byName.get(lower)
    if (known) known.values.push(raw[i + 1]!)
    else byName.set(lower, { name, lower, values: [raw[i + 1]!] })
  }
  return [...byName.values()]
}
