import { randomUUID } from "../../../base/random.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { functionArn } from "../arns.ts"
import { functionNotFound } from "../errors.ts"
import { type FunctionRecord, type FunctionVersion, LATEST, type VersionBody, versionName } from "./record.ts"

const KIND = "lambda.version"

const keyOf = (functionId: string, version: number): string => `${functionId}/${version}`

function load(tx: Reading, key: string): Promise<VersionBody | undefined> {
  const [id, version] = key.split("/") as [string, string]
  return readVersionBody(tx, id, Number(version))
}

/** At once where it is in memory. */
export const findVersionBody = (
  store: Store,
  functionId: string,
  version: number,
): VersionBody | undefined | Promise<VersionBody | undefined> =>
  store.cache(KIND, load).find(keyOf(functionId, version))

export async function readVersionBody(
  tx: Reading,
  functionId: string,
  version: number,
): Promise<VersionBody | undefined> {
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM lambda_versions WHERE function_id = $1 AND version = $2",
    functionId,
    version,
  )
  return row && (JSON.parse(row.body) as VersionBody)
}

export async function readVersion(
  tx: Reading,
  record: FunctionRecord,
  version: number,
): Promise<FunctionVersion | undefined> {
  const body = await readVersionBody(tx, record.id, version)
  return body && { function: record, version, body }
}

/** Throws 404 for a version that is not there. */
export async function getVersion(tx: Reading, record: FunctionRecord, version: number): Promise<FunctionVersion> {
  const found = await readVersion(tx, record, version)
  if (!found) throw functionNotFound(functionArn(record, versionName(version)))
  return found
}

export const getLatest = (tx: Reading, record: FunctionRecord): Promise<FunctionVersion> =>
  getVersion(tx, record, LATEST)

/** The newest of those that are published and still there. */
export async function readNewest(tx: Reading, record: FunctionRecord): Promise<FunctionVersion | undefined> {
  const row = await tx.get<{ version: number; body: string }>(
    "SELECT version, body FROM lambda_versions WHERE function_id = $1 AND version > 0 ORDER BY version DESC LIMIT 1",
    record.id,
  )
  return row && { function: record, version: Number(row.version), body: JSON.parse(row.body) as VersionBody }
}

export async function insertVersion(tx: Writing, { function: { id }, version, body }: FunctionVersion): Promise<void> {
  await tx.run(
    "INSERT INTO lambda_versions (function_id, version, body) VALUES ($1, $2, $3)",
    id,
    version,
    JSON.stringify(body),
  )
  await tx.changed(KIND, keyOf(id, version))
}

/**
 * Stores a version that was changed, under a new revision: whatever changes one (its configuration, its code, its state,
 * the policy of its function) gives it another.
 */
export async function updateVersion(tx: Writing, changed: FunctionVersion): Promise<FunctionVersion> {
  const { function: record, version, body } = changed
  const revised: FunctionVersion = { function: record, version, body: { ...body, revisionId: randomUUID() } }
  await tx.run(
    "UPDATE lambda_versions SET body = $3 WHERE function_id = $1 AND version = $2",
    record.id,
    version,
    JSON.stringify(revised.body),
  )
  await tx.changed(KIND, keyOf(record.id, version))
  return revised
}

export async function removeVersion(tx: Writing, functionId: string, version: number): Promise<void> {
  await tx.run("DELETE FROM lambda_versions WHERE function_id = $1 AND version = $2", functionId, version)
  await tx.changed(KIND, keyOf(functionId, version))
}
