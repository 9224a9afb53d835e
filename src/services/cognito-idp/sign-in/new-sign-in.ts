import type { AuthenticationResultType } from "@aws-sdk/client-cognito-identity-provider"
import { nowInSeconds } from "../../../base/clock.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Writing } from "../../../store/store.ts"
import { lifetimesOf } from "../app-clients/settings.ts"
import { recordEvent } from "../auth-events/record.ts"
import { type Device, deviceGroupKey, newDeviceKey, tracksDevices } from "../devices/record.ts"
import { userNotFound } from "../errors.ts"
import { anyGroupOf } from "../groups/record.ts"
import type { SignIn } from "../tokens/claims.ts"
import {
  createRefreshToken,
  deleteUseless,
  hashToken,
  insertRefreshToken,
  uselessBefore,
} from "../tokens/refresh-tokens.ts"
import { trackTokenSession } from "../user-sessions/track.ts"
import type { User } from "../users/record.ts"
import { type Attempt, resultStep, type Step } from "./attempt.ts"
import { forgetFailures } from "./failures.ts"

/** A sign-in that is to have tokens. */
export interface NewSignIn {
  signIn: SignIn
  refreshToken: string
  /** Where the device is one that the pool does not know yet. */
  newDeviceKey: string | undefined
  /** Milliseconds since the epoch. */
  now: number
}

/** `proven` is the device that has proved itself. */
export function createSignIn({ deps, pool, client }: Attempt, proven?: Device): NewSignIn {
  const newKey = !proven && tracksDevices(pool) ? newDeviceKey(pool) : undefined
  const deviceKey = proven?.key ?? newKey
  const signIn: SignIn = {
    eventId: randomUUID(),
    originJti: client.settings.EnableTokenRevocation === false ? undefined : randomUUID(),
    authTime: nowInSeconds(deps.clock),
    ...(deviceKey !== undefined && { deviceKey }),
  }
  return { signIn, refreshToken: createRefreshToken(), newDeviceKey: newKey, now: deps.clock.now() }
}

/** Writes it with its refresh token, and forgets the wrong answers that were before it. Whether the user is in any groups. */
export async function keepSignIn(
  tx: Writing,
  { deps, pool, client }: Attempt,
  { sub }: User,
  { signIn, refreshToken, now }: NewSignIn,
): Promise<{ isInGroups: boolean }> {
  const found = await findState(tx, pool.id, sub, now)
  // The user may have been deleted or disabled meanwhile.
  if (!found) throw userNotFound()
  if (found.failed !== null) await forgetFailures(tx, pool.id, sub)
  if (found.useless !== null) await deleteUseless(tx, pool.id, sub, now)
  await insertRefreshToken(tx, pool.id, {
    hash: hashToken(refreshToken),
    sub,
    clientId: client.id,
    expiresAt: now + lifetimesOf(client).refreshSeconds * 1000,
    rotatedAt: undefined,
    isRevoked: false,
    signOuts: Number(found.sign_outs),
    signIn,
  })
  await trackTokenSession(tx, deps, pool, {
    sub,
    clientId: client.id,
    eventId: signIn.eventId,
    expiresAt: now + lifetimesOf(client).refreshSeconds * 1000,
    originId: undefined,
  })
  const event = { type: "SignIn", response: "Pass", challenge: "Password" } as const
  await recordEvent(tx, deps, pool, sub, { ...event, eventId: signIn.eventId })
  return { isInGroups: found.in_group !== null }
}

interface State {
  sign_outs: number
  /** Null where no answer was wrong. */
  failed: string | null
  /** Null where no refresh token is past its use: mostly none is, and to look takes a part of what it takes to remove nothing. */
  useless: string | null
  in_group: string | null
}

/** Of a user who is there and enabled. */
const findState = (tx: Writing, poolId: string, sub: string, now: number): Promise<State | undefined> =>
  tx.get<State>(
    `SELECT u.sign_outs,
        (SELECT f.sub FROM idp_failures f WHERE f.pool_id = $1 AND f.sub = $2) AS failed,
        (SELECT t.hash FROM idp_refresh_tokens t WHERE t.pool_id = $1 AND t.sub = $2 AND t.expires < $3 LIMIT 1) AS useless,
        ${anyGroupOf("$1", "$2")} AS in_group
       FROM idp_users u WHERE u.pool_id = $1 AND u.sub = $2 AND u.enabled = 1`,
    poolId,
    sub,
    uselessBefore(now),
  )

/** What is answered, once it is kept. */
export function signedIn(
  { deps }: Attempt,
  { refreshToken, newDeviceKey: key }: NewSignIn,
  tokens: AuthenticationResultType,
): Step {
  const metadata = key !== undefined && { DeviceKey: key, DeviceGroupKey: deviceGroupKey(deps.masterKey, key) }
  return resultStep({ ...tokens, RefreshToken: refreshToken, ...(metadata && { NewDeviceMetadata: metadata }) })
}
