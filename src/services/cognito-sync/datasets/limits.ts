import { datasetTooLarge, invalidParameter, recordTooLong, tooManyDatasets, tooManyRecords } from "../errors.ts"

// Developer Guide, "Quotas in Amazon Cognito": Amazon Cognito Sync.
export const DATASETS_AT_MOST = 20
export const RECORDS_AT_MOST = 1_024
const DATASET_BYTES = 1_048_576
const KEY_BYTES = 1_024
const VALUE_BYTES = 1_048_575

/** Bytes of a record. UNVERIFIED: that the key counts. */
export const sizeOf = (key: string, value: string | undefined): number =>
  value === undefined ? 0 : Buffer.byteLength(key) + Buffer.byteLength(value)

export function assertRecordFits(key: string, value: string | undefined): void {
  // Half of a pair of surrogates cannot be told from another half where it is kept.
  if (!key.isWellFormed()) throw invalidParameter("The key of a record is no text in Unicode.")
  if (Buffer.byteLength(key) > KEY_BYTES) throw recordTooLong("key", KEY_BYTES)
  if (value !== undefined && Buffer.byteLength(value) > VALUE_BYTES) throw recordTooLong("value", VALUE_BYTES)
}

export function assertDatasetFits({ records, storage }: { records: number; storage: number }): void {
  if (records > RECORDS_AT_MOST) throw tooManyRecords(RECORDS_AT_MOST)
  if (storage > DATASET_BYTES) throw datasetTooLarge(DATASET_BYTES)
}

export function assertRoomForDataset(others: number): void {
  if (others >= DATASETS_AT_MOST) throw tooManyDatasets(DATASETS_AT_MOST)
}
