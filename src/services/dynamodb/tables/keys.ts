import type { AttributeValue, Item } from "../values/attribute-value.ts"
import { findAttribute } from "../values/attribute-value.ts"
import { encodeKey, encodePartition } from "../values/key-bytes.ts"

export type KeyType = "S" | "N" | "B"

export interface KeyAttribute {
  name: string
  type: KeyType
}

/** The key of a table or an index. Tables and local indexes have one partition attribute; global indexes up to four. */
export interface KeySchema {
  partition: readonly KeyAttribute[]
  sort: readonly KeyAttribute[]
  all: readonly KeyAttribute[]
}

/** A key as bytes, in the order of the store. */
export interface KeyBytes {
  pk: Buffer
  /** Empty where there is no sort key. */
  sk: Buffer
}

/** Undefined where the item lacks an attribute of the key, or has it in another type. */
export function findKeyBytes(schema: KeySchema, item: Item): KeyBytes | undefined {
  const partition = findKeyValues(schema.partition, item)
  const sort = findKeyValues(schema.sort, item)
  return partition && sort && { pk: encodePartition(partition), sk: encodeSort(sort) }
}

const NO_BYTES = Buffer.alloc(0)
const encodeSort = (values: readonly AttributeValue[]): Buffer =>
  values.length === 0 ? NO_BYTES : encodeKey(values, true)

function findKeyValues(attributes: readonly KeyAttribute[], item: Item): AttributeValue[] | undefined {
  const values: AttributeValue[] = []
  for (const { name, type } of attributes) {
    const value = findAttribute(item, name)
    if (value === undefined || !(type in value)) return undefined
    values.push(value)
  }
  return values
}

/** The attributes of the key alone. */
export function keyOf(schemas: readonly KeySchema[], item: Item): Item {
  const key: Item = Object.create(null)
  for (const { all } of schemas) for (const { name } of all) key[name] = findAttribute(item, name)!
  return key
}
