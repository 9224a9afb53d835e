import type { CallContext } from "../../../call.ts"
import type { StreamName } from "../arns.ts"
import { beginChange, CHANGE_STREAM } from "./change-work.ts"
import { readActive, readNamed, type StreamRecord, updateStream } from "./record.ts"

/** Changes a stream that is ACTIVE, which says UPDATING until the work in the background has come by. */
export async function changeSettings(
  { store, work }: Pick<CallContext, "store" | "work">,
  name: StreamName,
  change: (record: StreamRecord) => StreamRecord,
): Promise<StreamRecord> {
  const changed = await store.transact(async (tx) => {
    const record = change(await readActive(tx, name))
    await beginChange(tx, work, record, { is: "settings" })
    return record
  })
  await work.firstPiece(CHANGE_STREAM, changed.id)
  return changed
}

/** Changes what of a stream can be changed whatever its status: tags, its policy, its metrics. */
export const changeAtOnce = (
  { store }: Pick<CallContext, "store">,
  name: StreamName,
  change: (record: StreamRecord) => StreamRecord,
): Promise<{ before: StreamRecord; after: StreamRecord }> =>
  store.transact(async (tx) => {
    const before = await readNamed(tx, name)
    const after = change(before)
    await updateStream(tx, after)
    return { before, after }
  })
