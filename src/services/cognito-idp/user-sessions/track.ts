import type { CallContext } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { revokeSignIn } from "../tokens/refresh-tokens.ts"
import type { UserPool } from "../user-pools/record.ts"
import { deviceOf } from "./device.ts"
import {
  deleteUserSession,
  findSessionByRef,
  isAlive,
  listUserSessions,
  newSessionId,
  putUserSession,
  type UserSession,
} from "./record.ts"

/** Source: UserPoolTokenSessionConfigType. */
export const DEFAULT_MAX_PER_USER = 20
const MOST_PER_USER = 100

export const tracksSessions = ({ sessions }: UserPool): boolean => sessions?.tracking === "ENABLED"

type TrackDeps = Pick<CallContext, "request" | "clock">

const activityOf = ({ request, clock }: TrackDeps) => ({
  activeAt: clock.now(),
  device: deviceOf(request.headers["user-agent"]),
  address: request.remoteAddress.slice(0, 128),
})

/** Keeps a sign-in among the user's sessions, where the pool tracks them; of too many, those go that were used the longest ago. */
export async function trackTokenSession(
  tx: Writing,
  deps: TrackDeps,
  pool: UserPool,
  { sub, clientId, eventId, expiresAt, originId }: NewTokenSession,
): Promise<void> {
  if (!tracksSessions(pool)) return
  const activity = activityOf(deps)
  const most = pool.sessions?.maxPerUser ?? DEFAULT_MAX_PER_USER
  // Those of tokens come last by their names.
  const all = await listUserSessions(tx, pool.id, sub, "tkn", MOST_PER_USER + 1)
  const alive: UserSession[] = []
  for (const one of all)
    if (await isAlive(tx, pool.id, one, activity.activeAt)) alive.push(one)
    else await deleteUserSession(tx, pool.id, one)
  alive.sort((a, b) => a.activeAt - b.activeAt)
  for (const one of alive.slice(0, Math.max(0, alive.length - most + 1))) {
    await revokeSignIn(tx, pool.id, one.ref)
    await deleteUserSession(tx, pool.id, one)
  }
  const createdAt = activity.activeAt
  const session = { id: newSessionId("tkn"), sub, ref: eventId, clientId, createdAt, expiresAt, ...activity }
  await putUserSession(tx, pool.id, { ...session, ...(originId !== undefined && { originId }) })
}

interface NewTokenSession {
  sub: string
  clientId: string
  eventId: string
  expiresAt: number
  originId: string | undefined
}

/** Notes that a session was used. */
export async function touchSession(tx: Writing, deps: TrackDeps, pool: UserPool, ref: string): Promise<void> {
  const session = await findSessionByRef(tx, pool.id, ref)
  if (session) await putUserSession(tx, pool.id, { ...session, ...activityOf(deps) })
}

/** Keeps a browser's session among the user's; its ID. */
export async function trackBrowserSession(
  tx: Writing,
  deps: TrackDeps,
  pool: UserPool,
  {
    id,
    sub,
    clientId,
    hash,
    expiresAt,
  }: { id: string; sub: string; clientId: string; hash: string; expiresAt: number },
): Promise<void> {
  const activity = activityOf(deps)
  const createdAt = activity.activeAt
  await putUserSession(tx, pool.id, { id, sub, ref: hash, clientId, createdAt, expiresAt, ...activity })
}
