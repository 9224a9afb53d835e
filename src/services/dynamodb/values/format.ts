import type { AttributeValue as WireAttributeValue } from "@aws-sdk/client-dynamodb"
import { writtenAs } from "../../../wire/index.ts"
import type { AttributeValue, Item } from "./attribute-value.ts"

/** An item as a handler answers it: its JSON is the wire's. */
export const writtenAttributes = (item: Item): Record<string, WireAttributeValue> => writtenAs(JSON.stringify(item))

/** The value of a key within something else that a handler answers, where binary is bytes. */
export const formatKeyValue = (value: AttributeValue): WireAttributeValue =>
  "B" in value ? { B: Buffer.from(value.B, "base64") } : (value as WireAttributeValue)
