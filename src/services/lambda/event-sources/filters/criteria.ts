import type { LogEvent } from "../../../../peers.ts"
import { matches } from "./match.ts"
import { isObject } from "./operators.ts"
import { type Pattern, parsePattern } from "./pattern.ts"

/** Whether a record is for the function. */
export type Criteria = (event: LogEvent) => boolean

const ALL: Criteria = () => true

/** What of its records a mapping hands on: those that one of its patterns matches (Developer Guide, "Control which events Lambda sends to your function"). */
export function criteriaOf(patterns: readonly string[]): Criteria {
  if (patterns.length === 0) return ALL
  const parsed = patterns.map((text) => parsePattern(text)).filter((pattern) => pattern !== undefined)
  const kinesis = parsed.map(ofKinesis)
  return (event) =>
    "kinesis" in event
      ? matchesKinesis(kinesis, event.kinesis)
      : parsed.some((pattern) => matches(pattern, event as unknown as Record<string, unknown>))
}

/** Patterns of Kinesis are about the `kinesis` part of the event, with what its data is once it is decoded. */
interface KinesisPattern {
  pattern: Pattern
  /** What it asks of data that is JSON, of data that is plain text, or nothing. */
  asksFor: "json" | "text" | "nothing"
}

const ofKinesis = (pattern: Pattern): KinesisPattern => ({
  pattern,
  asksFor: pattern.data === undefined ? "nothing" : Array.isArray(pattern.data) ? "text" : "json",
})

/** Data of another form than a pattern asks for does not match it; where it asks for nothing, the form does not matter. */
function matchesKinesis(patterns: readonly KinesisPattern[], part: Readonly<Record<string, unknown>>): boolean {
  let decoded: { form: KinesisPattern["asksFor"]; data: unknown } | undefined
  return patterns.some(({ pattern, asksFor }) => {
    if (asksFor === "nothing") return matches(pattern, part)
    decoded ??= decode(part.data as string)
    return decoded.form === asksFor && matches(pattern, { ...part, data: decoded.data })
  })
}

/** UNVERIFIED: that JSON which is no object and no list counts as text. */
function decode(data: string): { form: "json" | "text"; data: unknown } {
  const text = Buffer.from(data, "base64").toString("utf8")
  try {
    const parsed: unknown = JSON.parse(text)
    if (isObject(parsed) || Array.isArray(parsed)) return { form: "json", data: parsed }
  } catch {
    // It is text.
  }
  return { form: "text", data: text }
}
