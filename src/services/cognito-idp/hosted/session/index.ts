import { randomBase64Url } from "../../../../base/random.ts"
import type { Writing } from "../../../../store/store.ts"
import type { UserPool } from "../../user-pools/record.ts"
import { deleteUserSession, findSessionByRef, newSessionId } from "../../user-sessions/record.ts"
import { trackBrowserSession, tracksSessions } from "../../user-sessions/track.ts"
import { formatCookie } from "../cookies.ts"
import type { Hosted } from "../hosted.ts"
import { sessionSeconds } from "./life.ts"
import {
  type BrowserSession,
  deleteBrowserSession,
  findBrowserSession,
  hashCookie,
  insertBrowserSession,
} from "./record.ts"

export type { BrowserSession }

const COOKIE = "cognito"
const VALUE = /^[\w-]{43}$/

const keyOf = ({ cookies }: Hosted): string | undefined => {
  const value = cookies.get(COOKIE)
  return value !== undefined && VALUE.test(value) ? hashCookie(value) : undefined
}

/** Who is signed in to the pool in this browser; undefined where nobody is, or the session's time is over. */
export async function findSession(hosted: Hosted): Promise<BrowserSession | undefined> {
  const key = keyOf(hosted)
  if (key === undefined) return undefined
  const { deps, pool } = hosted
  return deps.store.read((tx) => findBrowserSession(tx, pool.id, key, deps.clock.now()))
}

/** A session that is about to begin. */
export interface NewSession {
  cookie: string
  /** By which it is listed, where the pool tracks sessions. */
  ssoId: string | undefined
  keep(tx: Writing): Promise<void>
}

/** Each sign-in has a new id, so that nobody can have known it before; the session that the browser had is at an end. */
export function newSession(
  hosted: Hosted,
  session: Omit<BrowserSession, "hash" | "expiresAt" | "createdAt" | "ssoId">,
): NewSession {
  const { deps, pool } = hosted
  const value = randomBase64Url(32)
  const before = keyOf(hosted)
  const now = deps.clock.now()
  const maxAgeSeconds = sessionSeconds(pool)
  const ssoId = tracksSessions(pool) ? newSessionId("sso") : undefined
  const full: BrowserSession = {
    ...session,
    hash: hashCookie(value),
    createdAt: now,
    expiresAt: now + maxAgeSeconds * 1000,
    ...(ssoId !== undefined && { ssoId }),
  }
  return {
    cookie: formatCookie(hosted, COOKIE, value, { maxAgeSeconds }),
    ssoId,
    async keep(tx) {
      if (before !== undefined) await dropSession(tx, pool, before)
      await insertBrowserSession(tx, pool.id, full)
      if (ssoId !== undefined) await trackBrowserSession(tx, deps, pool, { ...full, id: ssoId })
    },
  }
}

async function dropSession(tx: Writing, pool: UserPool, key: string): Promise<void> {
  await deleteBrowserSession(tx, pool.id, key)
  if (!tracksSessions(pool)) return
  const listed = await findSessionByRef(tx, pool.id, key)
  if (listed) await deleteUserSession(tx, pool.id, listed)
}

/** Ends the browser's session; the cookie that says so. */
export async function endSession(hosted: Hosted): Promise<string> {
  const key = keyOf(hosted)
  const { deps, pool } = hosted
  if (key !== undefined) await deps.store.transact((tx) => dropSession(tx, pool, key))
  return formatCookie(hosted, COOKIE, "", { maxAgeSeconds: 0 })
}
