/** What a provider told of somebody, each as one text: what is mapped to attributes of the pool. */
export type FlatClaims = Record<string, string>

/**
 * Lists become one text, the values form-encoded: `[a,b%40c]`. Source: "Mapping IdP attributes to profiles and tokens"; that a
 * list of one value is that value: UNVERIFIED. What is null is not there.
 */
export function flattenClaims(claims: Readonly<Record<string, unknown>>): FlatClaims {
  const flat: FlatClaims = Object.create(null)
  for (const [name, value] of Object.entries(claims)) {
    const text = flatten(value)
    if (text !== undefined) flat[name] = text
  }
  return flat
}

function flatten(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) return textOf(value)
  const texts = value.map(textOf)
  return texts.length > 1 ? `[${texts.map(formEncode).join(",")}]` : texts[0]
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

/** Leaves letters, digits and `.-*_` as they are. */
const formEncode = (text: string): string => new URLSearchParams([["", text.toWellFormed()]]).toString().slice(1)
