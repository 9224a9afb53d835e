import { clientContextInvalid, clientContextTooLong } from "../errors.ts"

/** API Reference, Invoke. */
const BYTES_AT_MOST = 3_583

/** The JSON of the header, which is base64. */
export function parseClientContext(header: string | undefined): string | undefined {
  if (header === undefined || header === "") return undefined
  const text = Buffer.from(header, "base64").toString("utf8")
  if (Buffer.byteLength(text) > BYTES_AT_MOST) throw clientContextTooLong(BYTES_AT_MOST)
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return text
  } catch {
    // Not JSON: told below.
  }
  throw clientContextInvalid()
}
