const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/

/** The bytes, or the text AWS refuses bad base64 with (the texts are those of the AWS SDK for Java's codec). */
export function parseBase64(text: string): Uint8Array | string {
  if (text.length % 4 !== 0) return `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`
  if (!ALPHABET.test(text)) return "Invalid base 64 character"
  const bytes = Buffer.from(text, "base64")
  // Bits that the last character has and the bytes have not: `+/+=`, or more padding than characters.
  if (text.endsWith("=") && bytes.toString("base64") !== text) return "Invalid last non-pad Base64 character dectected"
  return bytes
}

export function formatBase64(bytes: unknown): string {
  if (typeof bytes === "string") return Buffer.from(bytes).toString("base64")
  const view = bytes as Uint8Array
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64")
}
