import { DescribeIdentityPoolUsageCommand, ListIdentityPoolUsageCommand } from "@aws-sdk/client-cognito-sync"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { listPools } from "../../cognito-identity/service.ts"
import { assertOwnPool, onNamed } from "../access.ts"
import { syncArn } from "../arns.ts"
import { listPage, PAGE_AT_MOST, pageSize } from "../paging.ts"
import { getUsage } from "./usage.ts"

async function describeUsage(tx: Reading, poolId: string) {
  const { sessions, storage, modifiedAt } = await getUsage(tx, poolId)
  return {
    IdentityPoolId: poolId,
    SyncSessionsCount: sessions,
    DataStorage: storage,
    ...(modifiedAt > 0 && { LastModifiedDate: new Date(modifiedAt) }),
  }
}

export const DescribeIdentityPoolUsage = operation(DescribeIdentityPoolUsageCommand, {
  access: onNamed,
  async handle({ IdentityPoolId }, context) {
    await assertOwnPool(IdentityPoolId, context)
    return { IdentityPoolUsage: await context.store.read((tx) => describeUsage(tx, IdentityPoolId)) }
  },
})

export const ListIdentityPoolUsage = operation(ListIdentityPoolUsageCommand, {
  access: (_, scope) => ({ resource: syncArn(scope, { IdentityPoolId: "*" }) }),
  handle: ({ MaxResults, NextToken }, { store, masterKey, account, region }) =>
    store.read(async (tx) => {
      const { items, Count, ...more } = await listPage(
        masterKey,
        `ListIdentityPoolUsage ${account} ${region}`,
        { NextToken, limit: pageSize(MaxResults, PAGE_AT_MOST) },
        {
          load: (after, limit) => listPools(tx, account, region, after, limit),
          keyOf: ({ poolId }) => poolId,
        },
      )
      const IdentityPoolUsages = []
      for (const { poolId } of items) IdentityPoolUsages.push(await describeUsage(tx, poolId))
      return { IdentityPoolUsages, MaxResults: pageSize(MaxResults, PAGE_AT_MOST), Count, ...more }
    }),
})
