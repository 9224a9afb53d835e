import type { CallContext } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { functionArn } from "../arns.ts"
import { changeCodeUses } from "../code/users.ts"
import { functionNotFound, revisionMismatch } from "../errors.ts"
import { getFunction } from "./find.ts"
import { addressed, type NamesFunction } from "./name.ts"
import { type FunctionVersion, LATEST_NAME, type VersionBody } from "./record.ts"
import { assertSettled, enqueueSettling } from "./settle.ts"
import { getLatest, updateVersion } from "./versions.ts"

interface Changes extends NamesFunction {
  RevisionId?: string | undefined
}

/** `$LATEST` of the function that is to be changed, which must be as the caller knows it and not be changing already. */
export async function getChangeable(tx: Reading, context: CallContext, input: Changes): Promise<FunctionVersion> {
  const { qualifier, ...name } = addressed(input, context)
  // Versions do not change. UNVERIFIED: that they are not found then.
  if (qualifier !== undefined && qualifier !== LATEST_NAME) throw functionNotFound(functionArn(name, qualifier))
  const latest = await getLatest(tx, await getFunction(tx, name))
  assertRevision(latest, input.RevisionId)
  assertSettled(latest)
  return latest
}

export function assertRevision({ body }: FunctionVersion, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionId !== body.revisionId) throw revisionMismatch("GetFunction/GetAlias")
}

/**
 * Stores what an update made of `$LATEST`, which is in progress until the work in the background has settled it; also
 * where nothing was changed (recorded 2025-11).
 */
export async function changeLatest(
  tx: Writing,
  { bytes, work, clock }: CallContext,
  latest: FunctionVersion,
  changes: Partial<VersionBody>,
): Promise<FunctionVersion> {
  const body: VersionBody = {
    ...latest.body,
    ...changes,
    progress: { state: "Active", lastUpdate: "InProgress" },
    lastModified: clock.now(),
  }
  const changed = await updateVersion(tx, { ...latest, body })
  await changeCodeUses(tx, bytes, { functionId: latest.function.id, version: latest.version }, latest.body, body)
  await enqueueSettling(work, tx, changed)
  return changed
}
