import { ListRecordsCommand } from "@aws-sdk/client-cognito-sync"
import { operation } from "../../../operation.ts"
import { assertReachable, onNamed } from "../access.ts"
import { listPage, pageSize } from "../paging.ts"
import { describeEntry } from "./describe.ts"
import { type Entry, listEntries } from "./entries.ts"
import { RECORDS_AT_MOST } from "./limits.ts"
import { findDataset, listMergedNames } from "./record.ts"
import { issueSyncSession, verifySyncSession } from "./session.ts"

/** Between pages: the place of a record among those of its dataset. */
const formatPlace = ({ syncCount, key }: Entry): string => `${syncCount} ${key}`

function parsePlace(text: string): { syncCount: number; key: string } {
  const blank = text.indexOf(" ")
  return { syncCount: Number(text.slice(0, blank)), key: text.slice(blank + 1) }
}

/** No dataset gets so far; what a number cannot tell from its neighbours is no count to the store. */
const COUNT_AT_MOST = Number.MAX_SAFE_INTEGER - 1

/** UNVERIFIED: how many AWS tells of. Clients take over what they are told of, and delete it; then they hear of others. */
const MERGES_AT_ONCE = 100

/** What changed after a count, in the order of the changes; a dataset that is not there yet has nothing. */
export const ListRecords = operation(ListRecordsCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    const { IdentityId, DatasetName, MaxResults, NextToken } = input
    const lastSyncCount = Math.min(input.LastSyncCount ?? 0, COUNT_AT_MOST)
    const key = { identityId: IdentityId, name: DatasetName }
    const now = context.clock.now()
    // UNVERIFIED: that one which goes on keeps its session.
    const session = input.SyncSessionToken || undefined
    if (session !== undefined) verifySyncSession(context.masterKey, key, session, now)
    const { dataset, merged, page } = await context.store.read(async (tx) => {
      const dataset = await findDataset(tx, key)
      const page = await listPage(
        context.masterKey,
        `ListRecords ${IdentityId} ${DatasetName} ${lastSyncCount}`,
        { NextToken, limit: pageSize(MaxResults, RECORDS_AT_MOST) },
        {
          // Before the first record of the next count: no key is empty.
          load: async (after, limit) =>
            dataset
              ? listEntries(
                  tx,
                  dataset,
                  after === "" ? { syncCount: lastSyncCount + 1, key: "" } : parsePlace(after),
                  limit,
                )
              : [],
          keyOf: formatPlace,
        },
      )
      return { dataset, page, merged: await listMergedNames(tx, key, MERGES_AT_ONCE) }
    })
    const { items, ...rest } = page
    return {
      Records: items.map(describeEntry),
      ...rest,
      DatasetSyncCount: dataset?.syncCount ?? 0,
      ...(dataset && { LastModifiedBy: dataset.modifiedBy }),
      MergedDatasetNames: merged,
      DatasetExists: dataset !== undefined && !dataset.isDeleted,
      DatasetDeletedAfterRequestedSyncCount: (dataset?.deletedAtCount ?? 0) > lastSyncCount,
      SyncSessionToken: session ?? issueSyncSession(context.masterKey, key, now),
    }
  },
})
