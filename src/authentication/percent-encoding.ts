/**
 * Percent-encoding as Signature Version 4 wants it, on the bytes of a request: texts here are as node:http gives them,
 * one character per byte.
 */

const PLAIN = /^[A-Za-z0-9._~-]*$/
const UNRESERVED = /[A-Za-z0-9._~-]/

const ENCODED: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  return UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
})

/** Every byte but the unreserved ones (`A-Z a-z 0-9 - . _ ~`) as `%XX`. */
export function encodePercent(text: string): string {
  if (PLAIN.test(text)) return text
  const bytes = bytesOf(text)
  let encoded = ""
  for (let i = 0; i < bytes.length; i++) encoded += ENCODED[bytes.charCodeAt(i)]
  return encoded
}

/** `%XX` as the byte that it stands for. What is no such triple stays as it is. */
export const decodePercent = (text: string): string =>
  text.includes("%") ? text.replace(/%[0-9A-Fa-f]{2}/g, (triple) => BYTES[Number.parseInt(triple.slice(1), 16)]!) : text

const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte))

/** A text that does not come from node:http may have characters beyond one byte; they are taken as UTF-8. */
function bytesOf(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff) return Buffer.from(text, "utf8").toString("latin1")
  }
  return text
}
