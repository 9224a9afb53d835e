import { BulkPublishCommand, GetBulkPublishDetailsCommand } from "@aws-sdk/client-cognito-sync"
import { operation } from "../../../operation.ts"
import { assertOwnPool, onNamed } from "../access.ts"
import { alreadyPublished, alreadyPublishing, invalidParameter } from "../errors.ts"
import { readSettings } from "../pools/record.ts"
import { findBulkPublish, putBulkPublish } from "./bulk-publish-record.ts"
import { BULK_PUBLISH } from "./publish-all.ts"

/** API reference, "BulkPublish": one that was successful in 24 hours. They are counted from when it was done. */
const SILENT_MILLISECONDS = 24 * 60 * 60 * 1000

export const BulkPublish = operation(BulkPublishCommand, {
  access: onNamed,
  async handle({ IdentityPoolId }, context) {
    await assertOwnPool(IdentityPoolId, context)
    const now = context.clock.now()
    await context.store.transact(async (tx) => {
      const { streams } = await readSettings(tx, IdentityPoolId)
      // API reference, "CognitoStreams": bulk publish fails where the stream is disabled. UNVERIFIED: the code.
      if (streams?.StreamingStatus !== "ENABLED")
        throw invalidParameter("Streaming is not enabled for this identity pool.", {
          check: "CognitoStreams",
          expected: "ENABLED",
          found: streams?.StreamingStatus ?? "no stream",
        })
      const last = await findBulkPublish(tx, IdentityPoolId)
      const since = { check: "the last bulk publish", found: last }
      if (last?.status === "IN_PROGRESS") throw alreadyPublishing(since)
      if (last?.status === "SUCCEEDED" && now < (last.completedAt ?? 0) + SILENT_MILLISECONDS)
        throw alreadyPublished(since)
      await putBulkPublish(tx, IdentityPoolId, { status: "IN_PROGRESS", startedAt: now })
      await context.work.enqueue(tx, { kind: BULK_PUBLISH, key: IdentityPoolId })
    })
    return { IdentityPoolId }
  },
})

export const GetBulkPublishDetails = operation(GetBulkPublishDetailsCommand, {
  access: onNamed,
  async handle({ IdentityPoolId }, context) {
    await assertOwnPool(IdentityPoolId, context)
    const last = await context.store.read((tx) => findBulkPublish(tx, IdentityPoolId))
    if (!last) return { IdentityPoolId, BulkPublishStatus: "NOT_STARTED" as const }
    const { status, startedAt, completedAt, failure } = last
    return {
      IdentityPoolId,
      BulkPublishStartTime: new Date(startedAt),
      ...(completedAt !== undefined && { BulkPublishCompleteTime: new Date(completedAt) }),
      BulkPublishStatus: status,
      ...(failure !== undefined && { FailureMessage: failure }),
    }
  },
})
