import { invalid, invalidParameter, keyMismatch } from "../errors.ts"
import { type AttributeValue, findAttribute, type Item, typeOf } from "../values/attribute-value.ts"
import { assertKeySizes, emptiness } from "./key-limits.ts"
import { findKeyBytes, type KeyBytes, type KeySchema } from "./keys.ts"

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
      throw invalidParameter(
        `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${indexName}`,
      )
    }
    const what = emptiness(value)
    if (what) {
      const why = `The AttributeValue for a key attribute cannot contain an empty ${what} value.`
      throw invalid(
        touched
          ? `One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. ${why}`
          : `One or more parameter values are not valid. A value specified for a secondary index key is not supported. ${why} IndexName: ${indexName}, IndexKey: ${name}`,
      )
    }
  }
  if (touched && !schema.all.some(({ name }) => touched.has(name))) return
  if (schema.all.every(({ name }) => findAttribute(item, name) !== undefined)) assertKeySizes(schema, item)
}
