import { immutableAttribute, invalidParameter } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { Attributes } from "./attributes.ts"
import { isExternal } from "./external.ts"

/** Throws where an attribute cannot be taken away: what is required, and what is in no schema. */
export function assertDeletable(pool: UserPool, names: readonly string[]): void {
  for (const name of names) {
    const schema = pool.attributes.get(name)
    if (!schema) throw invalidParameter(`user.${name}: Attribute does not exist in the schema.\n`)
    if (name === "sub" || name === "identities") throw immutableAttribute(name)
    if (schema.Required) throw invalidParameter(`user.${name}: Required attribute cannot be deleted.\n`) // UNVERIFIED text
  }
}

/** Throws where a change leaves a user without any name to sign in with. */
export function changedAttributes(pool: UserPool, attributes: Attributes): Attributes {
  if (
    pool.usernameAttributes &&
    !isExternal({ attributes }) &&
    !pool.usernameAttributes.some((name) => attributes[name])
  )
    throw invalidParameter("Cannot delete the attribute that is the user's sign-in name.") // UNVERIFIED text
  return attributes
}
