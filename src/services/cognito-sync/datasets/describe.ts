import type { Dataset as Described, _Record as DescribedRecord } from "@aws-sdk/client-cognito-sync"
import type { Entry } from "./entries.ts"
import type { Dataset } from "./record.ts"

export const describeDataset = (dataset: Dataset): Described => ({
  IdentityId: dataset.identityId,
  DatasetName: dataset.name,
  CreationDate: new Date(dataset.createdAt),
  LastModifiedDate: new Date(dataset.modifiedAt),
  LastModifiedBy: dataset.modifiedBy,
  DataStorage: dataset.storage,
  NumRecords: dataset.records,
})

/** A record without a value was removed. */
export const describeEntry = (entry: Entry): DescribedRecord => ({
  Key: entry.key,
  ...(entry.value !== undefined && { Value: entry.value }),
  SyncCount: entry.syncCount,
  LastModifiedDate: new Date(entry.modifiedAt),
  LastModifiedBy: entry.modifiedBy,
  DeviceLastModifiedDate: new Date(entry.deviceModifiedAt),
})
