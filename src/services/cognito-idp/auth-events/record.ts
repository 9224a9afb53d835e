import type {
  AuthEventType,
  ChallengeName,
  EventFeedbackType,
  EventResponseType,
  EventType,
} from "@aws-sdk/client-cognito-identity-provider"
import { randomUUID } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { removeRows } from "../../../work/removal.ts"
import type { UserPool } from "../user-pools/record.ts"

/** Something that a user did, as AdminListUserAuthEvents tells it. Times are milliseconds since the epoch. */
export interface AuthEvent {
  eventId: string
  type: EventType
  response: EventResponseType
  time: number
  ipAddress: string
  /** What the user was asked for. */
  challenge: ChallengeName
  feedback?: { value: "Valid" | "Invalid"; provider: string; time: number }
}

interface EventRow {
  id: string
  body: string
}

/** Source: "Viewing and exporting user event history": kept for two years. */
const KEPT_MILLISECONDS = 2 * 365 * 86_400_000

/** Later is smaller, so that an index lists the last event first. */
const keyAt = (time: number): string => String(9_000_000_000_000_000 - time).padStart(16, "0")

export const eventKey = ({ time, eventId }: Pick<AuthEvent, "time" | "eventId">): string => `${keyAt(time)}-${eventId}`

/** Whether a pool keeps events: those with threat protection do. Source: AdminListUserAuthEvents. */
export const keepsEvents = ({ settings }: UserPool): boolean =>
  (settings.UserPoolAddOns?.AdvancedSecurityMode ?? "OFF") !== "OFF"

/** Nobody's is not kept: it goes at once, where a user's oldest go. */
export async function recordEvent(
  tx: Writing,
  { clock, request }: Pick<CallContext, "clock" | "request">,
  pool: UserPool,
  sub: string,
  event: Pick<AuthEvent, "type" | "response" | "challenge"> & { eventId?: string },
  { isKept = true } = {},
): Promise<void> {
  if (!keepsEvents(pool)) return
  const time = clock.now()
  const whole = { eventId: randomUUID(), ...event, time, ipAddress: request.remoteAddress }
  await putEvent(tx, pool.id, sub, whole)
  await removeRows(tx, {
    table: "idp_auth_events",
    key: "pool_id, sub, id",
    where: "pool_id = $1 AND sub = $2 AND id > $3",
    values: [pool.id, sub, isKept ? keyAt(Math.max(0, time - KEPT_MILLISECONDS)) : ""],
  })
}

export async function putEvent(tx: Writing, poolId: string, sub: string, event: AuthEvent): Promise<void> {
  await tx.run(
    `INSERT INTO idp_auth_events (pool_id, sub, id, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (pool_id, sub, id) DO UPDATE SET body = excluded.body`,
    poolId,
    sub,
    eventKey(event),
    JSON.stringify(event),
  )
}

export const listEvents = async (
  tx: Reading,
  poolId: string,
  sub: string,
  after: string,
  count: number,
): Promise<AuthEvent[]> =>
  (
    await tx.all<EventRow>(
      "SELECT id, body FROM idp_auth_events WHERE pool_id = $1 AND sub = $2 AND id > $3 ORDER BY id LIMIT $4",
      poolId,
      sub,
      after,
      count,
    )
  ).map(({ body }) => JSON.parse(body))

/** No sign-in is rated here: there is never a risk. */
export const describeEvent = ({ feedback, ...event }: AuthEvent): AuthEventType => ({
  EventId: event.eventId,
  EventType: event.type,
  CreationDate: new Date(event.time),
  EventResponse: event.response,
  EventRisk: { RiskDecision: "NoRisk", CompromisedCredentialsDetected: false },
  ChallengeResponses: [
    { ChallengeName: event.challenge, ChallengeResponse: event.response === "Fail" ? "Failure" : "Success" },
  ],
  EventContextData: { IpAddress: event.ipAddress },
  ...(feedback && { EventFeedback: describeFeedback(feedback) }),
})

const describeFeedback = ({ value, provider, time }: NonNullable<AuthEvent["feedback"]>): EventFeedbackType => ({
  FeedbackValue: value,
  Provider: provider,
  FeedbackDate: new Date(time),
})
