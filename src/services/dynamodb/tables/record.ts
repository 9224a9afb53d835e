import type { KeyAttribute, KeySchema, KeyType } from "./keys.ts"

/** A table's settings as they are stored. Times are milliseconds since the epoch. */
export interface TableRecord {
  id: string
  account: string
  region: string
  name: string
  createdAt: number
  attributes: { name: string; type: KeyType }[]
  key: KeyElement[]
  billing: { mode: "PROVISIONED" | "PAY_PER_REQUEST"; onDemandSince?: number }
  throughput: Throughput
  onDemand?: OnDemandLimits
  warm?: WarmThroughput
  indexes: IndexRecord[]
  /** The customer's or the service's KMS key. Data is not encrypted with it; the setting is kept. */
  encryption?: { keyArn: string }
  tableClass?: { name: "STANDARD" | "STANDARD_INFREQUENT_ACCESS"; updatedAt?: number }
  isProtected: boolean
  tags: Record<string, string>
  timeToLive?: string
  /** What finds expired items is being built, or removed. */
  timeToLiveState?: "ENABLING" | "DISABLING"
  /** Its rows are being removed; it is gone for those who read and write items. */
  deletingSince?: number
  policy?: { document: string; revision: string }
  /** The stream that was enabled last; it may be disabled by now. */
  stream?: { label: string; view: ViewType; isEnabled: boolean }
  /** Streams of Kinesis that changes go to, or went to, in the order in which they were enabled. */
  destinations?: DestinationRecord[]
}

export interface DestinationRecord {
  /** Another one each time that it is enabled. */
  id: string
  streamArn: string
  status: "ENABLING" | "ACTIVE" | "UPDATING" | "DISABLING" | "DISABLED"
  precision: Precision
}

export type Precision = "MILLISECOND" | "MICROSECOND"

/** What a stream shows of an item that was changed, beside its key. */
export type ViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES"

export interface KeyElement {
  name: string
  type: "HASH" | "RANGE"
}

/** Zeros where the table is billed on demand. */
export interface Throughput {
  read: number
  write: number
  increasedAt?: number
  decreasedAt?: number
}

export interface OnDemandLimits {
  read?: number
  write?: number
}

export interface WarmThroughput {
  read: number
  write: number
}

export interface IndexRecord {
  name: string
  isGlobal: boolean
  key: KeyElement[]
  projection: { type: "ALL" | "KEYS_ONLY" | "INCLUDE"; attributes?: string[] }
  throughput: Throughput
  onDemand?: OnDemandLimits
  warm?: WarmThroughput
  /** Its entries are being made, and cannot be read yet; or they are being removed. */
  state?: "CREATING" | "DELETING"
}

/** A table as the data plane uses it: keys compiled, indexes by name. */
export interface Table {
  record: TableRecord
  id: string
  arn: string
  key: KeySchema
  /** Those that are being removed are not among them. */
  indexes: ReadonlyMap<string, Index>
  /** Everything that has entries of its own: the indexes, and what finds expired items. */
  maintained: readonly MaintainedIndex[]
  /** The ARN of the stream that is told of each change; undefined where none is. */
  streamArn: string | undefined
  /** The destination that changes are collected for; undefined where there is none. */
  destination: DestinationRecord | undefined
}

export interface MaintainedIndex {
  name: string
  key: KeySchema
}

export interface Index extends MaintainedIndex {
  isGlobal: boolean
  isBackfilling: boolean
  projection: IndexRecord["projection"]
  /** What is projected beside everything: undefined for ALL. */
  projected: readonly string[] | undefined
}

/** No index can have this name, which is too short. */
export const TIME_TO_LIVE_INDEX = "~"

export function compileTable(record: TableRecord): Table {
  const types = new Map(record.attributes.map(({ name, type }) => [name, type]))
  const key = compileKey(record.key, types)
  const present = record.indexes.filter(({ state }) => state !== "DELETING")
  const indexes = new Map(present.map((index) => [index.name, compileIndex(index, key, types)]))
  const maintained: MaintainedIndex[] = [...indexes.values()]
  if (record.timeToLive !== undefined && record.timeToLiveState !== "DISABLING") {
    const time: KeyAttribute = { name: record.timeToLive, type: "N" }
    maintained.push({ name: TIME_TO_LIVE_INDEX, key: { partition: [], sort: [time], all: [time] } })
  }
  const arn = tableArn(record)
  const streamArn = record.stream?.isEnabled ? `${arn}/stream/${record.stream.label}` : undefined
  const destination = record.destinations?.find(isCollected)
  return { record, id: record.id, arn, key, indexes, maintained, streamArn, destination }
}

export const isCollected = ({ status }: DestinationRecord): boolean => status !== "DISABLING" && status !== "DISABLED"

export function compileKey(elements: readonly KeyElement[], types: ReadonlyMap<string, KeyType>): KeySchema {
  const attributes = (keyType: "HASH" | "RANGE"): KeyAttribute[] =>
    elements.filter(({ type }) => type === keyType).map(({ name }) => ({ name, type: types.get(name)! }))
  const partition = attributes("HASH")
  const sort = attributes("RANGE")
  return { partition, sort, all: [...partition, ...sort] }
}

function compileIndex(record: IndexRecord, table: KeySchema, types: ReadonlyMap<string, KeyType>): Index {
  const key = compileKey(record.key, types)
  const { type, attributes = [] } = record.projection
  const names = new Set([...table.all, ...key.all].map(({ name }) => name))
  return {
    name: record.name,
    isGlobal: record.isGlobal,
    isBackfilling: record.state === "CREATING",
    key,
    projection: record.projection,
    projected: type === "ALL" ? undefined : [...names, ...(type === "INCLUDE" ? attributes : [])],
  }
}

export const tableArn = ({ account, region, name }: { account: string; region: string; name: string }): string =>
  `arn:aws:dynamodb:${region}:${account}:table/${name}`
