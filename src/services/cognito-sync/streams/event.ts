import type { Entry } from "../datasets/entries.ts"
import type { Dataset } from "../datasets/record.ts"

/** One record of a dataset as a stream has it. Times are milliseconds since the epoch. */
interface StreamedRecord {
  key: string
  value: string | null
  syncCount: number
  lastModifiedDate: number
  deviceLastModifiedDate: number
  op: "replace" | "remove"
}

/**
 * One synchronization as a stream has it (Developer Guide, "Amazon Cognito Streams"). Times are milliseconds since the epoch.
 * Of a dataset that was deleted there are neither records nor a URL (amazon-cognito-streams-sample).
 */
export interface StreamedUpdate {
  identityPoolId: string
  identityId: string
  dataSetName: string
  operation: "replace" | "remove"
  kinesisSyncRecords: readonly StreamedRecord[] | null
  lastModifiedDate: number
  kinesisSyncRecordsURL: string | null
  payloadType: "Inline" | "S3Url"
  syncCount: number
}

export const streamedUpdate = (dataset: Dataset, entries: readonly Entry[]): StreamedUpdate => ({
  identityPoolId: dataset.poolId,
  identityId: dataset.identityId,
  dataSetName: dataset.name,
  operation: dataset.isDeleted ? "remove" : "replace",
  kinesisSyncRecords: dataset.isDeleted ? null : entries.map(streamedRecord),
  lastModifiedDate: dataset.modifiedAt,
  kinesisSyncRecordsURL: null,
  payloadType: "Inline",
  syncCount: dataset.syncCount,
})

const streamedRecord = ({ key, value, syncCount, modifiedAt, deviceModifiedAt }: Entry): StreamedRecord => ({
  key,
  value: value ?? null,
  syncCount,
  lastModifiedDate: modifiedAt,
  deviceLastModifiedDate: deviceModifiedAt,
  op: value === undefined ? "remove" : "replace",
})
