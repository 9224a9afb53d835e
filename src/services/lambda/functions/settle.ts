import type { Store, Writing } from "../../../store/store.ts"
import { done, type Worker } from "../../../work/job.ts"
import type { Enqueuing } from "../../../work/work.ts"
import { type FunctionName, functionArn } from "../arns.ts"
import { notActive, updateInProgress } from "../errors.ts"
import { readFunction } from "./find.ts"
import type { FunctionVersion, Progress } from "./record.ts"
import { readVersion, updateVersion } from "./versions.ts"

/** Brings a version from `Pending` to `Active`, or an update from `InProgress` to `Successful`. */
export const SETTLE = "lambda:settle"

interface Body extends FunctionName {
  id: string
  version: number
}

/**
 * Part of the transaction that creates or changes a version. AWS takes a while to make ready what was changed, and shows
 * it; here it is ready when the work in the background has come to it, which is as a rule at once.
 */
export async function enqueueSettling(
  work: Enqueuing,
  tx: Writing,
  { function: record, version }: FunctionVersion,
): Promise<void> {
  const { account, region, name, id } = record
  const body: Body = { account, region, name, id, version }
  await work.enqueue(tx, { kind: SETTLE, key: `${id}/${version}`, body })
}

export const isSettled = ({ state, lastUpdate }: Progress): boolean => state === "Active" && lastUpdate !== "InProgress"

export const settleWork: Worker<{ store: Store }> = {
  async run({ body }, { store }) {
    const { id, version, ...name } = body as Body
    await store.transact(async (tx) => {
      const record = await readFunction(tx, name)
      if (record?.id !== id) return
      const found = await readVersion(tx, record, version)
      if (!found || isSettled(found.body.progress)) return
      const progress: Progress = { state: "Active", lastUpdate: "Successful" }
      await updateVersion(tx, { ...found, body: { ...found.body, progress } })
    })
    return done
  },
}

/** One change after the other. Throws the conflict. */
export function assertSettled({ function: record, body: { progress } }: FunctionVersion): void {
  if (progress.state !== "Active") throw notActive(progress.state)
  if (!isSettled(progress)) throw updateInProgress(functionArn(record))
}
