import type { AttributeDefinition, KeySchemaElement, Projection } from "@aws-sdk/client-dynamodb"
import { invalid, invalidParameter } from "../errors.ts"
import type { KeyElement } from "./record.ts"

/** An index as CreateTable and UpdateTable are given it. */
export interface IndexSchema {
  name: string
  isGlobal: boolean
  key: KeyElement[]
  projection: Projection | undefined
}

/** Developer Guide, "Quotas": secondary indexes and their projected attributes. */
const MAXIMUM_LOCAL = 5
export const MAXIMUM_GLOBAL = 20
const MAXIMUM_PROJECTED = 100
/** Developer Guide, "Multi-attribute keys" of global secondary indexes. */
const MAXIMUM_ATTRIBUTES_OF_A_KIND = 4

export const parseKeyElements = (schema: readonly KeySchemaElement[]): KeyElement[] =>
  schema.map(({ AttributeName, KeyType }) => ({ name: AttributeName!, type: KeyType! }))

/** A partition key and perhaps a sort key, in this order; `allowsSeveral`: global indexes may have more of both. */
export function assertKeyOrder(key: readonly KeyElement[], allowsSeveral: boolean): void {
  if (key[0]?.type !== "HASH") {
    throw invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
  }
  if (allowsSeveral) assertSeveral(key)
  else assertPair(key)
}

function assertPair(key: readonly KeyElement[]): void {
  if (key.length > 2) {
    throw invalid(
      `1 validation error detected: Value '[${key.map(showElement).join(", ")}]' at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2`,
    )
  }
  const [hash, range] = key
  if (range && range.type !== "RANGE") {
    throw invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
  }
  if (range && range.name === hash!.name) {
    throw invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")
  }
}

const showElement = ({ name, type }: KeyElement): string => `KeySchemaElement(attributeName=${name}, keyType=${type})`

/** Partition attributes come first, up to four of each kind, each attribute once. The texts are recorded (10-2026). */
function assertSeveral(key: readonly KeyElement[]): void {
  const firstRange = key.findIndex(({ type }) => type === "RANGE")
  const hashes = firstRange === -1 ? key.length : firstRange
  if (firstRange !== -1 && key.slice(firstRange).some(({ type }) => type === "HASH")) {
    throw invalidParameter("All HASH key attributes must precede RANGE key attributes in the KeySchema")
  }
  const isTooMany = (count: number) => count > MAXIMUM_ATTRIBUTES_OF_A_KIND
  const exceeding = isTooMany(hashes) ? "HASH" : isTooMany(key.length - hashes) ? "RANGE" : undefined
  if (exceeding) {
    throw invalidParameter(`The KeySchema exceeds the maximum allowed number of ${exceeding} key attributes`)
  }
  if (new Set(key.map(({ name }) => name)).size !== key.length) {
    throw invalid("The KeySchema contains multiple key attributes with the same name")
  }
}

export function assertCounts(indexes: readonly IndexSchema[]): void {
  const globals = indexes.filter(({ isGlobal }) => isGlobal).length
  if (indexes.length - globals > MAXIMUM_LOCAL) {
    throw invalidParameter(`Number of LocalSecondaryIndexes exceeds per-table limit of ${MAXIMUM_LOCAL}`)
  }
  if (globals > MAXIMUM_GLOBAL) {
    throw invalidParameter(`GlobalSecondaryIndex count exceeds the per-table limit of ${MAXIMUM_GLOBAL}`)
  }
}

/** Key attributes and definitions have to agree. Texts as reported (cfn-lint #1037, moto #4409). */
export function assertDefinitions(
  definitions: readonly AttributeDefinition[],
  key: readonly KeyElement[],
  indexes: readonly IndexSchema[],
): void {
  const defined = [...new Set(definitions.map(({ AttributeName }) => AttributeName!))].sort()
  const used = [...new Set([key, ...indexes.map((index) => index.key)].flat().map(({ name }) => name))].sort()
  const isDefined = new Set(defined)
  const names = definitions.map(({ AttributeName }) => AttributeName!)
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  if (repeated !== undefined) throw invalid(`Attribute Name is duplicated: ${repeated}`)
  if (indexes.length === 0) {
    if (used.some((name) => !isDefined.has(name))) {
      throw invalid("Invalid KeySchema: Some index key attribute have no definition")
    }
    if (used.length !== defined.length) {
      throw invalidParameter(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
      )
    }
    return
  }
  for (const keys of [...indexes.map((index) => index.key), key]) assertKeysDefined(definitions, keys)
  if (used.length !== defined.length) {
    throw invalidParameter(
      `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(", ")}], keys used: [${used.join(", ")}]`,
    )
  }
}

export function assertKeysDefined(definitions: readonly AttributeDefinition[], key: readonly KeyElement[]): void {
  const defined = definitions.map(({ AttributeName }) => AttributeName!).sort()
  const names = key.map(({ name }) => name)
  if (names.every((name) => defined.includes(name))) return
  throw invalidParameter(
    `Some index key attributes are not defined in AttributeDefinitions. Keys: [${names.join(", ")}], AttributeDefinitions: [${defined.join(", ")}]`,
  )
}

export function assertIndexes(key: readonly KeyElement[], indexes: readonly IndexSchema[]): void {
  const names = new Set<string>()
  for (const index of indexes) {
    if (names.has(index.name)) throw invalidParameter(`Duplicate index name: ${index.name}`)
    names.add(index.name)
    assertKeyOrder(index.key, index.isGlobal)
    if (!index.isGlobal) assertLocal(key, index)
    assertProjection(index.projection)
  }
  const projected = new Set(indexes.flatMap(({ projection }) => projection?.NonKeyAttributes ?? [])).size
  if (projected > MAXIMUM_PROJECTED) {
    throw invalidParameter(
      `The number of projected attributes ${projected} in secondary indexes exceeds the limit of ${MAXIMUM_PROJECTED}`,
    )
  }
}

function assertLocal(key: readonly KeyElement[], index: IndexSchema): void {
  if (key.length < 2) {
    throw invalidParameter(
      "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
    )
  }
  if (index.key.length < 2) {
    throw invalidParameter(`Index KeySchema does not have a range key for index: ${index.name}`)
  }
  const [hash] = index.key
  if (hash!.name !== key[0]!.name) {
    throw invalidParameter(
      `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.name}. index hash key: ${hash!.name}, table hash key: ${key[0]!.name}`,
    )
  }
}

function assertProjection(projection: Projection | undefined): void {
  const { ProjectionType, NonKeyAttributes } = projection ?? {}
  if (ProjectionType === undefined) throw invalidParameter("Unknown ProjectionType: null")
  if (ProjectionType !== "INCLUDE" && NonKeyAttributes !== undefined) {
    throw invalidParameter(`ProjectionType is ${ProjectionType}, but NonKeyAttributes is specified`)
  }
  if (ProjectionType === "INCLUDE" && NonKeyAttributes === undefined) {
    throw invalidParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
  }
  const repeated = NonKeyAttributes?.find((name, i) => NonKeyAttributes.indexOf(name) !== i)
  if (repeated !== undefined) throw invalidParameter(`Duplicate element in NonKeyAttributes: ${repeated}`)
}
