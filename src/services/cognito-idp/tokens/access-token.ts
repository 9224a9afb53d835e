import { nowInSeconds } from "../../../base/clock.ts"
import type { Deps } from "../../../call.ts"
import { type AppClient, findClient } from "../app-clients/record.ts"
import {
  accessTokenExpired,
  accessTokenLacksScope,
  accessTokenRevoked,
  accessTokenUnverified,
  invalidAccessToken,
  userDisabled,
  userNotFound,
} from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import { findUserBySub, type User } from "../users/record.ts"
import { USER_SCOPE } from "./claims.ts"
import { isSignedIn } from "./refresh-tokens.ts"
import { UserPoolTokenError, verifySignature } from "./verify.ts"

/** Who an access token lets act for themselves. */
export interface SignedInUser {
  pool: UserPool
  client: AppClient
  user: User
  eventId: string
  scopes: readonly string[]
  /** The device of the sign-in, in pools that track devices. */
  deviceKey: string | undefined
}

/**
 * The user of an access token that is right, in force and not revoked, and has the scope: that of the API's own operations
 * where not told otherwise.
 */
export async function getSignedInUser(
  deps: Pick<Deps, "store" | "masterKey" | "clock" | "endpoint">,
  accessToken: string,
  scope = USER_SCOPE,
): Promise<SignedInUser> {
  const { pool, claims } = await verifySignature(deps, accessToken).catch((error: unknown) => {
    if (!(error instanceof UserPoolTokenError)) throw error
    throw error.reason === "bad-signature" ? accessTokenUnverified() : invalidAccessToken()
  })
  if (claims.token_use !== "access") throw invalidAccessToken()
  if (Number(claims.exp) <= nowInSeconds(deps.clock)) throw accessTokenExpired()
  const scopes = String(claims.scope ?? "").split(" ")
  if (!scopes.includes(scope)) throw accessTokenLacksScope()
  const client = await findClient(deps.store, String(claims.client_id))
  if (client?.poolId !== pool.id) throw invalidAccessToken()
  const eventId = String(claims.event_id)
  return deps.store.read(async (tx) => {
    const user = await findUserBySub(tx, pool.id, String(claims.sub))
    if (!user) throw userNotFound()
    if (!user.enabled) throw userDisabled()
    if (!(await isSignedIn(tx, pool.id, eventId))) throw accessTokenRevoked()
    return { pool, client, user, eventId, scopes, deviceKey: claims.device_key as string | undefined }
  })
}
