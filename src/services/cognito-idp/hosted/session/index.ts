import { randomBase64Url } from "../../../../base/random.ts"
import type { Writing } from "../../../../store/store.ts"
import { formatCookie } from "../cookies.ts"
import type { Hosted } from "../hosted.ts"
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
  keep(tx: Writing): Promise<void>
}

/**
 * Each sign-in has a new id, so that nobody can have known it before; the session that the browser had is at an end.
 * With a life of 0 there is no session. Source: SetUserPoolClientSessionConfiguration.
 */
export function newSession(
  hosted: Hosted,
  session: Omit<BrowserSession, "hash" | "expiresAt" | "createdAt">,
  lifeSeconds: number,
): NewSession {
  const { deps, pool } = hosted
  const value = randomBase64Url(32)
  const before = keyOf(hosted)
  const now = deps.clock.now()
  const full = { ...session, hash: hashCookie(value), createdAt: now, expiresAt: now + lifeSeconds * 1000 }
  return {
    cookie: formatCookie(hosted, COOKIE, lifeSeconds > 0 ? value : "", { maxAgeSeconds: lifeSeconds }),
    async keep(tx) {
      if (before !== undefined) await deleteBrowserSession(tx, pool.id, before)
      if (lifeSeconds > 0) await insertBrowserSession(tx, pool.id, full)
    },
  }
}

/** Ends the browser's session; the cookie that says so. */
export async function endSession(hosted: Hosted): Promise<string> {
  const key = keyOf(hosted)
  const { deps, pool } = hosted
  if (key !== undefined) await deps.store.transact((tx) => deleteBrowserSession(tx, pool.id, key))
  return formatCookie(hosted, COOKIE, "", { maxAgeSeconds: 0 })
}
