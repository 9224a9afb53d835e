import type { AttributeValue as WireAttributeValue } from "@aws-sdk/client-dynamodb"
import { invalid, invalidParameter } from "../errors.ts"
import { ATTRIBUTE_TYPES, type AttributeType, type AttributeValue, type Item, newItem } from "./attribute-value.ts"
import { normalizeNumber } from "./number.ts"

/** DynamoDB Developer Guide, "Quotas": nested attribute depth. */
const MAXIMUM_NESTING = 32

export function parseItem(wire: Record<string, WireAttributeValue>, nesting = 0): Item {
  const item = newItem()
  for (const name of Object.keys(wire)) item[name] = parseValue(wire[name]!, nesting)
  return item
}

/** What was sent, checked, with numbers as DynamoDB prints them and binary as base64. */
export function parseValue(wire: WireAttributeValue, nesting = 0): AttributeValue {
  const given = wire as unknown as Record<string, unknown>
  let type: AttributeType | undefined
  for (const candidate of Object.keys(given)) {
    if (given[candidate] === undefined || !ATTRIBUTE_TYPES.includes(candidate as AttributeType)) continue
    if (type) {
      throw invalid(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
      )
    }
    type = candidate as AttributeType
  }
  if (!type) throw invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
  return PARSERS[type](given[type], nesting)
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
    if (members.includes("")) throw invalidParameter("An string set may not have a empty string as a member")
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
    if (members.includes("")) throw invalidParameter("Binary sets may not contain null or empty values")
    if (new Set(members).size !== members.length) {
      throw invalidParameter(`Input collection [${members.join(", ")}]of type BS contains duplicates.`)
    }
    return { BS: members }
  },
  L(content, nesting) {
    assertNesting(nesting)
    return { L: (content as WireAttributeValue[]).map((element) => parseValue(element, nesting + 1)) }
  },
  M(content, nesting) {
    assertNesting(nesting)
    return { M: parseItem(content as Record<string, WireAttributeValue>, nesting + 1) }
  },
}

function assertNesting(nesting: number): void {
  if (nesting >= MAXIMUM_NESTING) throw invalid("Nesting Levels have exceeded supported limits")
}

function toBase64(content: unknown): string {
  const bytes = content as Uint8Array
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")
}
