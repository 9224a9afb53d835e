import {
  DeleteDatasetCommand,
  DescribeDatasetCommand,
  DescribeIdentityUsageCommand,
  ListDatasetsCommand,
} from "@aws-sdk/client-cognito-sync"
import { operation } from "../../../operation.ts"
import { assertReachable, onNamed } from "../access.ts"
import { datasetNotFound } from "../errors.ts"
import { listPage, pageSize } from "../paging.ts"
import { addUsage } from "../pools/usage.ts"
import { describeDataset } from "./describe.ts"
import { removeEntries } from "./entries.ts"
import { DATASETS_AT_MOST } from "./limits.ts"
import { findDataset, forgetDeletedDatasets, listDatasets, putDataset } from "./record.ts"

export const DescribeDataset = operation(DescribeDatasetCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    const key = { identityId: input.IdentityId, name: input.DatasetName }
    const dataset = await context.store.read((tx) => findDataset(tx, key))
    if (!dataset || dataset.isDeleted) throw datasetNotFound(key.name)
    return { Dataset: describeDataset(dataset) }
  },
})

/** UNVERIFIED: the most that AWS gives at once; its client asks for no number. */
const PAGE = 60

export const ListDatasets = operation(ListDatasetsCommand, {
  // UNVERIFIED: that it is asked of the identity; the reference names datasets, of which the request names none.
  access: (input, scope) => ({
    ...onNamed({ ...input, DatasetName: "*" }, scope),
    action: "cognito-sync:ListDatasets",
  }),
  async handle(input, context) {
    await assertReachable(input, context)
    const { IdentityId, MaxResults, NextToken } = input
    const { items, ...page } = await context.store.read((tx) =>
      listPage(
        context.masterKey,
        `ListDatasets ${IdentityId}`,
        { NextToken, limit: pageSize(MaxResults, PAGE) },
        { load: (after, limit) => listDatasets(tx, IdentityId, after, limit), keyOf: ({ name }) => name },
      ),
    )
    return { Datasets: items.map(describeDataset), ...page }
  },
})

/** Other devices learn of it by the count, which goes on where the dataset is written again. */
export const DeleteDataset = operation(DeleteDatasetCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    const key = { identityId: input.IdentityId, name: input.DatasetName }
    const now = context.clock.now()
    const deleted = await context.store.transact(async (tx) => {
      const dataset = await findDataset(tx, key)
      if (!dataset || dataset.isDeleted) throw datasetNotFound(key.name)
      const syncCount = dataset.syncCount + 1
      await removeEntries(tx, key)
      await putDataset(tx, {
        ...dataset,
        isDeleted: true,
        syncCount,
        deletedAtCount: syncCount,
        modifiedAt: now,
        storage: 0,
        records: 0,
      })
      await forgetDeletedDatasets(tx, key.identityId)
      await addUsage(tx, dataset, { sessions: 0, storage: -dataset.storage, modifiedAt: now })
      return dataset
    })
    return { Dataset: describeDataset(deleted) }
  },
})

export const DescribeIdentityUsage = operation(DescribeIdentityUsageCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    const { IdentityPoolId, IdentityId } = input
    const datasets = await context.store.read((tx) => listDatasets(tx, IdentityId, "", DATASETS_AT_MOST))
    const modifiedAt = Math.max(0, ...datasets.map((dataset) => dataset.modifiedAt))
    return {
      IdentityUsage: {
        IdentityId,
        IdentityPoolId,
        ...(modifiedAt > 0 && { LastModifiedDate: new Date(modifiedAt) }),
        DatasetCount: datasets.length,
        DataStorage: datasets.reduce((sum, { storage }) => sum + storage, 0),
      },
    }
  },
})
