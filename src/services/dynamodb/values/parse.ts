import type { AttributeValue as WireAttributeValue } from "@aws-sdk/client-dynamodb"
import type { WireError } from "../../../wire/errors.ts"
import { invalid, invalidParameter, tooDeeplyNested } from "../errors.ts"
import { ATTRIBUTE_TYPES, type AttributeType, type AttributeValue, type Item, newItem } from "./attribute-value.ts"
import { MAXIMUM_CONTAINERS } from "./depth.ts"
import { normalizeNumber } from "./number.ts"
import { sizeOfText } from "./size.ts"

/** DynamoDB Developer Guide, "Naming rules": 64 KB, less one (ExtendDB #365, measured on AWS). */
const MAXIMUM_NAME_BYTES = 65_535

/** `nesting` is how many lists and maps the item is in. */
export function parseItem(wire: Record<string, WireAttributeValue>, nesting = 0): Item {
  const item = newItem()
  for (const name of Object.keys(wire)) {
    assertAttributeName(name)
    item[name] = parseValue(wire[name]!, nesting)
  }
  return item
}

export function assertAttributeName(name: string): void {
  if (name === "") throw invalid("Empty attribute name")
  // A character has at most three bytes for each of its units.
  if (name.length * 3 > MAXIMUM_NAME_BYTES && sizeOfText(name) > MAXIMUM_NAME_BYTES) {
    throw invalid("Attribute name is too large, must be less than 65536 bytes")
  }
}

/** What was sent, checked, with numbers as DynamoDB prints them and binary as base64. */
export function parseValue(wire: WireAttributeValue, nesting = 0): AttributeValue {
  const given = wire as unknown as Record<string, unknown>
  let type: AttributeType | undefined
  for (const candidate of Object.keys(given)) {
    if (given[candidate] === undefined || !ATTRIBUTE_TYPES.includes(candidate as AttributeType)) continue
    if (type) throw severalTypes(given)
    type = candidate as AttributeType
  }
  if (!type) throw invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
  return PARSERS[type](given[type], nesting)
}

/** A number that is none is told before there being several types is (ExtendDB #201, measured on AWS). */
function severalTypes(given: Record<string, unknown>): WireError {
  if (given.N !== undefined) PARSERS.N(given.N, 0)
  if (given.NS !== undefined) PARSERS.NS(given.NS, 0)
  return invalid(
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  )
}

const PARSERS: Record<AttributeType, (content: unknown, nesting: number) => AttributeValue> = {
  S: (content) => ({ S: content as string }),
  N: (content) => ({ N: normalizeNumber(content as string) }),
  B: (content) => ({ B: toBase64(content) }),
  BOOL: (content) => ({ BOOL: content as boolean }),
  NULL(content) {
    if (content !== true) throw invalidParameter("Null attribute value types must have the value of true")
    return { NULL: true }
  },
  SS(content) {
    const members = content as string[]
    if (members.length === 0) throw invalidParameter("An string set  may not be empty")
    if (new Set(members).size !== members.length) {
      throw invalidParameter(`Input collection [${members.join(", ")}] contains duplicates.`)
    }
    return { SS: members }
  },
  NS(content) {
    const members = (content as string[]).map(normalizeNumber)
    if (members.length === 0) throw invalidParameter("An number set  may not be empty")
    if (new Set(members).size !== members.length) throw invalid("Input collection contains duplicates")
    return { NS: members }
  },
  BS(content) {
    const members = (content as unknown[]).map(toBase64)
    if (members.length === 0) throw invalidParameter("Binary sets should not be empty")
    if (new Set(members).size !== members.length) {
      throw invalidParameter(`Input collection [${members.join(", ")}]of type BS contains duplicates.`)
    }
    return { BS: members }
  },
  L(content, nesting) {
    if (nesting >= MAXIMUM_CONTAINERS) throw tooDeeplyNested()
    return { L: (content as WireAttributeValue[]).map((element) => parseValue(element, nesting + 1)) }
  },
  M(content, nesting) {
    if (nesting >= MAXIMUM_CONTAINERS) throw tooDeeplyNested()
    return { M: parseItem(content as Record<string, WireAttributeValue>, nesting + 1) }
  },
}

function toBase64(content: unknown): string {
  const bytes = content as Uint8Array
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")
}
