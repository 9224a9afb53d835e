import {
  DeleteDatasetCommand,
  DescribeDatasetCommand,
  DescribeIdentityUsageCommand,
  ListDatasetsCommand,
} from "@aws-sdk/client-cognito-sync"
import { operation } from "../../../operation.ts"
import { assertReachable, modifierOf, onNamed } from "../access.ts"
import { datasetNotFound } from "../errors.ts"
import { getUse } from "../identities.ts"
import { listPage, PAGE_AT_MOST, pageSize } from "../paging.ts"
import { announce } from "./announce.ts"
import { deleteDataset } from "./delete.ts"
import { describeDataset } from "./describe.ts"
import { findDataset, listDatasets } from "./record.ts"

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

export const ListDatasets = operation(ListDatasetsCommand, {
  // The request names no dataset, and AWS calls it null (recorded 2019-02, aws-sdk-java issue 1912).
  access: (input, scope) => onNamed({ ...input, DatasetName: "null" }, scope),
  async handle(input, context) {
    await assertReachable(input, context)
    const { IdentityId, MaxResults, NextToken } = input
    const { items, ...page } = await context.store.read((tx) =>
      listPage(
        context.masterKey,
        `ListDatasets ${IdentityId}`,
        { NextToken, limit: pageSize(MaxResults, PAGE_AT_MOST) },
        { load: (after, limit) => listDatasets(tx, IdentityId, after, limit), keyOf: ({ name }) => name },
      ),
    )
    return { Datasets: items.map(describeDataset), ...page }
  },
})

export const DeleteDataset = operation(DeleteDatasetCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    const key = { identityId: input.IdentityId, name: input.DatasetName }
    const modifiedBy = modifierOf(context)
    const { before } = await context.store.transact(async (tx) => {
      const { before, deleted } = await deleteDataset(tx, key, { modifiedBy, now: context.clock.now() })
      await announce(tx, context, { dataset: deleted, entries: [] })
      return { before }
    })
    return { Dataset: describeDataset(before) }
  },
})

export const DescribeIdentityUsage = operation(DescribeIdentityUsageCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    const { IdentityPoolId, IdentityId } = input
    const { datasets, storage, modifiedAt } = await context.store.read((tx) => getUse(tx, IdentityId))
    return {
      IdentityUsage: {
        IdentityId,
        IdentityPoolId,
        ...(modifiedAt > 0 && { LastModifiedDate: new Date(modifiedAt) }),
        DatasetCount: datasets,
        DataStorage: storage,
      },
    }
  },
})
