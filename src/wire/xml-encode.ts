import { formatBase64 } from "./base64.ts"
import type { WireOptions } from "./options.ts"
import { memoized } from "./recursion.ts"
import { keyShape, type Member, membersOf, type Shape, type Traits, valueShape } from "./schema.ts"
import { formatTimestamp } from "./timestamps.ts"
import { escapeXml } from "./xml-text.ts"

/** What stands between an element's tags (for a structure, its attributes too). */
interface Content {
  text(value: unknown): string
  attributes?(value: unknown): string
}

/** An element, or for a flattened list or map several. */
export type XmlEncode = (value: unknown) => string

export interface XmlEncoder {
  /** An element of the given name with the shape's content. */
  element(name: string, shape: Shape, attributes?: string): XmlEncode
  /** The elements of those members of the structure alone. */
  members(members: readonly Member[]): XmlEncode
}

/** Writers of awsQuery results and restXml documents. awsQuery has no attributes; nothing else differs. */
export function xmlEncoder(options: WireOptions): XmlEncoder {
  const fraction = options.s3 ? "zeros" : options.wholeSeconds ? "none" : "shortest"
  const memo = memoized<(value: unknown) => string>()

  const content = (shape: Shape): Content => {
    switch (shape.kind) {
      case "timestamp": {
        const format = shape.format ?? "date-time"
        return { text: (value) => formatTimestamp(value as Date, format, fraction) }
      }
      case "blob":
        return { text: formatBase64 }
      case "number":
      case "boolean":
      case "bigInteger":
      case "bigDecimal":
        return { text: String }
      case "list": {
        const value = valueShape(shape)
        const encode = element(value.member.xmlName ?? "member", value)
        return { text: (values) => concatenated(values as unknown[], encode) }
      }
      case "map":
        return { text: entries(shape, "entry") }
      case "structure":
      case "union":
        return {
          text: memo(shape.identity, () => members(membersOf(shape).filter(isElement))),
          attributes: attributesOf(shape),
        }
      default:
        return { text: (value) => escapeXml(String(value)) }
    }
  }

  const element = (name: string, shape: Shape, attributes = ""): XmlEncode => {
    const { text, attributes: own } = content(shape)
    const open = `<${name}${attributes}${namespaceOf(shape)}`
    const close = `</${name}>`
    return (value) => {
      const inner = text(value)
      const start = own === undefined ? open : open + own(value)
      return inner === "" ? `${start}/>` : `${start}>${inner}${close}`
    }
  }

  const member = (shape: Member): XmlEncode => {
    const name = shape.member.xmlName ?? shape.memberName
    if (!shape.member.xmlFlattened) return element(name, shape)
    if (shape.kind === "map") return entries(shape, name)
    const encode = element(name, { ...valueShape(shape), member: shape.member })
    return (values) => concatenated(values as unknown[], encode)
  }

  const members = (shapes: readonly Member[]): XmlEncode => {
    const written = shapes.map((shape) => ({ name: shape.memberName, encode: member(shape) }))
    return (value) => {
      let text = ""
      for (const { name, encode } of written) {
        const given = (value as Record<string, unknown>)[name]
        if (given !== undefined && given !== null) text += encode(given)
      }
      return text
    }
  }

  const entries = (shape: Shape, entry: string): XmlEncode => {
    const [key, value] = [keyShape(shape), valueShape(shape)]
    const encodeKey = element(key.member.xmlName ?? "key", key)
    const encodeValue = element(value.member.xmlName ?? "value", value)
    return (map) => {
      let text = ""
      for (const [name, held] of Object.entries(map as object)) {
        if (held !== undefined && held !== null) text += `<${entry}>${encodeKey(name)}${encodeValue(held)}</${entry}>`
      }
      return text
    }
  }

  return { element, members }
}

const isElement = (member: Member): boolean => !member.member.xmlAttribute

function concatenated(values: readonly unknown[], encode: XmlEncode): string {
  let text = ""
  for (const value of values) if (value !== undefined && value !== null) text += encode(value)
  return text
}

function attributesOf(shape: Shape): ((value: unknown) => string) | undefined {
  const attributes = membersOf(shape).filter((member) => member.member.xmlAttribute)
  if (attributes.length === 0) return undefined
  return (value) => {
    let text = ""
    for (const { memberName, member } of attributes) {
      const given = (value as Record<string, unknown>)[memberName]
      if (given !== undefined && given !== null)
        text += ` ${member.xmlName ?? memberName}="${escapeXml(String(given))}"`
    }
    return text
  }
}

/** `xmlns` of the member, or of the shape that it refers to. */
function namespaceOf({ own, member }: { own: Traits; member: Traits }): string {
  const namespace = member.xmlNamespace ?? own.xmlNamespace
  if (namespace === undefined) return ""
  if (typeof namespace === "string") return ` xmlns="${escapeXml(namespace)}"`
  return ` xmlns${namespace[0] ? `:${namespace[0]}` : ""}="${escapeXml(namespace[1])}"`
}
