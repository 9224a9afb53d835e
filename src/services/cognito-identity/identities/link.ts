import type { Writing } from "../../../store/store.ts"
import { loginLinkedElsewhere, tooManyLogins } from "../errors.ts"
import type { Pool } from "../pools/pool.ts"
import {
  disableIdentity,
  type Identity,
  LOGINS_AT_MOST,
  type Login,
  linkLogin,
  listLogins,
  touchIdentity,
  unlinkLogin,
} from "./identity.ts"

/** Links logins that belong to nobody yet. An identity has one person of a public provider, and any number of users of
 * the developer's. */
export async function linkLogins(
  tx: Writing,
  pool: Pool,
  identity: Identity,
  logins: readonly Login[],
  now: number,
): Promise<void> {
  if (logins.length === 0) return
  const linked = await listLogins(tx, identity.identityId)
  if (linked.length + logins.length > LOGINS_AT_MOST) throw tooManyLogins(LOGINS_AT_MOST)
  for (const login of logins) {
    const { provider } = login
    const isPublic = provider !== pool.settings.DeveloperProviderName
    if (isPublic && linked.some((own) => own.provider === provider))
      throw loginLinkedElsewhere({
        check: "one login of a provider",
        provider,
        identityId: identity.identityId,
      })
    await linkLogin(tx, identity, login, now)
    linked.push(login)
  }
}

/**
 * Takes logins away. Whoever loses the last one is out of reach for good.
 * Source: API Reference, "UnlinkIdentity": "Removing the last linked login will make this identity inaccessible."
 */
export async function unlinkLogins(
  tx: Writing,
  { poolId, identityId }: Identity,
  logins: readonly Login[],
  now: number,
): Promise<void> {
  if (logins.length === 0) return
  for (const login of logins) await unlinkLogin(tx, poolId, login)
  const left = await listLogins(tx, identityId)
  await (left.length === 0 ? disableIdentity(tx, identityId, now) : touchIdentity(tx, identityId, now))
}
