import {
  AdminListUserSessionsCommand,
  AdminRevokeUserSessionCommand,
  ListUserSessionsCommand,
  RevokeUserSessionCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { ownSession, sessionsNotTracked } from "../errors.ts"
import { listPage } from "../paging.ts"
import { getSignedInUser } from "../tokens/access-token.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { getUser } from "../users/record.ts"
import { describeSession, findUserSession, isAlive, listUserSessions, type UserSession } from "./record.ts"
import { revokeUserSession } from "./revoke.ts"
import { tracksSessions } from "./track.ts"

const PAGE = 60

export const ListUserSessions = operation(ListUserSessionsCommand, {
  access: "accessToken",
  async handle({ AccessToken, NextToken }, context) {
    const { pool, user, eventId } = await getSignedInUser(context, AccessToken)
    return list(context, pool, user.sub, NextToken, eventId)
  },
})

export const AdminListUserSessions = operation(AdminListUserSessionsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, NextToken }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const { sub } = await context.store.read((tx) => getUser(tx, pool, Username))
    return list(context, pool, sub, NextToken)
  },
})

async function list(
  { store, clock, masterKey }: CallContext,
  pool: UserPool,
  sub: string,
  token: string | undefined,
  eventId?: string,
) {
  if (!tracksSessions(pool)) throw sessionsNotTracked()
  const { items, next } = await listPage(
    masterKey,
    { about: `sessions ${pool.id} ${sub}`, token, limit: PAGE },
    ({ id }: UserSession) => id,
    (after, count) => store.read((tx) => listUserSessions(tx, pool.id, sub, after, count)),
  )
  const now = clock.now()
  const alive = await store.read(async (tx) => {
    const found: UserSession[] = []
    for (const one of items) if (await isAlive(tx, pool.id, one, now)) found.push(one)
    return found
  })
  return { Sessions: alive.map((one) => describeSession(one, eventId)), NextToken: next }
}

export const RevokeUserSession = operation(RevokeUserSessionCommand, {
  access: "accessToken",
  async handle({ AccessToken, SessionId: id, RevokeAssociatedSessions }, context) {
    const { pool, user, eventId } = await getSignedInUser(context, AccessToken)
    if (!tracksSessions(pool)) throw sessionsNotTracked()
    const { sub } = user
    await context.store.transact(async (tx) => {
      if ((await findUserSession(tx, pool.id, sub, id))?.ref === eventId) throw ownSession()
      await revokeUserSession(tx, pool, { sub, id, linked: RevokeAssociatedSessions === "LINKED" })
    })
    return {}
  },
})

export const AdminRevokeUserSession = operation(AdminRevokeUserSessionCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, SessionId: id, RevokeAssociatedSessions }, context) {
    const pool = await getUserPool(UserPoolId, context)
    if (!tracksSessions(pool)) throw sessionsNotTracked()
    await context.store.transact(async (tx) => {
      const { sub } = await getUser(tx, pool, Username)
      await revokeUserSession(tx, pool, { sub, id, linked: RevokeAssociatedSessions === "LINKED" })
    })
    return {}
  },
})
