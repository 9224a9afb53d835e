import { nowInSeconds } from "../../../base/clock.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Writing } from "../../../store/store.ts"
import { lifetimesOf } from "../app-clients/settings.ts"
import { recordEvent } from "../auth-events/record.ts"
import { type Device, deviceGroupKey, newDeviceKey, tracksDevices } from "../devices/record.ts"
import { attemptsExceeded, userNotFound } from "../errors.ts"
import { groupsOfUser } from "../groups/record.ts"
import type { SignIn } from "../tokens/claims.ts"
import { issueTokens } from "../tokens/issue.ts"
import { createRefreshToken, deleteExpired, hashToken, insertRefreshToken } from "../tokens/refresh-tokens.ts"
import { assertNoTrigger } from "../triggers.ts"
import type { User } from "../users/record.ts"
import { type Attempt, resultStep, type Step } from "./attempt.ts"
import { isLockedOut } from "./lockout.ts"
import { challengeDevice, findNamedDevice } from "./named-device.ts"

/** What a sign-in writes together with its refresh token: the new password, the session that is used up. */
export type Completion = (tx: Writing, now: number) => Promise<void>

/**
 * The end of every sign-in: tokens. Nothing is answered before the sign-in is stored, so all of it can be revoked. A
 * device that the request names has to prove itself first; `proven` is one that has.
 */
export async function finishSignIn(
  attempt: Attempt,
  user: User,
  completions: readonly Completion[],
  proven?: Device,
): Promise<Step> {
  const { deps, pool, client } = attempt
  assertNoTrigger(pool, "PostAuthentication", "PreTokenGeneration")
  const now = deps.clock.now()
  const named = proven ? undefined : await findNamedDevice(attempt, user)
  if (named) {
    await deps.store.transact(async (tx) => {
      for (const complete of completions) await complete(tx, now)
    })
    return challengeDevice(attempt, user, named)
  }
  const deviceKey = proven?.key ?? (tracksDevices(pool) ? newDeviceKey(pool) : undefined)
  const signIn: SignIn = {
    eventId: randomUUID(),
    originJti: client.settings.EnableTokenRevocation === false ? undefined : randomUUID(),
    authTime: nowInSeconds(deps.clock),
    ...(deviceKey !== undefined && { deviceKey }),
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
    await assertStillThere(tx, pool.id, user, now)
    await deleteExpired(tx, pool.id, user.sub, now)
    await insertRefreshToken(tx, pool.id, kept)
    const event = { type: "SignIn", response: "Pass", challenge: "Password" } as const
    await recordEvent(tx, deps, pool, user.sub, { ...event, eventId: signIn.eventId })
  })
  const isNew = deviceKey !== undefined && !proven
  const metadata = isNew && { DeviceKey: deviceKey, DeviceGroupKey: deviceGroupKey(deps.masterKey, deviceKey) }
  return resultStep({ ...tokens, RefreshToken, ...(metadata && { NewDeviceMetadata: metadata }) })
}

/**
 * The user may have been deleted, disabled or locked out meanwhile: of many guesses at once, the right one counts no more
 * than it would after the wrong ones. A right password forgets the wrong ones.
 */
async function assertStillThere(tx: Writing, poolId: string, { sub }: User, now: number): Promise<void> {
  const there = await tx.get<{ failures: number; last_failure: number }>(
    "SELECT failures, last_failure FROM idp_users WHERE pool_id = $1 AND sub = $2 AND enabled = 1",
    poolId,
    sub,
  )
  if (!there) throw userNotFound()
  const failures = Number(there.failures)
  if (isLockedOut({ failures, lastFailureAt: Number(there.last_failure) }, now)) throw attemptsExceeded()
  if (failures > 0)
    await tx.run("UPDATE idp_users SET failures = 0, last_failure = 0 WHERE pool_id = $1 AND sub = $2", poolId, sub)
}
