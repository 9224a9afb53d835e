import type { Deps } from "../../../call.ts"
import { findIdentity, listIdentityIdsBySubject, listLogins } from "./identity.ts"

/** More than one person has anywhere; a subject such as `admin` may have many. */
const IDENTITIES_AT_MOST = 100

/**
 * Hallpass's own: the identities that an identity's id, or a person's subject at a provider (the `sub` of a user-pool
 * user), stands for. AWS has no way from one to the other.
 */
export const describeIdentities = ({ store }: Pick<Deps, "store">, id: string) =>
  store.read(async (tx) => {
    const ids = (await findIdentity(tx, id)) ? [id] : await listIdentityIdsBySubject(tx, id, IDENTITIES_AT_MOST)
    const found = []
    for (const identityId of ids) {
      const identity = await findIdentity(tx, identityId)
      if (!identity) continue
      found.push({
        identityId,
        identityPoolId: identity.poolId,
        createdAt: new Date(identity.createdAt).toISOString(),
        modifiedAt: new Date(identity.modifiedAt).toISOString(),
        disabled: identity.disabled,
        logins: await listLogins(tx, identityId),
      })
    }
    return found
  })
