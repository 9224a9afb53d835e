import { isYear } from "../unsettled.ts"
import { comparison } from "./comparison.ts"

/** The W3C profile of ISO 8601: a year, a month, a day, or a time with its zone, which is UTC where it is left out. */
const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?)?)?$/i

const EPOCH_SECONDS = /^-?\d{1,15}(?:\.\d{1,9})?$/

/** Milliseconds since the epoch of a date or of epoch seconds; undefined where the text is neither. */
export function parseDate(text: string): number | undefined {
  if (!isYear(text) && EPOCH_SECONDS.test(text)) return Number(text) * 1000
  const match = DATE.exec(text)
  if (match === null) return undefined
  const [, year, month = "01", day = "01", hour = "00", minute = "00", second = "00", fraction = "0", zone = "Z"] =
    match
  const [months, days, hours, minutes, seconds] = [month, day, hour, minute, second].map(Number) as NumberParts
  if (months < 1 || months > 12 || days < 1 || days > daysOf(Number(year), months)) return undefined
  if (minutes > 59 || seconds > 60 || hours > 24 || (hours === 24 && minutes + seconds > 0)) return undefined
  const offset = parseZone(zone)
  if (offset === undefined) return undefined
  const date = new Date(0)
  date.setUTCFullYear(Number(year), months - 1, days)
  date.setUTCHours(hours, minutes, seconds, 0)
  return date.getTime() + Number(`0.${fraction}`) * 1000 - offset * 60_000
}

type NumberParts = [number, number, number, number, number]

const daysOf = (year: number, month: number): number =>
  new Date(Date.UTC(year < 100 ? year + 400 : year, month, 0)).getUTCDate()

/** Minutes ahead of UTC. */
function parseZone(zone: string): number | undefined {
  if (zone === "Z" || zone === "z") return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = zone.length > 3 ? Number(zone.slice(-2)) : 0
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes)
}

/** `accepts` request's time minus policy's time. */
const compared = (accepts: (order: number) => boolean) =>
  comparison<number, number>({
    parseOperand: parseDate,
    parseValue: parseDate,
    holds: (operand, value) => accepts(value - operand),
  })

export const DATE_EQUALS = compared((order) => order === 0)
export const DATE_BEFORE = compared((order) => order < 0)
export const DATE_NOT_AFTER = compared((order) => order <= 0)
export const DATE_AFTER = compared((order) => order > 0)
export const DATE_NOT_BEFORE = compared((order) => order >= 0)
