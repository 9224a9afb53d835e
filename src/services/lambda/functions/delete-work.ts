import type { Bytes } from "../../../bytes/bytes.ts"
import type { Store, Writing } from "../../../store/store.ts"
import { again, done, type Worker } from "../../../work/job.ts"
import { removeRows } from "../../../work/removal.ts"
import { changeCodeUses } from "../code/users.ts"
import { OWNED } from "./owned.ts"
import type { VersionBody } from "./record.ts"
import { removeVersion } from "./versions.ts"

/** Removes what belonged to a function that is gone already. The key is its id. */
export const DELETE_FUNCTION = "lambda:delete-function"

const VERSIONS_AT_ONCE = 50

export const deleteFunctionWork: Worker<{ store: Store; bytes: Bytes }> = {
  async run({ key: functionId }, { store, bytes }) {
    const hasMore = await store.transact(async (tx) => {
      if (await removeVersions(tx, bytes, functionId)) return true
      return removeRows(
        tx,
        ...OWNED.map(({ table, key }) => ({ table, key, where: "function_id = $1", values: [functionId] })),
      )
    })
    return hasMore ? again() : done
  },
}

/** One piece of them. Whether there may be more. */
async function removeVersions(tx: Writing, bytes: Bytes, functionId: string): Promise<boolean> {
  const rows = await tx.all<{ version: number; body: string }>(
    "SELECT version, body FROM lambda_versions WHERE function_id = $1 ORDER BY version LIMIT $2",
    functionId,
    VERSIONS_AT_ONCE,
  )
  for (const row of rows) {
    const version = Number(row.version)
    const body = JSON.parse(row.body) as VersionBody
    await changeCodeUses(tx, bytes, { functionId, version }, body, undefined)
    await removeVersion(tx, functionId, version)
  }
  return rows.length === VERSIONS_AT_ONCE
}
