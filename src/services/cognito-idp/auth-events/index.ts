import {
  AdminListUserAuthEventsCommand,
  AdminUpdateAuthEventFeedbackCommand,
  UpdateAuthEventFeedbackCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onUserPool } from "../access.ts"
import { addOnNotEnabled, authEventNotFound, userPoolNotFound } from "../errors.ts"
import { listPage } from "../paging.ts"
import { findUserPool, getUserPool, type UserPool } from "../user-pools/record.ts"
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

/**
 * By the token of a mail about a suspicious sign-in. This server judges no sign-in and sends no such mails, so that no token is
 * good. UNVERIFIED text.
 */
export const UpdateAuthEventFeedback = operation(UpdateAuthEventFeedbackCommand, {
  access: "public",
  async handle({ UserPoolId }, context) {
    const pool = await findUserPool(context.store, UserPoolId)
    if (!pool) throw userPoolNotFound(UserPoolId)
    if (!keepsEvents(pool)) throw addOnNotEnabled()
    throw new WireError("NotAuthorizedException", "Invalid feedback token.")
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
