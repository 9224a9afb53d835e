import {
  AdminListUserAuthEventsCommand,
  AdminUpdateAuthEventFeedbackCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { addOnNotEnabled, authEventNotFound } from "../errors.ts"
import { listPage } from "../paging.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { getUser } from "../users/record.ts"
import { type AuthEvent, describeEvent, eventKey, keepsEvents, listEvents, putEvent } from "./record.ts"

const LIST_LIMIT = 60

async function getKeepingPool(id: string, context: CallContext): Promise<UserPool> {
  const pool = await getUserPool(id, context)
  if (!keepsEvents(pool)) throw addOnNotEnabled()
  return pool
}

/** The last one first. */
export const AdminListUserAuthEvents = operation(AdminListUserAuthEventsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, MaxResults, NextToken }, context) {
    const { store, masterKey } = context
    const pool = await getKeepingPool(UserPoolId, context)
    const { sub } = await store.read((tx) => getUser(tx, pool, Username))
    const { items, next } = await listPage(
      masterKey,
      { about: `events ${pool.id} ${sub}`, token: NextToken, limit: MaxResults || LIST_LIMIT },
      (event: AuthEvent) => eventKey(event),
      (after, count) => store.read((tx) => listEvents(tx, pool.id, sub, after, count)),
    )
    return { AuthEvents: items.map(describeEvent), NextToken: next }
  },
})

export const AdminUpdateAuthEventFeedback = operation(AdminUpdateAuthEventFeedbackCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, EventId, FeedbackValue }, context) {
    const pool = await getKeepingPool(UserPoolId, context)
    const time = context.clock.now()
    await context.store.transact(async (tx) => {
      const { sub } = await getUser(tx, pool, Username)
      const row = await tx.get<{ body: string }>(
        "SELECT body FROM idp_auth_events WHERE pool_id = $1 AND sub = $2 AND substr(id, 18) = $3",
        pool.id,
        sub,
        EventId,
      )
      if (!row) throw authEventNotFound()
      const event: AuthEvent = JSON.parse(row.body)
      await putEvent(tx, pool.id, sub, { ...event, feedback: { value: FeedbackValue, provider: "Admin", time } })
    })
    return {}
  },
})
