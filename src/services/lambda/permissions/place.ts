import type { Reading, Writing } from "../../../store/store.ts"
import { putAlias, readAlias } from "../aliases/record.ts"
import { functionArn } from "../arns.ts"
import { aliasNotFound, functionNotFound } from "../errors.ts"
import { getFunction } from "../functions/find.ts"
import type { Addressed } from "../functions/name.ts"
import { versionNumber } from "../functions/qualifiers.ts"
import { type FunctionRecord, LATEST } from "../functions/record.ts"
import { getVersion, updateVersion } from "../functions/versions.ts"
import type { PolicyPlace } from "./record.ts"

/** What a policy is of, found for a request. */
export interface FoundPlace {
  record: FunctionRecord
  place: PolicyPlace
  /** The revision of the policy is that of what it is of: of `$LATEST` where it is of the function as a whole. */
  revisionId: string
  /** Gives it another revision. */
  revise(tx: Writing): Promise<void>
}

/** Throws 404 in the words for a function, a version or an alias (recorded 2025-11). */
export async function findPlace(tx: Reading, { qualifier, ...name }: Addressed): Promise<FoundPlace> {
  const record = await getFunction(tx, name, qualifier)
  const place = { functionId: record.id, qualifier }
  const number = qualifier === undefined ? LATEST : versionNumber(qualifier)
  if (number !== undefined) {
    const version = await getVersion(tx, record, number)
    return {
      record,
      place,
      revisionId: version.body.revisionId,
      revise: async (writing) => void (await updateVersion(writing, version)),
    }
  }
  const arn = functionArn(name, qualifier)
  const alias = await readAlias(tx, record.id, qualifier as string)
  if (!alias) throw qualifier?.includes("$") ? functionNotFound(arn) : aliasNotFound(arn)
  return {
    record,
    place,
    revisionId: alias.body.revisionId,
    revise: async (writing) => void (await putAlias(writing, alias)),
  }
}
