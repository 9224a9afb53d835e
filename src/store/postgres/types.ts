import type { CustomTypesConfig } from "pg"
import type { Value } from "../store.ts"
import { fromBigint, toBindable } from "../values.ts"

const NUL = "\u0000"
const SOH = "\u0001"
const STX = "\u0002"

/**
 * PostgreSQL's text cannot hold U+0000. It is written as U+0001 U+0001, and U+0001 as U+0001 U+0002: that keeps the order
 * of texts, and a prefix of a text stays one.
 */
const escapeText = (text: string): string =>
  text.includes(NUL) || text.includes(SOH) ? text.replaceAll(SOH, SOH + STX).replaceAll(NUL, SOH + SOH) : text
const unescapeText = (text: string): string =>
  text.includes(SOH) ? text.replaceAll(SOH + SOH, NUL).replaceAll(SOH + STX, SOH) : text

export function toParameter(value: Value): unknown {
  const bindable = toBindable(value)
  return typeof bindable === "string" ? escapeText(bindable) : bindable
}

function parseBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text.slice(2), "hex")
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** By the object identifier of the type (catalogue pg_type). Whatever is not here comes back as text. */
const PARSERS: Record<number, (text: string) => Value> = {
  16: (text) => (text === "t" ? 1 : 0),
  17: parseBytes,
  20: (text) => fromBigint(BigInt(text)),
  21: Number,
  23: Number,
  700: Number,
  701: Number,
  // A sum of BIGINTs is numeric.
  1700: (text) => (/^-?\d+$/.test(text) ? fromBigint(BigInt(text)) : Number(text)),
}

export const types: CustomTypesConfig = {
  getTypeParser: ((oid: number) => PARSERS[oid] ?? unescapeText) as CustomTypesConfig["getTypeParser"],
}
