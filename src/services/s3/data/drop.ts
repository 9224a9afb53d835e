import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { again, done, type Worker } from "../../../work/job.ts"
import type { ObjectBody, PartBody } from "../objects/record.ts"

export type Dropping = Pick<Deps, "bytes" | "work" | "clock">

const DROP_PARTS = "s3:drop-parts"
/** Who has begun to read an object knows its parts within so long. */
const GRACE_MILLISECONDS = 60_000
const PARTS_AT_ONCE = 100

/** Gives up the content of an object, as part of the transaction that nothing names it after. */
export async function dropContent(tx: Writing, deps: Dropping, { dataId, parts }: ObjectBody): Promise<void> {
  if (dataId === undefined) return
  if (parts === undefined) await deps.bytes.drop(tx, dataId)
  else await dropUpload(tx, deps, dataId)
}

/** The same for an upload and all of its parts. The rows of the parts follow in the background. */
export async function dropUpload(tx: Writing, { bytes, work, clock }: Dropping, uploadId: string): Promise<void> {
  await bytes.drop(tx, uploadId)
  await work.enqueue(tx, { kind: DROP_PARTS, key: uploadId, dueAt: clock.now() + GRACE_MILLISECONDS })
}

/** One part of an upload, as part of the transaction that takes it out of the upload. */
export async function dropPart(tx: Writing, { bytes }: Dropping, { dataId }: PartBody): Promise<void> {
  if (dataId !== undefined) await bytes.drop(tx, dataId)
}

/** Parts belong to the family of their upload, but for those that were uploaded before there were families. */
const isOfFamily = (uploadId: string, { dataId }: PartBody): boolean =>
  dataId === undefined || dataId.startsWith(`${uploadId}/`)

export const work: Readonly<Record<string, Worker<Deps>>> = {
  [DROP_PARTS]: {
    async run({ key: uploadId }, { store, bytes }) {
      return store.transact(async (tx) => {
        const rows = await tx.all<{ part_number: number; body: string }>(
          `SELECT part_number, body FROM s3_parts WHERE data_id = $1 ORDER BY part_number LIMIT ${PARTS_AT_ONCE}`,
          uploadId,
        )
        for (const { part_number, body } of rows) {
          const part = JSON.parse(body) as PartBody
          if (!isOfFamily(uploadId, part)) await bytes.drop(tx, part.dataId!)
          await tx.run("DELETE FROM s3_parts WHERE data_id = $1 AND part_number = $2", uploadId, part_number)
        }
        return rows.length < PARTS_AT_ONCE ? done : again()
      })
    },
  },
}
