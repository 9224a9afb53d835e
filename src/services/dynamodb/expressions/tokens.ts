export interface Token {
  kind: "name" | "placeholder" | "value" | "index" | "symbol" | "end"
  text: string
  start: number
}

/**
 * A name begins with a letter (`_` is a token of its own, as on AWS). What is no token of the language becomes a symbol of
 * one character, which the parser then refuses where it stands.
 */
const TOKEN = /\s+|([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[\s\S])/gy

export function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  for (const match of source.matchAll(TOKEN)) {
    const [text, name, placeholder, value, index, symbol] = match
    const start = match.index
    if (name !== undefined) tokens.push({ kind: "name", text, start })
    else if (placeholder !== undefined) tokens.push({ kind: "placeholder", text, start })
    else if (value !== undefined) tokens.push({ kind: "value", text, start })
    else if (index !== undefined) tokens.push({ kind: "index", text, start })
    else if (symbol !== undefined) tokens.push({ kind: "symbol", text, start })
  }
  tokens.push({ kind: "end", text: "<EOF>", start: source.length })
  return tokens
}
