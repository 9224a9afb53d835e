import { isUtf8 } from "node:buffer"
import { TextDecoder } from "node:util"
import { findJsonFault } from "../../../wire/json-scan.ts"
import { invalidRequestContent } from "../errors.ts"

const EMPTY = Buffer.from("{}")
/** What AWS's parser takes, Jackson, where it is not told otherwise (`StreamReadConstraints.DEFAULT_MAX_DEPTH`). */
export const DEEPEST = 1_000

/** The event of an invocation: nothing stands for `{}`, and everything else must be JSON, of which nothing is built here. */
export function assertPayload(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined || bytes.length === 0) return EMPTY
  if (!isUtf8(bytes)) throw unparsable(encodingFault(bytes))
  const fault = findJsonFault(bytes, DEEPEST)
  if (fault === undefined) return bytes
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")
  throw unparsable(fault === "depth" ? TOO_DEEP : syntaxFault(text))
}

interface Fault {
  /** The parser's words. */
  text: string
  /** What was read before it; undefined where the parser does not say where it stood. */
  before: string | undefined
}

const TOO_DEEP: Fault = {
  text: `Document nesting depth (${DEEPEST + 1}) exceeds the maximum allowed (${DEEPEST}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`,
  before: undefined,
}

/** In the words of the parser that AWS has (recorded 11-2025). */
function unparsable({ text, before }: Fault) {
  const lines = before?.split("\n")
  const place = lines && `line: ${lines.length}, column: ${lines.at(-1)!.length + 1}`
  const where = place
    ? `\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); ${place}]`
    : ""
  return invalidRequestContent(
    `Could not parse request body into json: Could not parse payload into json: ${text}${where}`,
  )
}

const EXPECTED = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'"

function encodingFault(bytes: Uint8Array): Fault {
  const at = firstMalformed(bytes)
  const byte = bytes[at]!
  if (at === 0) return { text: unexpected(String.fromCharCode(byte)), before: "" }
  const before = Buffer.from(bytes.subarray(0, at)).toString("utf8")
  return { text: `Invalid UTF-8 start byte 0x${byte.toString(16)}`, before }
}

/** Where the longest beginning that is UTF-8 ends. */
function firstMalformed(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    try {
      // As a stream: a character that is cut off by the middle is no fault.
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, middle), { stream: true })
      good = middle
    } catch {
      bad = middle
    }
  }
  return good
}

function unexpected(character: string): string {
  const code = character.codePointAt(0)!
  const isControl = code < 32 || (code >= 127 && code < 160)
  const shown = isControl ? `(CTRL-CHAR, code ${code})` : `'${character}' (code ${code})`
  return `Unexpected character (${shown}): expected a valid value (${EXPECTED})`
}

/**
 * UNVERIFIED beyond the first value of a text: AWS's parser has many words. What is missing, a token that is none and a
 * character that no value begins with are told as it tells them.
 */
function syntaxFault(text: string): Fault {
  const start = text.search(/\S/)
  if (start < 0) return { text: "No content to map due to end-of-input", before: text }
  const [token] = /^[A-Za-z_$][\w$]*/.exec(text.slice(start)) ?? []
  if (token !== undefined && !/^(?:null|true|false)$/.test(token))
    return {
      text: `Unrecognized token '${token}': was expecting (${EXPECTED})`,
      before: text.slice(0, start + token.length),
    }
  if (/^["{[\d-]|^(?:null|true|false)/.test(text.slice(start))) return { text: "Unexpected end-of-input", before: text }
  return { text: unexpected(String.fromCodePoint(text.codePointAt(start)!)), before: text.slice(0, start) }
}
