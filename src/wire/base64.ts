const ALPHABET_OF_URLS = /[-_]/

/** Base64 that came in bytes and was never made a text: it is large. */
export class Base64Bytes {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/** The bytes, or the text AWS refuses bad base64 with (the texts are those of the AWS SDK for Java's codec). */
export function parseBase64(source: string | Base64Bytes): Uint8Array | string {
  const text = typeof source === "string" ? source : latin1(source.bytes)
  if (text.length % 4 !== 0) return `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`
  // What Node does not know it leaves out: every character has given its bits exactly when the length is right.
  const bytes = Buffer.from(text, "base64")
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0
  if (bytes.length !== (text.length / 4) * 3 - padding || ALPHABET_OF_URLS.test(text))
    return "Invalid base 64 character"
  // Bits that the last character has and the bytes have not: `+/+=`, or more padding than characters.
  if (padding > 0 && bytes.subarray(bytes.length - 3 + padding).toString("base64") !== text.slice(-4))
    return "Invalid last non-pad Base64 character dectected"
  return bytes
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1")
}

export function formatBase64(bytes: unknown): string {
  if (typeof bytes === "string") return Buffer.from(bytes).toString("base64")
  const view = bytes as Uint8Array
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64")
}
