import type { CallContext } from "../../call.ts"
import { parseIamArn } from "./arns.ts"
import { identityNotFound, simulatedArnInvalid } from "./errors.ts"
import { findLoaded, type LoadedIdentity } from "./identities/loaded.ts"

/** The user, role or group whose policies are asked about (`PolicySourceArn`). */
export async function getSource({ store, account }: CallContext, arn: string): Promise<LoadedIdentity> {
  const name = parseIamArn(arn)
  const { type } = name ?? {}
  if (!name || name.account !== account || (type !== "user" && type !== "role" && type !== "group"))
    throw simulatedArnInvalid(arn)
  const identity = await findLoaded(store, account, type, name.name)
  if (identity?.arn !== arn) throw identityNotFound(type, name.name)
  return identity
}
