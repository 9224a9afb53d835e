import { parseBase64 } from "./base64.ts"
import { WireError } from "./errors.ts"
import { parseNumber } from "./numbers.ts"
import type { WireOptions } from "./options.ts"
import { memoized } from "./recursion.ts"
import { keyShape, type Member, membersOf, type Shape, valueShape } from "./schema.ts"
import { parseTimestamp } from "./timestamps.ts"
import type { XmlElement } from "./xml-parse.ts"

/** Recorded from S3 on 21-02-2026 for whatever is wrong with a document. */
export const malformedXml = (): WireError =>
  new WireError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  )

type XmlDecode = (element: XmlElement) => unknown

/** What goes into one member: all the elements of its name, where it is flattened. */
interface Slot {
  name: string
  required: boolean
  isList: boolean
  flattened: boolean
  one: XmlDecode
  several: (elements: XmlElement[]) => unknown
}

export interface XmlDecoder {
  /** The whole content of an element. */
  content(shape: Shape): XmlDecode
  /** Those members of a structure alone. */
  members(members: readonly Member[]): (element: XmlElement) => Record<string, unknown>
}

/** Readers of restXml documents. Elements that a structure does not know are left out. */
export function xmlDecoder(options: WireOptions): XmlDecoder {
  const memo = memoized<XmlDecode>()
  const fractional = new Set(options.fractionalMembers)

  const content = (shape: Shape, memberName = ""): XmlDecode => {
    switch (shape.kind) {
      case "structure":
      case "union":
        return memo(shape.identity, () => {
          const decode = members(membersOf(shape))
          return shape.kind === "union" ? exactlyOne(decode) : decode
        })
      case "list": {
        const value = valueShape(shape)
        const decode = content(value, memberName)
        const name = value.member.xmlName ?? "member"
        return ({ children }) => children.filter((child) => child.name === name).map(decode)
      }
      case "map": {
        const entries = mapEntries(shape, memberName)
        return ({ children }) => entries(children.filter((child) => child.name === "entry"))
      }
      case "unit":
        return () => ({})
      default:
        return scalar(shape, fractional.has(memberName))
    }
  }

  const mapEntries = (shape: Shape, memberName: string) => {
    const [key, value] = [keyShape(shape), valueShape(shape)]
    const keyName = key.member.xmlName ?? "key"
    const valueName = value.member.xmlName ?? "value"
    const decodeValue = content(value, memberName)
    return (entries: XmlElement[]): unknown => {
      const decoded: Record<string, unknown> = Object.create(null)
      for (const { children } of entries) {
        const heldKey = children.find(({ name }) => name === keyName)
        const held = children.find(({ name }) => name === valueName)
        if (!heldKey || !held) throw malformedXml()
        decoded[heldKey.text] = decodeValue(held)
      }
      return decoded
    }
  }

  const slot = (member: Member): Slot => {
    const flattened = member.member.xmlFlattened === 1
    const one = content(member, member.memberName)
    let several: Slot["several"] = () => undefined
    if (flattened && member.kind === "list") {
      const decode = content(valueShape(member), member.memberName)
      several = (elements) => elements.map(decode)
    } else if (flattened) several = mapEntries(member, member.memberName)
    return {
      name: member.memberName,
      required: member.required,
      isList: member.kind === "list",
      flattened,
      one,
      several,
    }
  }

  const members = (shapes: readonly Member[]) => {
    const elements = new Map<string, Slot>()
    const attributes: { name: string; xmlName: string; required: boolean }[] = []
    for (const shape of shapes) {
      const { memberName: name, member, required } = shape
      const xmlName = member.xmlName ?? name
      if (member.xmlAttribute) attributes.push({ name, xmlName: xmlName.slice(xmlName.indexOf(":") + 1), required })
      else elements.set(xmlName, slot(shape))
    }
    const required = [...elements.values()].filter((slot) => slot.required)
    return (element: XmlElement): Record<string, unknown> => {
      const decoded: Record<string, unknown> = {}
      let flattened: Map<Slot, XmlElement[]> | undefined
      for (const child of element.children) {
        const slot = elements.get(child.name)
        if (slot === undefined) continue
        if (!slot.flattened) decoded[slot.name] = slot.one(child)
        else {
          flattened ??= new Map()
          const gathered = flattened.get(slot)
          if (gathered) gathered.push(child)
          else flattened.set(slot, [child])
        }
      }
      if (flattened) for (const [slot, gathered] of flattened) decoded[slot.name] = slot.several(gathered)
      for (const { name, xmlName, required } of attributes) {
        const value = element.attributes.get(xmlName)
        if (value !== undefined) decoded[name] = value
        else if (required) throw malformedXml()
      }
      for (const { name, isList } of required)
        if (decoded[name] === undefined) {
          // A list that is left out is empty (recorded: `<Tagging/>`); operations say for themselves where it may not be.
          if (!isList) throw malformedXml()
          decoded[name] = []
        }
      return decoded
    }
  }

  return { content, members }
}

const exactlyOne =
  (decode: (element: XmlElement) => Record<string, unknown>): XmlDecode =>
  (element) => {
    const union = decode(element)
    if (Object.keys(union).length !== 1) throw malformedXml()
    return union
  }

function scalar({ kind, format = "date-time" }: Shape, fractional: boolean): XmlDecode {
  switch (kind) {
    case "number":
      return ({ text }) => {
        const number = parseNumber(text.trim(), fractional)
        if (number === undefined) throw malformedXml()
        return number
      }
    case "boolean":
      return ({ text }) => {
        const word = text.trim()
        if (word !== "true" && word !== "false") throw malformedXml()
        return word === "true"
      }
    case "timestamp":
      return ({ text }) => {
        const date = parseTimestamp(text.trim(), format)
        if (!date) throw malformedXml()
        return date
      }
    case "blob":
      return ({ text }) => {
        const bytes = parseBase64(text.trim())
        if (typeof bytes === "string") throw malformedXml()
        return bytes
      }
    default:
      return ({ text }) => text
  }
}
