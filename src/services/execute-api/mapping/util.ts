import { Native, RenderError, type Value } from "../../../velocity/index.ts"
import { parseJson } from "./document.ts"

/** `$util` (Developer Guide, "Mapping template reference"). */
export const UTIL = new Native({
  escapeJavaScript: ([text], textOf) => escapeJavaScript(textOf(text)),
  // UNVERIFIED: a text that is no JSON ends the rendering.
  parseJson: ([text], textOf) => {
    const json = textOf(text)
    const value = parseJson(json)
    if (value === json && json.trim() !== "") throw new RenderError("What was to be parsed is no JSON.")
    return (value ?? undefined) as Value
  },
  urlEncode: ([text], textOf) => urlEncode(textOf(text)),
  urlDecode: ([text], textOf) => {
    try {
      return decodeURIComponent(textOf(text).replaceAll("+", " "))
    } catch {
      throw new RenderError("What was to be decoded is not percent-encoded.")
    }
  },
  base64Encode: ([text], textOf) => Buffer.from(textOf(text)).toString("base64"),
  base64Decode: ([text], textOf) => Buffer.from(textOf(text), "base64").toString("utf8"),
})

const SHORT: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "'": "\\'",
  "/": "\\/",
  "\\": "\\\\",
}

/** By Commons Lang 2's `StringEscapeUtils`, apostrophes and slashes too: templates take these back, as the guide tells them. */
const escapeJavaScript = (text: string): string =>
  text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
    /["'/\\\u0000-\u001f\u007f-\uffff]/g,
    (character) => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  )

/** As Java's `URLEncoder` does: blanks are `+`. Halves of characters become question marks. */
const urlEncode = (text: string): string =>
  encodeURIComponent(text.toWellFormed().replaceAll("\ufffd", "?"))
    .replaceAll("%20", "+")
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
