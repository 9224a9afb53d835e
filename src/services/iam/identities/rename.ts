import type { Requirement } from "../../../authorization/requirement.ts"
import type { Scope } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { iamArn } from "../arns.ts"
import { identityExists } from "../errors.ts"
import { findIdentity, getIdentity, type Identity, identityChanged, updateIdentity } from "./record.ts"

/** What UpdateUser and UpdateGroup ask for. */
interface Renaming {
  kind: "user" | "group"
  name: string
  newName: string | undefined
  newPath: string | undefined
}

/** The permission is needed on the identity as it is and on the identity as it will be (IAM User Guide, "Rename or
 * change the path of an IAM user"). */
export function renaming({ kind, name, newName, newPath }: Renaming, { account }: Scope): Requirement[] {
  const refusedAs = `${kind} ${name}`
  const before = { resource: iamArn(account, kind, "/", name), refusedAs }
  if (newName === undefined && newPath === undefined) return [before]
  return [before, { resource: iamArn(account, kind, newPath ?? "/", newName ?? name), refusedAs }]
}

/** Gives an identity another name or path, and returns it as it was. */
export async function renameIdentity(
  tx: Writing,
  account: string,
  { kind, name, newName, newPath }: Renaming,
): Promise<Identity> {
  const identity = await getIdentity(tx, account, kind, name)
  const renamed = { ...identity, name: newName ?? identity.name, path: newPath ?? identity.path }
  const namesake = await findIdentity(tx, account, kind, renamed.name)
  if (namesake && namesake.id !== identity.id) throw identityExists(kind, renamed.name)
  await identityChanged(tx, identity)
  await updateIdentity(tx, renamed)
  return identity
}
