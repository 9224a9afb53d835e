import type { TimestampFormat } from "./schema.ts"

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i
/** IMF-fixdate, the obsolete RFC 850 form and asctime: RFC 9110, 5.6.7. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d(\.\d{1,9})? GMT|[A-Z][a-z]+, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/
const EPOCH = /^[+-]?\d{1,15}(\.\d{1,9})?$/

/** Undefined where the text is not a time of the format, or one that no Date can hold. */
export function parseTimestamp(text: string, format: TimestampFormat): Date | undefined {
  if (format === "epoch-seconds") return EPOCH.test(text) ? fromSeconds(Number(text)) : undefined
  const well = format === "date-time" ? DATE_TIME.test(text) : HTTP_DATE.test(text)
  if (!well) return undefined
  // asctime says no zone and means GMT.
  const zoned = format === "http-date" && !text.endsWith("GMT") ? `${text} GMT` : text
  const date = new Date(zoned.toUpperCase())
  return Number.isNaN(date.getTime()) ? undefined : date
}

export function fromSeconds(seconds: number): Date | undefined {
  const date = new Date(Math.round(seconds * 1000))
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** How a date-time shows what is less than a second: where there is any, always as `.000` (S3, recorded), or never. */
export type Fraction = "shortest" | "zeros" | "none"

export function formatTimestamp(date: Date, format: TimestampFormat, fraction: Fraction = "shortest"): string {
  if (format === "epoch-seconds") return String(date.getTime() / 1000)
  if (format === "http-date") return date.toUTCString()
  const text = date.toISOString()
  if (fraction === "none") return text.replace(/\.\d{3}Z$/, "Z")
  return fraction === "zeros" ? text.replace(/\.\d{3}Z$/, ".000Z") : text.replace(".000Z", "Z")
}
