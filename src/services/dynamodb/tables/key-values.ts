import { invalid, invalidParameter, keyMismatch } from "../errors.ts"
import { type AttributeValue, findAttribute, type Item, typeOf } from "../values/attribute-value.ts"
import { sizeOfBinary, sizeOfText } from "../values/size.ts"
import { findKeyBytes, type KeyAttribute, type KeyBytes, type KeySchema } from "./keys.ts"

/** DynamoDB Developer Guide, "Quotas": partition keys and sort keys. */
const MAXIMUM_PARTITION_BYTES = 2048
const MAXIMUM_SORT_BYTES = 1024

/** Of a `Key` parameter: the attributes of the schema and no other. */
export function getKeyBytes(schema: KeySchema, key: Item): KeyBytes {
  if (Object.keys(key).length !== schema.all.length) throw keyMismatch()
  for (const { name, type } of schema.all) {
    const value = findAttribute(key, name)
    if (value === undefined || !(type in value)) throw keyMismatch()
  }
  return getCheckedBytes(schema, key)
}

/** Of an item that is put, whose refusals name the attribute. */
export function getItemKeyBytes(schema: KeySchema, item: Item): KeyBytes {
  for (const { name, type } of schema.all) {
    const value = findAttribute(item, name)
    if (value === undefined) throw invalidParameter(`Missing the key ${name} in the item`)
    if (!(type in value)) {
      throw invalidParameter(`Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`)
    }
  }
  return getCheckedBytes(schema, item)
}

function getCheckedBytes(schema: KeySchema, item: Item): KeyBytes {
  for (const { name } of schema.all) assertNotEmpty(name, item[name]!)
  assertKeySizes(schema, item)
  const bytes = findKeyBytes(schema, item)
  if (!bytes) throw keyMismatch()
  return bytes
}

export function assertNotEmpty(name: string, value: AttributeValue): void {
  const what = emptiness(value)
  if (what) {
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${what} value. Key: ${name}`,
    )
  }
}

const emptiness = (value: AttributeValue): "string" | "binary" | undefined => {
  if ("S" in value) return value.S === "" ? "string" : undefined
  return "B" in value && value.B === "" ? "binary" : undefined
}

/** The missing blank is AWS's. */
function assertKeySizes(schema: KeySchema, item: Item): void {
  if (sizeOfKey(schema.partition, item) > MAXIMUM_PARTITION_BYTES) {
    throw invalidParameter(`Size of hashkey has exceeded the maximum size limit of${MAXIMUM_PARTITION_BYTES} bytes`)
  }
  if (sizeOfKey(schema.sort, item) > MAXIMUM_SORT_BYTES) {
    throw invalidParameter(
      `Aggregated size of all range keys has exceeded the size limit of ${MAXIMUM_SORT_BYTES} bytes`,
    )
  }
}

function sizeOfKey(attributes: readonly KeyAttribute[], item: Item): number {
  let bytes = 0
  for (const { name } of attributes) {
    const value = item[name]!
    if ("S" in value) bytes += sizeOfText(value.S)
    else if ("B" in value) bytes += sizeOfBinary(value.B)
  }
  return bytes
}

/** What an index asks of its key attributes, where the item has them. */
export function assertIndexKeys(
  indexName: string,
  schema: KeySchema,
  item: Item,
  /** Of an update, which answers for what it changed alone. */
  touched?: ReadonlySet<string>,
): void {
  for (const { name, type } of schema.all) {
    if (touched && !touched.has(name)) continue
    const value = findAttribute(item, name)
    if (value === undefined) continue
    if (!(type in value)) {
      throw touched
        ? invalid("The update expression attempted to update the secondary index key to unsupported type")
        : invalidParameter(
            `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${indexName}`,
          )
    }
    const what = emptiness(value)
    if (what) {
      throw invalid(
        `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${what} value. IndexName: ${indexName}, IndexKey: ${name}`,
      )
    }
  }
  if (schema.all.every(({ name }) => findAttribute(item, name) !== undefined)) assertKeySizes(schema, item)
}
