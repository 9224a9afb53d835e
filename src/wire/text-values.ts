import { formatBase64, parseBase64 } from "./base64.ts"
import { formatHeaderList, parseHeaderDates, parseHeaderList } from "./header-list.ts"
import { parseNumber } from "./numbers.ts"
import { type Shape, type TimestampFormat, valueShape } from "./schema.ts"
import { formatTimestamp, parseTimestamp } from "./timestamps.ts"

/** Undefined where the text is no value of the shape. */
export type TextDecode = (text: string) => unknown
export type TextEncode = (value: unknown) => string

/** How a scalar stands in a label, a query or a header. `format` is the place's default for timestamps. */
export function textDecoder(shape: Shape, format: TimestampFormat, fractional: boolean): TextDecode {
  switch (shape.kind) {
    case "number":
    case "bigInteger":
    case "bigDecimal":
      return (text) => parseNumber(text, fractional)
    case "boolean":
      return (text) => (text === "true" ? true : text === "false" ? false : undefined)
    case "timestamp":
      return (text) => parseTimestamp(text, shape.format ?? format)
    case "blob":
      return (text) => {
        const bytes = parseBase64(text)
        return typeof bytes === "string" ? undefined : bytes
      }
    default:
      return shape.own.mediaType || shape.member.mediaType ? decodeMedia : (text) => text
  }
}

export function headerDecoder(shape: Shape, fractional: boolean): TextDecode {
  if (shape.kind !== "list") return textDecoder(shape, "http-date", fractional)
  const value = valueShape(shape)
  const decode = textDecoder(value, "http-date", fractional)
  const dates = value.kind === "timestamp" && (value.format ?? "http-date") === "http-date"
  const split = dates ? parseHeaderDates : parseHeaderList
  return (text) => {
    if (text === "") return undefined
    const values = split(text).map(decode)
    return values.includes(undefined) ? undefined : values
  }
}

export function headerEncoder(shape: Shape, alwaysMilliseconds: boolean): TextEncode {
  if (shape.kind === "list") {
    const value = valueShape(shape)
    const encode = headerEncoder(value, alwaysMilliseconds)
    const quoted = value.kind === "string"
    return (values) => {
      const texts = (values as unknown[]).filter((v) => v !== null && v !== undefined).map(encode)
      return quoted ? formatHeaderList(texts) : texts.join(", ")
    }
  }
  if (shape.kind === "timestamp") {
    return (value) =>
      formatTimestamp(value as Date, shape.format ?? "http-date", alwaysMilliseconds ? "zeros" : "shortest")
  }
  if (shape.kind === "blob") return formatBase64
  if (shape.own.mediaType || shape.member.mediaType) return (value) => formatBase64(String(value))
  return String
}

/** A string with a media type (JSON, mostly) goes into a header as base64. */
function decodeMedia(text: string): string | undefined {
  const bytes = parseBase64(text)
  return typeof bytes === "string" ? undefined : Buffer.from(bytes).toString("utf8")
}
