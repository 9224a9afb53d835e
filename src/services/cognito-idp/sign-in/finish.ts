import { nowInSeconds } from "../../../base/clock.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Writing } from "../../../store/store.ts"
import { lifetimesOf } from "../app-clients/settings.ts"
import { recordEvent } from "../auth-events/record.ts"
import { type Device, deviceGroupKey, newDeviceKey, tracksDevices } from "../devices/record.ts"
import { userNotFound } from "../errors.ts"
import { groupsOfUser } from "../groups/record.ts"
import type { SignIn } from "../tokens/claims.ts"
import { issueTokens } from "../tokens/issue.ts"
import { createRefreshToken, deleteExpired, hashToken, insertRefreshToken } from "../tokens/refresh-tokens.ts"
import { assertNoTrigger } from "../triggers.ts"
import type { User } from "../users/record.ts"
import { type Attempt, resultStep, type Step } from "./attempt.ts"
import { forgetFailures } from "./failures.ts"
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
    await assertStillThere(tx, pool.id, user)
    await deleteExpired(tx, pool.id, user.sub, now)
    await insertRefreshToken(tx, pool.id, kept)
    const event = { type: "SignIn", response: "Pass", challenge: "Password" } as const
    await recordEvent(tx, deps, pool, user.sub, { ...event, eventId: signIn.eventId })
  })
  const isNew = deviceKey !== undefined && !proven
  const metadata = isNew && { DeviceKey: deviceKey, DeviceGroupKey: deviceGroupKey(deps.masterKey, deviceKey) }
  return resultStep({ ...tokens, RefreshToken, ...(metadata && { NewDeviceMetadata: metadata }) })
}

/** The user may have been deleted or disabled meanwhile. A sign-in forgets the wrong answers that were before it. */
async function assertStillThere(tx: Writing, poolId: string, { sub }: User): Promise<void> {
  const there = await tx.get<{ failed: string | null }>(
    `SELECT f.sub AS failed FROM idp_users u LEFT JOIN idp_failures f ON f.pool_id = u.pool_id AND f.sub = u.sub
      WHERE u.pool_id = $1 AND u.sub = $2 AND u.enabled = 1`,
    poolId,
    sub,
  )
  if (!there) throw userNotFound()
  if (there.failed !== null) await forgetFailures(tx, poolId, sub)
}
