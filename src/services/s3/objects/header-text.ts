/**
 * Text of more than ASCII in headers. HTTP gives the bytes of a header as Latin-1; S3 reads them as UTF-8 where they are
 * that. Sources: S3 user guide, "Editing object metadata"; answers recorded 02-2026.
 */

/** Nearly all of it is. */
const PRINTABLE = /^[\t\x20-\x7e]*$/

const codesOf = (text: string): number[] => [...text].map((character) => character.codePointAt(0)!)

/** What a header says; text that came by another way than a header is left as it is. */
export function readHeaderText(text: string): string {
  if (PRINTABLE.test(text)) return text
  const codes = codesOf(text)
  if (codes.every((code) => code < 0x80) || codes.some((code) => code > 0xff)) return text
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "latin1"))
  } catch {
    return text
  }
}

/** For a header of HTTP's own: what Latin-1 has not, or no header may hold, is a space. */
export const latin1Text = (text: string): string =>
  PRINTABLE.test(text)
    ? text
    : [...text].map((character) => (isHeaderCode(character.codePointAt(0)!) ? character : " ")).join("")

const isHeaderCode = (code: number): boolean => code === 9 || (code >= 0x20 && code <= 0xff && code !== 0x7f)

/**
 * For user-defined metadata: what is more than printable ASCII becomes an encoded word (RFC 2047). `Q` where most of it
 * is ASCII, else `B`: the user guide's example is of the one kind and the recorded answer of the other.
 */
export function metadataText(text: string): string {
  if (PRINTABLE.test(text)) return text
  const characters = [...text]
  const ascii = characters.filter((character) => character < "\x80").length
  const bytes = Buffer.from(text)
  if (ascii <= characters.length - ascii) return `=?UTF-8?B?${bytes.toString("base64")}?=`
  return `=?UTF-8?Q?${[...bytes].map(encodeByte).join("")}?=`
}

function encodeByte(byte: number): string {
  if (byte === 0x20) return "_"
  const character = String.fromCharCode(byte)
  const isPlain = byte > 0x20 && byte < 0x7f && !"=_?".includes(character)
  return isPlain ? character : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`
}
