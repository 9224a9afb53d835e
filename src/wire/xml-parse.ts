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

/** Undefined where the text is not one well-formed document, or holds more markup than it may. */
export function parseXml(text: string, mostTags = MAXIMUM_TAGS): XmlElement | undefined {
  if (FORBIDDEN.test(text)) return undefined
  try {
    return parse(text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text, mostTags)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

class Malformed extends Error {}

function parse(text: string, mostTags: number): XmlElement {
  const open: XmlElement[] = []
  /** The names of the open elements as they were written, prefix and all. */
  const written: string[] = []
  let root: XmlElement | undefined
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let tags = 0
  assertFewReferences(text, mostTags)

  while (at < text.length) {
    const tag = text.indexOf("<", at)
    const parent = open.at(-1)
    const data = text.slice(at, tag < 0 ? text.length : tag)
    if (parent) {
      if (data.includes("]]>")) throw new Malformed()
      parent.text += resolved(data)
    } else if (data.trim() !== "") throw new Malformed()
    if (tag < 0) break
    // Comments and the like count as well: each is as much work as a tag.
    if (++tags > mostTags) throw new Malformed()

    if (text.startsWith("<!--", tag)) at = after(text, "-->", tag + 4)
    else if (text.startsWith("<![CDATA[", tag)) {
      at = after(text, "]]>", tag + 9)
      if (!parent) throw new Malformed()
      parent.text += text.slice(tag + 9, at - 3)
    } else if (text.startsWith("<?", tag)) at = after(text, "?>", tag + 2)
    else if (text[tag + 1] === "/") {
      const end = matched(END_TAG, text, tag + 2)
      if (written.pop() !== end[1]) throw new Malformed()
      open.pop()
      at = END_TAG.lastIndex
    } else {
      const name = matched(NAME, text, tag + 1)[0]
      const [attributes, next] = attributesAt(text, NAME.lastIndex)
      const empty = matched(TAG_END, text, next)[1] === "/"
      at = TAG_END.lastIndex
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

function assertFewReferences(text: string, mostTags: number): void {
  let left = mostTags * REFERENCES_PER_TAG
  for (let at = text.indexOf("&"); at >= 0; at = text.indexOf("&", at + 1)) if (--left < 0) throw new Malformed()
}

const local = (name: string): string => name.slice(name.indexOf(":") + 1)

function attributesAt(text: string, from: number): [ReadonlyMap<string, string>, number] {
  let attributes: Map<string, string> | undefined
  const seen = new Set<string>()
  let at = from
  for (;;) {
    ATTRIBUTE.lastIndex = at
    const found = ATTRIBUTE.exec(text)
    if (!found) return [attributes ?? NO_ATTRIBUTES, at]
    const [, name = "", double, single] = found
    at = ATTRIBUTE.lastIndex
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

function after(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from)
  if (at < 0) throw new Malformed()
  return at + end.length
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
