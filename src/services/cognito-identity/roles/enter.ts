import type { CallContext } from "../../../call.ts"
import { noGuests } from "../errors.ts"
import type { Identity } from "../identities/identity.ts"
import { actAsIdentity, getLinked } from "../identities/resolve.ts"
import { type VerifiedLogin, verifyLogins } from "../logins/index.ts"
import { getPool, type Pool } from "../pools/pool.ts"

/** Somebody who may act as an identity. */
export interface Entered {
  pool: Pool
  identity: Identity
  logins: readonly VerifiedLogin[]
  /** `cognito-identity.amazonaws.com:amr`. */
  amr: readonly string[]
}

/** The steps that both flows begin with. Order: identity, provider, token, logins (recorded). */
export async function enter(
  context: CallContext,
  identityId: string,
  tokens: Readonly<Record<string, string>> | undefined,
  options: { takesCognitoToken?: boolean } = {},
): Promise<Entered> {
  const known = await context.store.read((tx) => getLinked(tx, identityId))
  const pool = await getPool(context, known.identity.poolId)
  const logins = await verifyLogins(context, pool, tokens, options)
  const identity = await actAsIdentity(context, pool, known, logins)
  if (logins.length === 0 && !pool.settings.AllowUnauthenticatedIdentities) throw noGuests()
  const amr =
    logins.length === 0 ? ["unauthenticated"] : ["authenticated", ...new Set(logins.flatMap((login) => login.amr))]
  return { pool, identity, logins, amr }
}
