import type { Writing } from "../../../store/store.ts"
import { userSessionNotFound } from "../errors.ts"
import { deleteBrowserSession } from "../hosted/session/record.ts"
import { revokeSignIn } from "../tokens/refresh-tokens.ts"
import type { UserPool } from "../user-pools/record.ts"
import { deleteUserSession, findUserSession, isTokenSession, listUserSessions, type UserSession } from "./record.ts"

const TOKEN_SESSIONS_AT_MOST = 101

async function end(tx: Writing, pool: UserPool, session: UserSession): Promise<void> {
  if (isTokenSession(session)) await revokeSignIn(tx, pool.id, session.ref)
  else await deleteBrowserSession(tx, pool.id, session.ref)
  await deleteUserSession(tx, pool.id, session)
}

/** Ends a session, and with `LINKED` the browser's session that it came of, or those that came of it. */
export async function revokeUserSession(
  tx: Writing,
  pool: UserPool,
  { sub, id, linked }: { sub: string; id: string; linked: boolean },
): Promise<void> {
  const session = await findUserSession(tx, pool.id, sub, id)
  if (!session) throw userSessionNotFound()
  await end(tx, pool, session)
  if (!linked) return
  if (!isTokenSession(session)) {
    const all = await listUserSessions(tx, pool.id, sub, "tkn", TOKEN_SESSIONS_AT_MOST)
    for (const one of all) if (one.originId === id) await end(tx, pool, one)
  } else if (session.originId !== undefined) {
    const origin = await findUserSession(tx, pool.id, sub, session.originId)
    if (origin) await end(tx, pool, origin)
  }
}
