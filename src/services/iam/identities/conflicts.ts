import type { Reading } from "../../../store/store.ts"
import { hasAttachedPolicies, hasInlinePolicies } from "../errors.ts"
import type { Identity } from "./record.ts"

/** Identities are deleted bare: what hangs on them goes first. */
export async function assertNoPolicies(tx: Reading, { id }: Identity): Promise<void> {
  if (await tx.get("SELECT policy_arn FROM iam_attachments WHERE owner_id = $1 LIMIT 1", id))
    throw hasAttachedPolicies()
  if (await tx.get("SELECT name FROM iam_inline_policies WHERE owner_id = $1 LIMIT 1", id)) throw hasInlinePolicies()
}
