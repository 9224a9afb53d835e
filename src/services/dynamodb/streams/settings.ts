import type { StreamSpecification } from "@aws-sdk/client-dynamodb"
import { randomBase64Url } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { invalid, invalidParameter } from "../errors.ts"
import type { TableRecord, ViewType } from "../tables/record.ts"
import { findLastLabel, insertStream, readStream, updateStream } from "./find.ts"
import { closeShards, countLanes, firstShards } from "./shards.ts"
import { enqueueUpkeep } from "./upkeep.ts"

type Tools = Pick<Deps, "work" | "store">

/** Of CreateTable: what the stream is to show, where there is to be one. */
export function parseNewStream(given: StreamSpecification | undefined): ViewType | undefined {
  if (!given) return undefined
  const { StreamEnabled, StreamViewType } = given
  if (!StreamEnabled) {
    if (StreamViewType === undefined) return undefined
    throw invalidParameter("Table is being created with a stream disabled, UpdateViewType should not be specified")
  }
  if (StreamViewType === undefined) {
    throw invalidParameter("Table is being created with a stream enabled, UpdateViewType is required")
  }
  return StreamViewType
}

/** Of UpdateTable. What a stream shows cannot be changed while it is enabled. */
export async function changeStream(
  tx: Writing,
  tools: Tools,
  record: TableRecord,
  { StreamEnabled, StreamViewType }: StreamSpecification,
  now: number,
): Promise<TableRecord> {
  const isEnabled = record.stream?.isEnabled === true
  if (!StreamEnabled) {
    if (StreamViewType !== undefined)
      throw invalidParameter("If stream is being disabled, then UpdateViewType must not be specified")
    if (!isEnabled) throw invalid(`Table has no stream to disable: TableName: ${record.name}`)
    return disableStream(tx, tools, record, now)
  }
  if (StreamViewType === undefined) throw invalidParameter("If stream is being enabled then UpdateViewType is required")
  // hashicorp/terraform-provider-aws #18402.
  if (isEnabled) throw invalid(`Table already has an enabled stream: TableName: ${record.name}`)
  return enableStream(tx, tools, record, StreamViewType, now)
}

/** Begins a new stream of a table, and gives the table with it. */
export async function enableStream(
  tx: Writing,
  tools: Tools,
  record: TableRecord,
  view: ViewType,
  now: number,
): Promise<TableRecord> {
  const { account, region, name, key } = record
  // Two streams of tables of one name have two labels, also where the clock was set back.
  const last = await findLastLabel(tx, record)
  const createdAt = Math.max(now, last === undefined ? 0 : timeOf(last) + 1)
  const label = labelOf(createdAt)
  const stream = { id: randomBase64Url(9), account, region, name, label, view, key, createdAt }
  await insertStream(tx, { ...stream, ...firstShards(countLanes(record), createdAt) })
  await enqueueUpkeep(tx, tools, stream)
  return { ...record, stream: { label, view, isEnabled: true } }
}

/** Ends the stream of a table, which goes or goes on without: what is in it is read for as long as it would have been. */
export async function disableStream(tx: Writing, tools: Tools, record: TableRecord, now: number): Promise<TableRecord> {
  if (!record.stream?.isEnabled) return record
  const found = await readStream(tx, { ...record, label: record.stream.label })
  if (found) {
    await updateStream(tx, { ...(await closeShards({ store: tools.store, tx }, found.record, now)), disabledAt: now })
    await enqueueUpkeep(tx, tools, found.record)
  }
  return { ...record, stream: { ...record.stream, isEnabled: false } }
}

/** API reference, TableDescription, LatestStreamLabel: a timestamp in ISO 8601, without the zone. */
const labelOf = (time: number): string => new Date(time).toISOString().slice(0, -1)

const timeOf = (label: string): number => Date.parse(`${label}Z`)
