/**
 * An attribute value as it is on the wire and in the store: binary is base64 text, numbers are in the form that DynamoDB
 * prints. Maps and items have no prototype, so that an attribute may be called `constructor` or `__proto__`.
 */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] }
  | { L: AttributeValue[] }
  | { M: Item }

export type Item = Record<string, AttributeValue>

export type AttributeType = "S" | "N" | "B" | "BOOL" | "NULL" | "SS" | "NS" | "BS" | "L" | "M"

export const ATTRIBUTE_TYPES: readonly AttributeType[] = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"]

/** A value has exactly one member, its type. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType
  throw new Error("an attribute value without a type")
}

/** What the one member of a value holds. */
export const contentOf = (value: AttributeValue): unknown => (value as Record<string, unknown>)[typeOf(value)]

export const newItem = (): Item => Object.create(null) as Item

export const copyOf = (item: Item): Item => Object.assign(newItem(), item)

/** Items that come from `JSON.parse` have a prototype, which is not to be found as an attribute. */
export const findAttribute = (item: Item, name: string): AttributeValue | undefined =>
  Object.hasOwn(item, name) ? item[name] : undefined
