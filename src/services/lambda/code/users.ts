import type { Bytes } from "../../../bytes/bytes.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import type { VersionBody } from "../functions/record.ts"

/**
 * A body of code is written once and used by many: versions that were published of the same code, and versions of
 * functions that have a layer, which keep it when the layer is deleted.
 */
export type CodeUser = { functionId: string; version: number } | { layerVersionArn: string }

const userId = (user: CodeUser): string =>
  "functionId" in user ? `${user.functionId}/${user.version}` : user.layerVersionArn

const codeIds = ({ code, layers }: Pick<VersionBody, "code" | "layers">): Set<string> =>
  new Set([code, ...layers.map((layer) => layer.code)].map(({ segment }) => segment.id))

export async function addCodeUser(tx: Writing, codeId: string, user: CodeUser): Promise<void> {
  await tx.run("INSERT INTO lambda_code_users (code_id, user_id) VALUES ($1, $2)", codeId, userId(user))
}

/** Drops the body with its last user. */
export async function removeCodeUser(tx: Writing, bytes: Bytes, codeId: string, user: CodeUser): Promise<void> {
  await tx.run("DELETE FROM lambda_code_users WHERE code_id = $1 AND user_id = $2", codeId, userId(user))
  if (!(await isUsed(tx, codeId))) await bytes.drop(tx, codeId)
}

export const isUsed = async (tx: Reading, codeId: string): Promise<boolean> =>
  (await tx.get("SELECT 1 FROM lambda_code_users WHERE code_id = $1 LIMIT 1", codeId)) !== undefined

type Uses = Pick<VersionBody, "code" | "layers"> | undefined

/** A version uses other bodies than before: none before it was there, none when it is gone. */
export async function changeCodeUses(
  tx: Writing,
  bytes: Bytes,
  user: CodeUser,
  before: Uses,
  after: Uses,
): Promise<void> {
  const [old, now] = [before, after].map((uses) => (uses ? codeIds(uses) : new Set<string>())) as [
    Set<string>,
    Set<string>,
  ]
  for (const id of now) if (!old.has(id)) await addCodeUser(tx, id, user)
  for (const id of old) if (!now.has(id)) await removeCodeUser(tx, bytes, id, user)
}
