import type { Reading } from "../../../store/store.ts"
import { functionArn } from "../arns.ts"
import { functionNotFound } from "../errors.ts"
import { getFunction } from "./find.ts"
import type { Addressed } from "./name.ts"
import { type FunctionRecord, type FunctionVersion, LATEST, LATEST_NAME } from "./record.ts"
import { readVersion } from "./versions.ts"

/** The number of what is no version. */
export const NO_VERSION = -1

/** The number that a qualifier names by itself; undefined for aliases, whose names are no numbers. */
export function versionNumber(qualifier: string): number | undefined {
  if (qualifier === LATEST_NAME) return LATEST
  if (!/^\d+$/.test(qualifier)) return undefined
  const number = Number(qualifier)
  return String(number) === qualifier && number > 0 && Number.isSafeInteger(number) ? number : NO_VERSION
}

/** Where a version must be named, and no alias can. */
export const versionNumberOf = (version: string): number => versionNumber(version) ?? NO_VERSION

/** The version that a request addresses; of an alias its main one. Throws 404. */
export async function getAddressed(tx: Reading, { qualifier, ...name }: Addressed): Promise<FunctionVersion> {
  const record = await getFunction(tx, name, qualifier)
  const version = await readVersion(tx, record, await getVersionNumber(tx, record, qualifier))
  if (!version) throw functionNotFound(functionArn(record, qualifier))
  return version
}

async function getVersionNumber(tx: Reading, record: FunctionRecord, qualifier: string | undefined): Promise<number> {
  if (qualifier === undefined) return LATEST
  const number = versionNumber(qualifier)
  if (number !== undefined) return number
  const row = await tx.get<{ version: number }>(
    "SELECT version FROM lambda_aliases WHERE function_id = $1 AND alias = $2",
    record.id,
    qualifier,
  )
  if (!row) throw functionNotFound(functionArn(record, qualifier))
  return Number(row.version)
}
