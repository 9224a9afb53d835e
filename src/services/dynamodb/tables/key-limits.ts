import { invalidParameter } from "../errors.ts"
import { type AttributeValue, findAttribute, type Item } from "../values/attribute-value.ts"
import { sizeOfBinary, sizeOfText } from "../values/size.ts"
import { findKeyBytes, type KeyAttribute, type KeyBytes, type KeySchema } from "./keys.ts"

/** DynamoDB Developer Guide, "Quotas": partition keys and sort keys. */
const MAXIMUM_PARTITION_BYTES = 2048
const MAXIMUM_SORT_BYTES = 1024

export const emptiness = (value: AttributeValue): "string" | "binary" | undefined => {
  if ("S" in value) return value.S === "" ? "string" : undefined
  return "B" in value && value.B === "" ? "binary" : undefined
}

/** The missing blank is AWS's. */
export function assertKeySizes(schema: KeySchema, item: Item): void {
  if (isPartitionTooLong(schema, item)) {
    throw invalidParameter(`Size of hashkey has exceeded the maximum size limit of${MAXIMUM_PARTITION_BYTES} bytes`)
  }
  if (isSortTooLong(schema, item)) {
    throw invalidParameter(
      `Aggregated size of all range keys has exceeded the size limit of ${MAXIMUM_SORT_BYTES} bytes`,
    )
  }
}

const isPartitionTooLong = ({ partition }: KeySchema, item: Item): boolean =>
  sizeOfKey(partition, item) > MAXIMUM_PARTITION_BYTES
const isSortTooLong = ({ sort }: KeySchema, item: Item): boolean => sizeOfKey(sort, item) > MAXIMUM_SORT_BYTES

function sizeOfKey(attributes: readonly KeyAttribute[], item: Item): number {
  let bytes = 0
  for (const { name } of attributes) {
    const value = item[name]!
    if ("S" in value) bytes += sizeOfText(value.S)
    else if ("B" in value) bytes += sizeOfBinary(value.B)
  }
  return bytes
}

/**
 * Where an index has an item: nowhere, if the item lacks an attribute of the index's key or has there what no key can be.
 * Such items were stored before there was the index.
 */
export function findEntryBytes(schema: KeySchema, item: Item): KeyBytes | undefined {
  for (const { name, type } of schema.all) {
    const value = findAttribute(item, name)
    if (value === undefined || !(type in value) || emptiness(value)) return undefined
  }
  return isPartitionTooLong(schema, item) || isSortTooLong(schema, item) ? undefined : findKeyBytes(schema, item)
}
