import type { AttributeValue as WireAttributeValue } from "@aws-sdk/client-dynamodb"
import type { AttributeValue, Item } from "./attribute-value.ts"

/** An item as handlers answer it: binary is bytes. Everything else is on the wire as it is in the store. */
export function formatItem(item: Item): Record<string, WireAttributeValue> {
  const wire: Record<string, WireAttributeValue> = Object.create(null)
  for (const name of Object.keys(item)) wire[name] = formatValue(item[name]!)
  return wire
}

export function formatValue(value: AttributeValue): WireAttributeValue {
  if ("M" in value) return { M: formatItem(value.M) }
  if ("L" in value) return { L: value.L.map(formatValue) }
  if ("B" in value) return { B: Buffer.from(value.B, "base64") }
  if ("BS" in value) return { BS: value.BS.map((member) => Buffer.from(member, "base64")) }
  return value
}
