import type { Deps } from "../../../call.ts"
import { again, done, type Job, later, type Outcome, type Workers } from "../../../work/job.ts"
import { listPresentEntries } from "../datasets/entries.ts"
import { type DatasetKey, listPoolDatasets } from "../datasets/record.ts"
import { readSettings } from "../pools/record.ts"
import { type BulkPublish, findBulkPublish, putBulkPublish } from "./bulk-publish-record.ts"
import { pauseAfter } from "./deliver.ts"
import { streamedUpdate } from "./event.ts"
import { putUpdate } from "./put.ts"
import { turnStreamOff } from "./turn-off.ts"

/** The job that puts all datasets of a pool into its stream, by the pool's id. */
export const BULK_PUBLISH = "cognito-sync:bulk-publish"

/** Each may have a megabyte. */
const DATASETS_AT_ONCE = 5

interface Progress {
  after: DatasetKey
  failures: number
}

const FROM_THE_FIRST: Progress = { after: { identityId: "", name: "" }, failures: 0 }

/** Puts each dataset, whole, as one record. What changes meanwhile may come twice, as an update and in this way. */
async function publish({ key: poolId, body }: Job, deps: Deps): Promise<Outcome> {
  const { after, failures } = (body as Progress | undefined) ?? FROM_THE_FIRST
  const { streams, running, datasets } = await deps.store.read(async (tx) => ({
    streams: (await readSettings(tx, poolId)).streams,
    running: await findBulkPublish(tx, poolId),
    datasets: await listPoolDatasets(tx, poolId, after, DATASETS_AT_ONCE),
  }))
  if (running?.status !== "IN_PROGRESS") return done
  if (streams?.StreamingStatus !== "ENABLED") return fail(poolId, "The stream is disabled.", running, deps)
  let last = after
  for (const dataset of datasets) {
    const entries = await deps.store.read((tx) => listPresentEntries(tx, dataset))
    const outcome = await putUpdate(deps, streamedUpdate(dataset, entries), streams)
    if (outcome.is === "refused") {
      await turnStreamOff(deps, poolId, streams, outcome.reason)
      return fail(poolId, outcome.reason, running, deps)
    }
    if (outcome.is === "busy")
      return later(deps.clock.now() + pauseAfter(failures), { after: last, failures: failures + 1 } satisfies Progress)
    last = { identityId: dataset.identityId, name: dataset.name }
  }
  if (datasets.length === DATASETS_AT_ONCE) return again({ after: last, failures: 0 } satisfies Progress)
  return end(poolId, { ...running, status: "SUCCEEDED" }, deps)
}

const fail = (poolId: string, failure: string, running: BulkPublish, deps: Deps): Promise<Outcome> =>
  end(poolId, { ...running, status: "FAILED", failure }, deps)

async function end(poolId: string, publish: BulkPublish, { store, clock }: Deps): Promise<Outcome> {
  const completedAt = clock.now()
  await store.transact((tx) => putBulkPublish(tx, poolId, { ...publish, completedAt }))
  return done
}

export const publishing: Workers<Deps> = { [BULK_PUBLISH]: { run: publish } }
