const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** `Tue Nov 25 02:27:00 UTC 2025`, as Java writes dates. */
export function javaDate(milliseconds: number): string {
  const date = new Date(milliseconds)
  const day = String(date.getUTCDate()).padStart(2, "0")
  const time = date.toISOString().slice(11, 19)
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${time} UTC ${date.getUTCFullYear()}`
}

/** Those of a token that was seen before are at hand. */
const known = new WeakMap<object, Readonly<Record<string, string>>>()

/**
 * Claims as an authorizer of user pools passes them on: each a text, lists with commas between, `exp` and `iat` as dates
 * (payloads in public repositories, 2018 to 2024; UNVERIFIED by a recording).
 */
export function claimTexts(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  let texts = known.get(claims)
  if (!texts) {
    texts = Object.fromEntries(
      Object.entries(claims).flatMap(([name, value]) =>
        value === undefined || value === null ? [] : [[name, textOf(name, value)]],
      ),
    )
    known.set(claims, texts)
  }
  return texts
}

function textOf(name: string, value: unknown): string {
  if ((name === "exp" || name === "iat") && typeof value === "number" && Math.abs(value) < 8e12)
    return javaDate(value * 1000)
  if (Array.isArray(value)) return value.map((one) => textOf("", one)).join(",")
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}
