import { DeleteFunctionCommand } from "@aws-sdk/client-lambda"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { onFunction } from "../access.ts"
import { listAliasNames } from "../aliases/record.ts"
import { functionArn } from "../arns.ts"
import { changeCodeUses } from "../code/users.ts"
import { freeExecutions } from "../concurrency/account.ts"
import { aliasNotDeletable, functionNotFound, latestNotDeletable, versionInUse } from "../errors.ts"
import { engineOf } from "../invocations/engine.ts"
import { DELETE_FUNCTION } from "./delete-work.ts"
import { getFunction, removeFunction } from "./find.ts"
import { addressed } from "./name.ts"
import { removeQualified } from "./owned.ts"
import { versionNumber } from "./qualifiers.ts"
import { type FunctionRecord, LATEST } from "./record.ts"
import { readVersion, removeVersion } from "./versions.ts"

/** So many are named in the text. */
const ALIASES_NAMED = 100

export const DeleteFunction = operation(DeleteFunctionCommand, {
  access: onFunction,
  async handle(input, context) {
    const { store, work } = context
    const { qualifier, ...name } = addressed(input, context)
    const number = qualifier === undefined ? undefined : versionNumber(qualifier)
    if (number === LATEST) throw latestNotDeletable()
    if (qualifier !== undefined && number === undefined) throw aliasNotDeletable()
    const deleted = await store.transact(async (tx) => {
      const record = await getFunction(tx, name)
      if (number !== undefined) {
        await deleteVersion(tx, context, record, number)
        return undefined
      }
      await removeFunction(tx, record)
      await freeExecutions(tx, record.id)
      await work.enqueue(tx, { kind: DELETE_FUNCTION, key: record.id, body: name })
      return record
    })
    engineOf(context).runtime.forget({ ...name, ...(number !== undefined && { version: String(number) }) })
    if (deleted) await work.firstPiece(DELETE_FUNCTION, deleted.id)
    return { StatusCode: 204 }
  },
})

async function deleteVersion(
  tx: Writing,
  { bytes }: CallContext,
  record: FunctionRecord,
  version: number,
): Promise<void> {
  const found = await readVersion(tx, record, version)
  // Recorded 2025-11: of a version that is not there the function is named.
  if (!found) throw functionNotFound(functionArn(record))
  const aliases = await listAliasNames(tx, record.id, version, ALIASES_NAMED)
  if (aliases.length > 0) throw versionInUse(aliases)
  await changeCodeUses(tx, bytes, { functionId: record.id, version }, found.body, undefined)
  await removeVersion(tx, record.id, version)
  await removeQualified(tx, record.id, String(version))
}
