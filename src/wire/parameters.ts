/** Names to values in the order they were sent; a name may be sent more than once. */
export type QueryParameters = ReadonlyMap<string, readonly string[]>

/** What routing has read of a request already, so that decoding need not read it again. */
export interface Parameters {
  /** The labels of the URI, decoded once. */
  labels?: ReadonlyMap<string, string>
  query?: QueryParameters
}

/** Undefined where a percent sign is not followed by the bytes of UTF-8. */
export function parsePercent(text: string): string | undefined {
  if (!text.includes("%")) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The pairs of a query or a form. A pair that is not well encoded is undefined. */
export function* parsePairs(text: string): Generator<[name: string, value: string] | undefined> {
  for (let from = 0; from < text.length; ) {
    const ampersand = text.indexOf("&", from)
    const pair = text.slice(from, ampersand < 0 ? text.length : ampersand)
    from += pair.length + 1
    if (pair === "") continue
    const equals = pair.indexOf("=")
    const name = parsePercent((equals < 0 ? pair : pair.slice(0, equals)).replaceAll("+", " "))
    const value = equals < 0 ? "" : parsePercent(pair.slice(equals + 1).replaceAll("+", " "))
    yield name === undefined || value === undefined ? undefined : [name, value]
  }
}

/** A pair that is not well encoded is left out: it can name no parameter that AWS has. */
export function parseQuery(text: string): QueryParameters {
  const parameters = new Map<string, string[]>()
  if (text === "") return parameters
  for (const pair of parsePairs(text)) {
    if (!pair) continue
    const values = parameters.get(pair[0])
    if (values) values.push(pair[1])
    else parameters.set(pair[0], [pair[1]])
  }
  return parameters
}
