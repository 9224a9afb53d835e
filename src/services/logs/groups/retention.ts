import type { Store, Writing } from "../../../store/store.ts"
import { again, type Job, later, type Worker } from "../../../work/job.ts"
import { type Removal, removalWorker, removeRows } from "../../../work/removal.ts"
import { invalidParameter } from "../errors.ts"
import { type Group, listGroupsById } from "./record.ts"

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

/** API Reference, PutRetentionPolicy. */
const DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

/** UNVERIFIED: that the text is that of an enumeration. */
export function assertRetention(days: number): void {
  if (DAYS.includes(days)) return
  throw invalidParameter(
    `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${DAYS.join(", ")}]`,
  )
}

/** Events from before then have expired, whether they are removed yet or not. */
export const oldestKept = ({ retentionInDays }: Group, now: number): number =>
  retentionInDays === undefined ? 0 : Math.max(now - retentionInDays * DAY_MILLISECONDS, 0)

const GROUPS_AT_ONCE = 100
/** API Reference, PutRetentionPolicy: expired events are deleted within 72 hours. */
const SWEEP_MILLISECONDS = 60 * 60 * 1000

/** Removes what has expired, a few rows of one group after the other. */
export const expiryWork: Worker<{ store: Store; clock: { now(): number } }> = {
  everyMilliseconds: SWEEP_MILLISECONDS,
  async run({ body }: Job, { store, clock }) {
    const after = typeof body === "string" ? body : ""
    const groups = await store.read((tx) => listGroupsById(tx, after, GROUPS_AT_ONCE))
    for (const group of groups) {
      if (group.retentionInDays === undefined) continue
      const isMore = await store.transact((tx) => removeExpired(tx, group, clock.now()))
      if (isMore) return again(after)
    }
    const last = groups.at(-1)
    // The next sweep begins with the first group again.
    return groups.length === GROUPS_AT_ONCE && last ? again(last.id) : later(clock.now() + SWEEP_MILLISECONDS, "")
  },
}

const removeExpired = (tx: Writing, group: Group, now: number): Promise<boolean> =>
  removeRows(tx, {
    table: "logs_events",
    key: "stream_id, time, seq",
    where: "group_id = $1 AND time < $2",
    values: [group.id, oldestKept(group, now)],
  })

const contentsOf = (groupId: string): Removal[] => [
  { table: "logs_events", key: "stream_id, time, seq", where: "group_id = $1", values: [groupId] },
  { table: "logs_streams", key: "group_id, name", where: "group_id = $1", values: [groupId] },
]

/** Of a group that was deleted; the key is its id. */
export const groupRemoval = removalWorker(({ key }) => contentsOf(key))
