const ISO_BASIC = /^\d{8}T\d{6}Z$/

/** `20150830T123600Z` in milliseconds since the epoch; undefined where it is no such date. */
export function parseTimestamp(text: string): number | undefined {
  if (!ISO_BASIC.test(text)) return undefined
  const part = (start: number, end: number): number => Number(text.slice(start, end))
  const [year, month, day] = [part(0, 4), part(4, 6) - 1, part(6, 8)]
  const [hour, minute, second] = [part(9, 11), part(11, 13), part(13, 15)]
  const time = Date.UTC(year, month, day, hour, minute, second)
  // The 31st of February is no date, nor is the year 50, which Date takes for 1950.
  const date = new Date(time)
  const isDate = date.getUTCFullYear() === year && date.getUTCMonth() === month && date.getUTCDate() === day
  return isDate && hour < 24 && minute < 60 && second < 60 ? time : undefined
}

/** ISO 8601 in its basic form, as signatures carry it: `20150830T123600Z`. */
export const formatTimestamp = (time: number): string =>
  `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`

/** `2015-08-30T12:36:00Z`, as S3's errors carry it. */
export const formatIso = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`

const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/

/** A `Date` header, which may stand in for `X-Amz-Date`, as a timestamp; undefined where it is neither form. */
export function timestampOfDateHeader(text: string): string | undefined {
  if (parseTimestamp(text) !== undefined) return text
  const time = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : formatTimestamp(time)
}

const LOOSE_HTTP_DATE = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4})$/

/** A date as Signature Version 2 takes it, in milliseconds since the epoch: also with an offset from Greenwich. */
export function parseLooseDate(text: string): number | undefined {
  const time = parseTimestamp(text) ?? (LOOSE_HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN)
  return Number.isNaN(time) ? undefined : time
}
