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

/** Removes so many rows as one piece of work may, one table after the other. Whether there may be more. */
export async function removeRows(tx: Writing, ...removals: readonly Removal[]): Promise<boolean> {
  let left = ROWS_AT_ONCE
  for (const { table, key, where, values } of removals) {
    const limit = `$${values.length + 1}`
    left -= await tx.run(
      `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ${limit})`,
      ...values,
      left,
    )
    if (left === 0) return true
  }
  return false
}

/** A worker that removes rows. What is added meanwhile goes too. */
export const removalWorker = (removalsOf: (job: Job) => readonly Removal[]): Worker<{ store: Store }> => ({
  run: async (job, { store }) => ((await store.transact((tx) => removeRows(tx, ...removalsOf(job)))) ? again() : done),
})
