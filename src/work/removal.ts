import type { Store, Value, Writing } from "../store/store.ts"
import { again, done, type Job, type Worker } from "./job.ts"

/** Rows to remove: those of `table` that `where` finds. */
export interface Removal {
  table: string
  /** The columns of its primary key. */
  key: string
  where: string
  values: readonly Value[]
}

/** A few milliseconds of the main thread. */
const ROWS_AT_ONCE = 250

/** Removes so many rows as one piece of work may. Whether there may be more. */
export async function removeSome(tx: Writing, { table, key, where, values }: Removal): Promise<boolean> {
  const removed = await tx.run(
    `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ${ROWS_AT_ONCE})`,
    ...values,
  )
  return removed === ROWS_AT_ONCE
}

/** A worker that removes rows, one table after the other. What is added meanwhile goes too. */
export const removalWorker = (removalsOf: (job: Job) => readonly Removal[]): Worker<{ store: Store }> => ({
  async run(job, { store }) {
    for (const removal of removalsOf(job)) if (await store.transact((tx) => removeSome(tx, removal))) return again()
    return done
  },
})
