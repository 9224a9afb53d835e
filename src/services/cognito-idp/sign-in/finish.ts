import { nowInSeconds } from "../../../base/clock.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Writing } from "../../../store/store.ts"
import { lifetimesOf } from "../app-clients/settings.ts"
import { recordEvent } from "../auth-events/record.ts"
import { type Device, deviceGroupKey, newDeviceKey, tracksDevices } from "../devices/record.ts"
import { userNotFound } from "../errors.ts"
import { groupsOfUser } from "../groups/record.ts"
import { rehearse } from "../rehearse.ts"
import type { SignIn } from "../tokens/claims.ts"
import { issueTokens } from "../tokens/issue.ts"
import { createRefreshToken, deleteExpired, hashToken, insertRefreshToken } from "../tokens/refresh-tokens.ts"
import { askPostAuthentication } from "../triggers/authentication.ts"
import { isAsked } from "../triggers/run.ts"
import { askPreTokenGeneration, type TokenSource } from "../triggers/token-generation.ts"
import type { User } from "../users/record.ts"
import { type Attempt, occasionOf, resultStep, type Step } from "./attempt.ts"
import { forgetFailures } from "./failures.ts"
import { challengeDevice, findNamedDevice } from "./named-device.ts"

/** What a sign-in writes together with its refresh token: the new password, the session that is used up. */
export type Completion = (tx: Writing, now: number) => Promise<void>

/** Uses up what led to a step that writes nothing else. */
export async function complete({ deps }: Attempt, completions: readonly Completion[]): Promise<void> {
  if (completions.length === 0) return
  await deps.store.transact(allOf(completions, deps.clock.now()))
}

const allOf = (completions: readonly Completion[], now: number) => async (tx: Writing) => {
  for (const work of completions) await work(tx, now)
}

export interface Ending {
  /** The device that has proved itself. */
  proven?: Device
  /** What the tokens are for, as triggers are told. */
  source?: TokenSource
}

/**
 * The end of every sign-in: tokens. Nothing is answered before the sign-in is stored, so all of it can be revoked. A
 * device that the request names has to prove itself first; `proven` is one that has. The pool's functions are asked before
 * anything is written: where one refuses, nothing has happened, and the same answer may be given again.
 */
export async function finishSignIn(
  attempt: Attempt,
  user: User,
  completions: readonly Completion[],
  { proven, source = "TokenGeneration_Authentication" }: Ending = {},
): Promise<Step> {
  const { deps, pool, client } = attempt
  const named = proven ? undefined : await findNamedDevice(attempt, user)
  if (named) {
    await complete(attempt, completions)
    return challengeDevice(attempt, user, named)
  }
  const occasion = occasionOf(attempt)
  if (isAsked(occasion, "PostAuthentication") || isAsked(occasion, "PreTokenGeneration"))
    await rehearse(deps.store, allOf(completions, deps.clock.now()))
  await askPostAuthentication(occasion, user, tracksDevices(pool) ? !proven : undefined)
  const groups = await deps.store.read((tx) => groupsOfUser(tx, pool.id, user.sub))
  const changes = await askPreTokenGeneration(occasion, source, user, groups)
  // Functions take their time: what is dated is dated when they have answered.
  const now = deps.clock.now()
  const deviceKey = proven?.key ?? (tracksDevices(pool) ? newDeviceKey(pool) : undefined)
  const signIn: SignIn = {
    eventId: randomUUID(),
    originJti: client.settings.EnableTokenRevocation === false ? undefined : randomUUID(),
    authTime: nowInSeconds(deps.clock),
    ...(deviceKey !== undefined && { deviceKey }),
  }
  const tokens = await issueTokens(deps, { pool, client, user, groups, signIn }, changes)
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
    for (const work of completions) await work(tx, now)
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
