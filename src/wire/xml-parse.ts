import { isAscii, isUtf8 } from "node:buffer"

/**
 * A strict reader of XML 1.0 documents from strangers: no DTD, no entities but the five and numeric ones, bounded depth,
 * no recursion. Namespace prefixes are dropped: `<a:Key xmlns:a="...">` is `Key`.
 */
export interface XmlElement {
  name: string
  attributes: ReadonlyMap<string, string>
  children: XmlElement[]
  /** The character data of the element itself, all pieces joined. */
  text: string
}

const MAXIMUM_DEPTH = 64
const MAXIMUM_TAGS = 100_000
const MAXIMUM_ATTRIBUTES = 32
/** Each costs as much as a tag does, and a key that is all `&` is none that anybody has. */
const REFERENCES_PER_TAG = 2
const NAME = /[A-Za-z_\u0080-\uffff][\w.\-\u0080-\uffff]*(?::[A-Za-z_\u0080-\uffff][\w.\-\u0080-\uffff]*)?/y
const ATTRIBUTE = /\s+([\w.\-:\u0080-\uffff]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const TAG_END = /\s*(\/?)>/y
const END_TAG = /([^\s>]+)\s*>/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 has not
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/
const REFERENCE = /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));|&/g
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map()

/** Far beyond any text of S3's documents: keys and prefixes have 1,024 bytes. */
const MAXIMUM_RUN_BYTES = 64 * 1024
const LESS_THAN = 0x3c
const AMPERSAND = 0x26
/** As its bytes are. */
const BYTE_ORDER_MARK = "\xef\xbb\xbf"

/**
 * Whether bytes hold no more markup than a document may, and no text or tag without end. It is asked before anything is
 * made of them: a text of theirs takes as much memory again.
 */
export function isModestXml(bytes: Uint8Array, mostTags: number): boolean {
  let tags = 0
  for (let at = 0; ; tags++) {
    const next = bytes.indexOf(LESS_THAN, at)
    if (tags > mostTags || (next < 0 ? bytes.length : next) - at > MAXIMUM_RUN_BYTES) return false
    if (next < 0) return true
    at = next + 1
  }
}

/**
 * Undefined where the bytes are not one well-formed document in UTF-8, or hold more markup than it may. They are made text of
 * tag by tag: that of a whole document would be as large again, and stay until the heap is collected.
 */
export function parseXml(bytes: Uint8Array, mostTags = MAXIMUM_TAGS): XmlElement | undefined {
  if (!isUtf8(bytes)) return undefined
  try {
    return parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), mostTags)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

class Malformed extends Error {}

function parse(bytes: Buffer, mostTags: number): XmlElement {
  const open: XmlElement[] = []
  /** The names of the open elements as they were written, prefix and all. */
  const written: string[] = []
  let root: XmlElement | undefined
  let tags = 0
  assertFewReferences(bytes, mostTags)
  // What is ASCII is the same in both, and read faster as this.
  const encoding: Encoding = isAscii(bytes) ? "latin1" : "utf8"
  /** Where the next tag begins; what was read and is no tag stands before it. */
  let tag = 0
  let data = ""
  const read = (from: number, past = 0) => {
    tag = bytes.indexOf(LESS_THAN, from + past)
    return textAt(bytes, encoding, from, tag < 0 ? bytes.length : tag)
  }
  /** Of what is no element, and may hold anything: its content. */
  const pass = (start: number, end: string): string => {
    const at = bytes.indexOf(end, start)
    if (at < 0) throw new Malformed()
    const content = textAt(bytes, encoding, start, at)
    data = read(at + end.length)
    return content
  }

  data = read(isAt(bytes, BYTE_ORDER_MARK, 0) ? BYTE_ORDER_MARK.length : 0)
  for (;;) {
    const parent = open.at(-1)
    if (parent) {
      if (data.includes("]]>")) throw new Malformed()
      parent.text += resolved(data)
    } else if (data.trim() !== "") throw new Malformed()
    if (tag < 0) break
    // Comments and the like count as well: each is as much work as a tag.
    if (++tags > mostTags) throw new Malformed()

    if (isAt(bytes, "<!--", tag)) pass(tag + 4, "-->")
    else if (isAt(bytes, "<![CDATA[", tag)) {
      if (!parent) throw new Malformed()
      parent.text += pass(tag + 9, "]]>")
    } else if (isAt(bytes, "<?", tag)) pass(tag + 2, "?>")
    else {
      // No tag has a `<` within it: what comes before the next one is the tag and the text after it.
      const piece = read(tag, 1)
      if (piece[1] === "/") {
        const end = matched(END_TAG, piece, 2)
        if (written.pop() !== end[1]) throw new Malformed()
        open.pop()
        data = piece.slice(END_TAG.lastIndex)
        continue
      }
      const name = matched(NAME, piece, 1)[0]
      const [attributes, next] = attributesAt(piece, NAME.lastIndex)
      const empty = matched(TAG_END, piece, next)[1] === "/"
      data = piece.slice(TAG_END.lastIndex)
      const element: XmlElement = { name: local(name), attributes, children: [], text: "" }
      if (parent) parent.children.push(element)
      else if (root) throw new Malformed()
      else root = element
      if (!empty) {
        open.push(element)
        written.push(name)
        if (open.length > MAXIMUM_DEPTH) throw new Malformed()
      }
    }
  }
  if (!root || open.length > 0) throw new Malformed()
  return root
}

const isAt = (bytes: Buffer, text: string, at: number): boolean => {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}

type Encoding = "latin1" | "utf8"

/** Ends of lines are one character (XML 1.0, 2.11). */
function textAt(bytes: Buffer, encoding: Encoding, from: number, to: number): string {
  if (from === to) return ""
  const text = bytes.toString(encoding, from, to)
  if (FORBIDDEN.test(text)) throw new Malformed()
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text
}

function assertFewReferences(bytes: Buffer, mostTags: number): void {
  let left = mostTags * REFERENCES_PER_TAG
  for (let at = bytes.indexOf(AMPERSAND); at >= 0; at = bytes.indexOf(AMPERSAND, at + 1))
    if (--left < 0) throw new Malformed()
}

const local = (name: string): string => name.slice(name.indexOf(":") + 1)

function attributesAt(text: string, from: number): [ReadonlyMap<string, string>, number] {
  let attributes: Map<string, string> | undefined
  let seen: Set<string> | undefined
  let at = from
  for (;;) {
    ATTRIBUTE.lastIndex = at
    const found = ATTRIBUTE.exec(text)
    if (!found) return [attributes ?? NO_ATTRIBUTES, at]
    const [, name = "", double, single] = found
    at = ATTRIBUTE.lastIndex
    seen ??= new Set()
    if (seen.has(name) || seen.size === MAXIMUM_ATTRIBUTES) throw new Malformed()
    seen.add(name)
    if (name === "xmlns" || name.startsWith("xmlns:")) continue
    attributes ??= new Map()
    attributes.set(local(name), resolved(double ?? single ?? ""))
  }
}

function matched(pattern: RegExp, text: string, at: number): RegExpExecArray {
  pattern.lastIndex = at
  const found = pattern.exec(text)
  if (!found) throw new Malformed()
  return found
}

function resolved(text: string): string {
  if (!text.includes("&")) return text
  return text.replace(REFERENCE, (_, decimal?: string, hex?: string, entity?: string) => {
    if (entity) return ENTITIES[entity]!
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : 0
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new Malformed()
    return String.fromCodePoint(code)
  })
}
