import type { Writing } from "../../../store/store.ts"
import type { AppClient } from "../app-clients/record.ts"
import { lifetimesOf } from "../app-clients/settings.ts"
import type { Group } from "../groups/record.ts"
import { issueTokens } from "../tokens/issue.ts"
import type { User } from "../users/record.ts"
import type { Grant } from "./codes/record.ts"
import { keepHostedSignIn, signInOf } from "./grants/sign-in.ts"
import type { Hosted } from "./hosted.ts"

/**
 * The tokens of the implicit flow, in the order in which AWS has them (recorded). There is no refresh token; the sign-in is kept
 * for as long as its access token is good, so that it can be revoked.
 */
export async function implicitTokens(
  hosted: Hosted,
  client: AppClient,
  { user, groups }: { user: User; groups: readonly Group[] },
  grant: Grant,
  keep: (tx: Writing) => Promise<void>,
): Promise<Record<string, string | undefined>> {
  const { deps, pool } = hosted
  const signIn = signInOf(client, grant)
  const expiresAt = deps.clock.now() + lifetimesOf(client).accessSeconds * 1000
  await deps.store.transact(async (tx) => {
    await keep(tx)
    await keepHostedSignIn(tx, hosted, client, grant, { signIn, expiresAt }, deps.clock.now())
  })
  const tokens = await issueTokens(deps, { pool, client, user, groups, signIn }, grant.changes, grant)
  return {
    id_token: tokens.IdToken,
    access_token: tokens.AccessToken,
    expires_in: String(tokens.ExpiresIn),
    token_type: tokens.TokenType,
  }
}
