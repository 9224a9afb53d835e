import type { Reading } from "../../../store/store.ts"
import { roleOfService } from "../errors.ts"
import type { IdentityKind } from "./kind.ts"
import { getIdentity, type Identity } from "./record.ts"

/** Where roles are that belong to a service of AWS; nobody else makes any there. */
export const SERVICE_ROLE_PATH = "/aws-service-role/"

export const isServiceLinked = ({ kind, path }: Identity): boolean =>
  kind === "role" && path.startsWith(SERVICE_ROLE_PATH)

/** An identity that is the account's to change: a service's role is not (IAM User Guide, "Create a service-linked
 * role"). */
export async function getModifiable(tx: Reading, account: string, kind: IdentityKind, name: string): Promise<Identity> {
  const identity = await getIdentity(tx, account, kind, name)
  if (isServiceLinked(identity)) throw roleOfService(name)
  return identity
}
