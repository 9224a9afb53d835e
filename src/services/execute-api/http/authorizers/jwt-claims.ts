/** Those of a token that was seen before are at hand. */
const known = new WeakMap<object, Readonly<Record<string, string>>>()

/**
 * Claims as a JWT authorizer passes them on: each a text, lists with blanks between in square brackets (payloads in public
 * repositories, 2020 to 2025: `[admins users]`). UNVERIFIED: how objects are told.
 */
export function jwtClaimTexts(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  let texts = known.get(claims)
  if (!texts) {
    texts = Object.fromEntries(
      Object.entries(claims).flatMap(([name, value]) => (value === undefined ? [] : [[name, textOf(value)]])),
    )
    known.set(claims, texts)
  }
  return texts
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(" ")}]`
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** `scope`, with blanks between, and `scp`, a list or likewise. */
export function scopesOf({ scope, scp }: Readonly<Record<string, unknown>>): string[] {
  const given = scope ?? scp
  const list = Array.isArray(given) ? given : typeof given === "string" ? given.split(" ") : []
  return list.filter((one): one is string => typeof one === "string" && one !== "")
}
