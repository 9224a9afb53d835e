import { nowInSeconds } from "../../../base/clock.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Writing } from "../../../store/store.ts"
import { lifetimesOf } from "../app-clients/settings.ts"
import { userNotFound } from "../errors.ts"
import { groupsOfUser } from "../groups/record.ts"
import type { SignIn } from "../tokens/claims.ts"
import { issueTokens } from "../tokens/issue.ts"
import { createRefreshToken, deleteExpired, hashToken, insertRefreshToken } from "../tokens/refresh-tokens.ts"
import { assertNoTrigger } from "../triggers.ts"
import type { User } from "../users/record.ts"
import { type Attempt, resultStep, type Step } from "./attempt.ts"

/** What a sign-in writes together with its refresh token: the new password, the session that is used up. */
export type Completion = (tx: Writing, now: number) => Promise<void>

/** The end of every sign-in: tokens. Nothing is answered before the sign-in is stored, so all of it can be revoked. */
export async function finishSignIn(
  { deps, pool, client }: Attempt,
  user: User,
  completions: readonly Completion[],
): Promise<Step> {
  assertNoTrigger(pool, "PostAuthentication", "PreTokenGeneration")
  const now = deps.clock.now()
  const signIn: SignIn = {
    eventId: randomUUID(),
    originJti: client.settings.EnableTokenRevocation === false ? undefined : randomUUID(),
    authTime: nowInSeconds(deps.clock),
  }
  const groups = await deps.store.read((tx) => groupsOfUser(tx, pool.id, user.sub))
  const tokens = await issueTokens(deps, { pool, client, user, groups, signIn })
  const RefreshToken = createRefreshToken()
  const kept = {
    hash: hashToken(RefreshToken),
    sub: user.sub,
    clientId: client.id,
    expiresAt: now + lifetimesOf(client).refreshSeconds * 1000,
    rotatedAt: undefined,
    isRevoked: false,
    signIn,
  }
  await deps.store.transact(async (tx) => {
    for (const complete of completions) await complete(tx, now)
    await assertStillThere(tx, pool.id, user)
    await deleteExpired(tx, pool.id, user.sub, now)
    await insertRefreshToken(tx, pool.id, kept)
  })
  return resultStep({ ...tokens, RefreshToken })
}

/** The user may have been deleted or disabled meanwhile. A right password forgets the wrong ones. */
async function assertStillThere(tx: Writing, poolId: string, { sub, failures }: User): Promise<void> {
  const there = await tx.get("SELECT sub FROM idp_users WHERE pool_id = $1 AND sub = $2 AND enabled = 1", poolId, sub)
  if (!there) throw userNotFound()
  if (failures > 0)
    await tx.run("UPDATE idp_users SET failures = 0, last_failure = 0 WHERE pool_id = $1 AND sub = $2", poolId, sub)
}
