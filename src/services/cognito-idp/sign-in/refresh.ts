import type { AuthenticationResultType } from "@aws-sdk/client-cognito-identity-provider"
import type { Deps } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"
import type { AppClient } from "../app-clients/record.ts"
import { findDevice } from "../devices/record.ts"
import {
  invalidRefreshToken,
  refreshTokenExpired,
  refreshTokenReused,
  refreshTokenRevoked,
  refreshTokenRotates,
  userDisabled,
} from "../errors.ts"
import { type Group, groupsOfUser } from "../groups/record.ts"
import { issueTokens } from "../tokens/issue.ts"
import {
  createRefreshToken,
  findRefreshToken,
  findRefreshTokenAndUser,
  hashToken,
  insertRefreshToken,
  markRotated,
  type RefreshToken,
} from "../tokens/refresh-tokens.ts"
import type { Occasion } from "../triggers/event.ts"
import { isAsked } from "../triggers/run.ts"
import { askPreTokenGeneration } from "../triggers/token-generation.ts"
import type { UserPool } from "../user-pools/record.ts"
import { touchSession, tracksSessions } from "../user-sessions/track.ts"
import type { User } from "../users/record.ts"
import { type Attempt, getParameter, occasionOf, resultStep, type Step } from "./attempt.ts"
import { assertSecretHash } from "./secret-hash.ts"

export const isRotating = ({ settings }: AppClient): boolean => settings.RefreshTokenRotation?.Feature === "ENABLED"

/** REFRESH_TOKEN_AUTH. The secret hash is over the user's own name, which the token stands for. */
export async function signInWithRefreshToken(attempt: Attempt): Promise<Step> {
  const { deps, pool, client, parameters } = attempt
  if (isRotating(client)) throw refreshTokenRotates()
  const text = getParameter(attempt, "REFRESH_TOKEN")
  const refreshable = await getRefreshToken(deps, pool, client, text, parameters.DEVICE_KEY)
  const { user } = refreshable
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, user.username, user.sub)
  return resultStep(await renew(deps, occasionOf(attempt), client, refreshable))
}

type RefreshDeps = Pick<Deps, "store" | "clock" | "masterKey" | "endpoint">

/** A token with the user whom it is of, and the groups that they are in. */
export interface Refreshable {
  token: RefreshToken
  user: User
  groups: readonly Group[]
}

/** What a token is good for, where it is this client's and in force. */
export async function getRefreshToken(
  deps: RefreshDeps,
  pool: UserPool,
  client: AppClient,
  text: string,
  deviceKey: string | undefined,
): Promise<Refreshable> {
  return deps.store.read(async (tx) => {
    const { token, user, isInGroups } = await getRefreshable(tx, deps, pool, client, hashToken(text))
    // A confirmed device refreshes in its own name. Source: "Working with user devices", DEVICE_KEY.
    const own = token.signIn.deviceKey
    if (own !== undefined && own !== deviceKey && (await findDevice(tx, pool.id, user.sub, own)))
      throw invalidRefreshToken()
    return { token, user, groups: isInGroups ? await groupsOfUser(tx, pool.id, user.sub) : [] }
  })
}

async function getRefreshable(
  tx: Reading,
  { clock }: RefreshDeps,
  pool: UserPool,
  client: AppClient,
  hash: string,
): Promise<{ token: RefreshToken; user: User; isInGroups: boolean }> {
  const found = await findRefreshTokenAndUser(tx, pool.id, hash)
  if (found?.token.clientId !== client.id) throw invalidRefreshToken()
  if (!found.user.enabled) throw userDisabled()
  assertRefreshable(found.token, client, clock.now())
  return found
}

function assertRefreshable(token: RefreshToken, client: AppClient, now: number): void {
  if (token.isRevoked) throw refreshTokenRevoked()
  if (token.expiresAt <= now) throw refreshTokenExpired()
  const graceSeconds = client.settings.RefreshTokenRotation?.RetryGracePeriodSeconds ?? 0
  if (token.rotatedAt === undefined) return
  // Of two at once the one that began first may come second, and a clock may have been set back.
  const sinceRotation = Math.abs(now - token.rotatedAt)
  if (sinceRotation >= graceSeconds * 1000) throw refreshTokenReused()
}

/** New ID and access tokens of the same sign-in. UNVERIFIED: that GetTokensFromRefreshToken has the same source. */
export async function renew(
  deps: RefreshDeps,
  occasion: Occasion,
  client: AppClient,
  { user, token, groups }: Refreshable,
): Promise<AuthenticationResultType> {
  const { pool } = occasion
  const scopes = token.signIn.granted?.scopes
  const changes = await askPreTokenGeneration(occasion, "TokenGeneration_RefreshTokens", user, groups, scopes)
  // A function takes its time: whoever signed out or was disabled meanwhile is not given tokens.
  if (isAsked(occasion, "PreTokenGeneration"))
    await deps.store.read((tx) => getRefreshable(tx, deps, pool, client, token.hash))
  const { eventId } = token.signIn
  const using = { request: occasion.deps.request, clock: deps.clock }
  if (tracksSessions(pool)) await deps.store.transact((tx) => touchSession(tx, using, pool, eventId))
  return issueTokens(deps, { pool, client, user, groups, signIn: token.signIn }, changes)
}

/**
 * Puts a new refresh token in the place of one, for what is left of its time. The old one stays good for the client's
 * grace period. Source: RefreshTokenRotationType.
 */
export async function rotate(deps: RefreshDeps, pool: UserPool, client: AppClient, old: RefreshToken): Promise<string> {
  const text = createRefreshToken()
  const now = deps.clock.now()
  await deps.store.transact(async (tx) => {
    const current = await findRefreshToken(tx, pool.id, old.hash)
    if (!current) throw invalidRefreshToken()
    assertRefreshable(current, client, now)
    await markRotated(tx, pool.id, old.hash, now)
    await insertRefreshToken(tx, pool.id, { ...current, hash: hashToken(text), rotatedAt: undefined })
  })
  return text
}
