import type { Reading, Writing } from "../../../store/store.ts"
import type { Quota } from "../settings.ts"

/** Whose calls of which plan are counted. */
export interface Metered {
  planId: string
  keyId: string
}

const DAY_MILLISECONDS = 86_400_000

/** The day of a moment in UTC: `2026-01-31`. */
export const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`)
export const nextDay = (day: string): string => dayOf(startOfDay(day) + DAY_MILLISECONDS)

/**
 * The first day of the period of a quota that a day is in: itself, the first of its month, or its week's Sunday (UNVERIFIED:
 * where weeks begin).
 */
export function periodStart(period: Quota["period"], day: string): string {
  if (period === "DAY") return day
  if (period === "MONTH") return `${day.slice(0, 7)}-01`
  return dayOf(startOfDay(day) - new Date(startOfDay(day)).getUTCDay() * DAY_MILLISECONDS)
}

/** Adds calls that were let through. */
export async function addUsage(tx: Writing, { planId, keyId }: Metered, day: string, calls: number): Promise<void> {
  await tx.run(
    `INSERT INTO apigateway_usage (plan_id, key_id, day, used, granted) VALUES ($1, $2, $3, $4, 0)
     ON CONFLICT (plan_id, key_id, day) DO UPDATE SET used = apigateway_usage.used + excluded.used`,
    planId,
    keyId,
    day,
    calls,
  )
}

/** Of each day from `from` to `to`, both of them, on which there was something; in their order. */
export async function readUsage(
  tx: Reading,
  { planId, keyId }: Metered,
  from: string,
  to: string,
): Promise<DayOfUsage[]> {
  const rows = await tx.all<{ day: string; used: number | bigint; granted: number | bigint }>(
    `SELECT day, used, granted FROM apigateway_usage
     WHERE plan_id = $1 AND key_id = $2 AND day >= $3 AND day <= $4 ORDER BY day`,
    planId,
    keyId,
    from,
    to,
  )
  return rows.map(({ day, used, granted }) => ({ day, used: Number(used), granted: Number(granted) }))
}

export interface DayOfUsage {
  day: string
  /** Calls that were let through. */
  used: number
  /** Calls that UpdateUsage gave beyond the limit, or took where it is below zero: of the whole period. */
  granted: number
}

/** How many calls the quota leaves of its period on a day, after those of `days`, which are the period's up to then. */
export function remainingOf(quota: Quota, isFirstPeriod: boolean, days: readonly DayOfUsage[]): number {
  const limit = quota.limit - (isFirstPeriod ? quota.offset : 0)
  return days.reduce((left, { used, granted }) => left + granted - used, limit)
}

/** Gives calls beyond the limit of the period that a day is in. */
export async function grantUsage(tx: Writing, { planId, keyId }: Metered, day: string, calls: number): Promise<void> {
  await tx.run(
    `INSERT INTO apigateway_usage (plan_id, key_id, day, used, granted) VALUES ($1, $2, $3, 0, $4)
     ON CONFLICT (plan_id, key_id, day) DO UPDATE SET granted = apigateway_usage.granted + excluded.granted`,
    planId,
    keyId,
    day,
    calls,
  )
}
