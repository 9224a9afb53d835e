import { createHmac } from "node:crypto"
import { randomUUID } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { changeCodeUses } from "../code/users.ts"
import { openVariables } from "./environment.ts"
import { updateFunction } from "./find.ts"
import type { FunctionVersion } from "./record.ts"
import { enqueueSettling, isSettled } from "./settle.ts"
import { insertVersion, readNewest, updateVersion } from "./versions.ts"

/**
 * Makes a version of `$LATEST` as it is. Where nothing was changed since the newest version was made it is that one. The
 * version is as ready as `$LATEST` is.
 */
export async function publish(
  tx: Writing,
  { bytes, work, masterKey }: Pick<Deps, "bytes" | "work" | "masterKey">,
  latest: FunctionVersion,
  description?: string,
): Promise<FunctionVersion> {
  const fingerprint = fingerprintOf({ masterKey }, latest)
  const newest = await readNewest(tx, latest.function)
  if (newest?.body.fingerprint === fingerprint) return newest
  const version = latest.function.body.nextVersion
  const record = { ...latest.function, body: { ...latest.function.body, nextVersion: version + 1 } }
  const { runtimeManagement: _, ...body } = latest.body
  const published: FunctionVersion = {
    function: record,
    version,
    body: {
      ...body,
      configuration: { ...body.configuration, ...(description && { Description: description }) },
      progress: isSettled(body.progress) ? { state: "Active", lastUpdate: "Successful" } : { state: "Pending" },
      revisionId: randomUUID(),
      fingerprint,
    },
  }
  await updateFunction(tx, record)
  await insertVersion(tx, published)
  await changeCodeUses(tx, bytes, { functionId: record.id, version }, undefined, published.body)
  // Recorded 2025-11: publishing gives $LATEST another revision too.
  await updateVersion(tx, { ...latest, function: record })
  if (!isSettled(published.body.progress)) await enqueueSettling(work, tx, published)
  return published
}

/** Of what makes one version another than the next: code, layers and configuration. Keyed, for variables are secrets. */
function fingerprintOf({ masterKey }: Pick<Deps, "masterKey">, { function: { id }, body }: FunctionVersion): string {
  const { configuration, code, layers, environment, encrypted } = body
  const variables = environment === undefined ? null : Object.entries(openVariables(masterKey, id, environment)).sort()
  const members = Object.entries(configuration).sort(([a], [b]) => (a < b ? -1 : 1))
  const text = JSON.stringify([
    ...[members, code.sha256, layers.map(({ arn }) => arn), variables],
    ...(encrypted === undefined ? [] : [encrypted]),
  ])
  return createHmac("sha256", masterKey.keyFor("lambda fingerprint")).update(text).digest("base64url")
}
