/** JSON that is there already. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/**
 * What a handler answers in place of a value that it has as JSON, in the protocol's own spelling: it is written as it is.
 * It may be a member of the output itself, of the awsJson protocols.
 */
export const writtenAs = <T>(text: string): T => new JsonText(text) as unknown as T

/** The JSON of an output; `encode` turns what is no JSON yet into what `JSON.stringify` writes. */
export function stringifyOutput(output: object, encode: (value: unknown) => unknown): string {
  const given = output as Record<string, unknown>
  const names = Object.keys(given)
  if (!names.some((name) => given[name] instanceof JsonText)) return JSON.stringify(encode(output))
  let texts = ""
  const rest: Record<string, unknown> = {}
  for (const name of names) {
    const value = given[name]
    if (value instanceof JsonText) texts += `${texts === "" ? "" : ","}${JSON.stringify(name)}:${value.text}`
    else rest[name] = value
  }
  const encoded = JSON.stringify(encode(rest))
  return encoded === "{}" ? `{${texts}}` : `{${texts},${encoded.slice(1)}`
}

/** An output for whoever asked without the wire: what is JSON already is told as it says. */
export function withoutJsonTexts(output: object): object {
  const entries = Object.entries(output)
  if (!entries.some(([, value]) => value instanceof JsonText)) return output
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof JsonText ? (JSON.parse(value.text) as unknown) : value]),
  )
}
