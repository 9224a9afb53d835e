import type { Bytes } from "../../../bytes/bytes.ts"
import type { Deps } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { again, done, type Worker } from "../../../work/job.ts"
import { removeRows } from "../../../work/removal.ts"
import type { FunctionName } from "../arns.ts"
import { changeCodeUses } from "../code/users.ts"
import { giveKeyBack } from "./customer-key.ts"
import { OWNED } from "./owned.ts"
import type { VersionBody } from "./record.ts"
import { removeVersion } from "./versions.ts"

/** Removes what belonged to a function that is gone already. The key is its id, the body its name. */
export const DELETE_FUNCTION = "lambda:delete-function"

const VERSIONS_AT_ONCE = 50

export const deleteFunctionWork: Worker<Pick<Deps, "store" | "bytes" | "peers">> = {
  async run({ key: functionId, body }, { store, bytes, peers }) {
    const name = body as FunctionName
    for (const { configuration } of await store.read((tx) => firstVersions(tx, functionId)))
      if (configuration.KMSKeyArn)
        await giveKeyBack({ peers }, { ...name, id: functionId }, configuration.KMSKeyArn, configuration.Role!)
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

async function firstVersions(tx: Reading, functionId: string): Promise<(VersionBody & { version: number })[]> {
  const rows = await tx.all<{ version: number; body: string }>(
    "SELECT version, body FROM lambda_versions WHERE function_id = $1 ORDER BY version LIMIT $2",
    functionId,
    VERSIONS_AT_ONCE,
  )
  return rows.map(({ version, body }) => ({ ...(JSON.parse(body) as VersionBody), version: Number(version) }))
}

/** One piece of them. Whether there may be more. */
async function removeVersions(tx: Writing, bytes: Bytes, functionId: string): Promise<boolean> {
  const rows = await firstVersions(tx, functionId)
  for (const { version, ...body } of rows) {
    await changeCodeUses(tx, bytes, { functionId, version }, body, undefined)
    await removeVersion(tx, functionId, version)
  }
  return rows.length === VERSIONS_AT_ONCE
}
