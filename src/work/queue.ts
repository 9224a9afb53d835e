import type { Reading, Writing } from "../store/store.ts"
import type { NewJob } from "./job.ts"

export interface JobName {
  kind: string
  key: string
}

/** A job that waits. */
export interface Due extends JobName {
  lane: string
}

/** A job that this node has claimed. */
export interface Claimed extends Due {
  body: string
  attempts: number
}

/** Who claims, and for how long. */
export interface Claim {
  owner: string
  now: number
  /** 0 where no other node can come between: then nothing stays claimed when this one dies. */
  leaseMilliseconds: number
}

/**
 * Adds a job, or joins the one that is there: a job that waits takes the new body and the earlier of the two times; one that
 * has begun is finished first, and is then done once more as it was asked for last.
 */
export async function enqueueJob(
  tx: Writing,
  { kind, key, body, dueAt, lane = "" }: NewJob,
  now: number,
): Promise<void> {
  const due = dueAt ?? now
  await tx.run(
    `INSERT INTO work_jobs (kind, key, due, body, has_begun, attempts, owner, leased_until, lane)
     VALUES ($1, $2, $3, $4, 0, 0, '', 0, $6)
     ON CONFLICT (kind, key) DO UPDATE SET
       due = CASE WHEN work_jobs.has_begun = 0 AND excluded.due < work_jobs.due THEN excluded.due ELSE work_jobs.due END,
       body = CASE WHEN work_jobs.has_begun = 0 AND $5 = 1 THEN excluded.body ELSE work_jobs.body END,
       next_due = CASE WHEN work_jobs.has_begun = 0 THEN NULL
         WHEN work_jobs.next_due < excluded.due THEN work_jobs.next_due ELSE excluded.due END,
       next_body = CASE WHEN work_jobs.has_begun = 0 THEN NULL
         WHEN $5 = 1 THEN excluded.body ELSE COALESCE(work_jobs.next_body, work_jobs.body) END`,
    kind,
    key,
    due,
    JSON.stringify(body ?? null),
    body === undefined ? 0 : 1,
    lane,
  )
}

/** Adds a job only where there is none. */
export async function ensureJob(tx: Writing, kind: string, due: number): Promise<void> {
  await tx.run(
    `INSERT INTO work_jobs (kind, key, due, body, has_begun, attempts, owner, leased_until)
     VALUES ($1, '', $2, 'null', 0, 0, '', 0) ON CONFLICT DO NOTHING`,
    kind,
    due,
  )
}

/** A lease that ends later than any that could be given now is of a clock that was set back since. */
const FREE = "(leased_until <= $1 OR leased_until > $2)"
const latestLease = ({ now, leaseMilliseconds }: Omit<Claim, "owner">): number => now + 2 * leaseMilliseconds

/** The jobs whose time has come and that nobody does, the longest overdue first. */
export const listDue = (tx: Reading, claim: Omit<Claim, "owner">, limit: number): Promise<Due[]> =>
  tx.all<Due>(
    `SELECT kind, key, lane FROM work_jobs WHERE due <= $1 AND ${FREE} ORDER BY due, kind, key LIMIT $3`,
    claim.now,
    latestLease(claim),
    limit,
  )

/** The same of one kind. */
export const listDueOf = (tx: Reading, kind: string, claim: Omit<Claim, "owner">, limit: number): Promise<Due[]> =>
  tx.all<Due>(
    `SELECT kind, key, lane FROM work_jobs WHERE kind = $4 AND due <= $1 AND ${FREE} ORDER BY due, key LIMIT $3`,
    claim.now,
    latestLease(claim),
    limit,
    kind,
  )

/** The same of one lane of a kind. */
export const listDueOfLane = (
  tx: Reading,
  { kind, lane }: Omit<Due, "key">,
  claim: Omit<Claim, "owner">,
  limit: number,
): Promise<Due[]> =>
  tx.all<Due>(
    `SELECT kind, key, lane FROM work_jobs WHERE kind = $4 AND lane = $5 AND due <= $1 AND ${FREE}
     ORDER BY due, key LIMIT $3`,
    claim.now,
    latestLease(claim),
    limit,
    kind,
    lane,
  )

/** The lane that comes after another; undefined behind the last. */
export async function findLaneAfter(tx: Reading, kind: string, lane: string): Promise<string | undefined> {
  const row = await tx.get<{ lane: string }>(
    "SELECT lane FROM work_jobs WHERE kind = $1 AND lane > $2 ORDER BY lane LIMIT 1",
    kind,
    lane,
  )
  return row?.lane
}

/** A job that waits for its time and that nobody does. */
export const findWaiting = (
  tx: Reading,
  { kind, key }: JobName,
  claim: Omit<Claim, "owner">,
): Promise<Due | undefined> =>
  tx.get<Due>(
    `SELECT kind, key, lane FROM work_jobs WHERE kind = $3 AND key = $4 AND ${FREE}`,
    claim.now,
    latestLease(claim),
    kind,
    key,
  )

/** Whether a job of these kinds is due, be it under way or not. */
export async function isAnyDue(tx: Reading, kinds: readonly string[], now: number): Promise<boolean> {
  for (const kind of kinds)
    if (await tx.get("SELECT key FROM work_jobs WHERE kind = $1 AND due <= $2 LIMIT 1", kind, now)) return true
  return false
}

/** The next time at which a job comes due. */
export async function findNextDue(tx: Reading, now: number): Promise<number | undefined> {
  const row = await tx.get<{ due: number }>("SELECT due FROM work_jobs WHERE due > $1 ORDER BY due LIMIT 1", now)
  return row?.due
}

/** Undefined where another node was faster. What is due later than `latest` is left where it is. */
export const claimJob = (
  tx: Writing,
  { kind, key }: JobName,
  claim: Claim,
  latest = claim.now,
): Promise<Claimed | undefined> =>
  tx.get<Claimed>(
    `UPDATE work_jobs SET owner = $3, leased_until = $4, has_begun = 1, attempts = attempts + 1
     WHERE kind = $5 AND key = $6 AND due <= $7 AND ${FREE} RETURNING kind, key, lane, body, attempts`,
    claim.now,
    latestLease(claim),
    claim.owner,
    claim.now + claim.leaseMilliseconds,
    kind,
    key,
    latest,
  )

/** False where the lease ran out and another node has the job. */
export const renewLease = async (tx: Writing, { kind, key }: JobName, claim: Claim): Promise<boolean> =>
  (await tx.run(
    "UPDATE work_jobs SET leased_until = $4 WHERE kind = $1 AND key = $2 AND owner = $3",
    kind,
    key,
    claim.owner,
    claim.now + claim.leaseMilliseconds,
  )) > 0

/** Keeps what the next piece begins with. False where another node has the job. */
export const saveProgress = async (tx: Writing, { kind, key, body }: Claimed, claim: Claim): Promise<boolean> =>
  (await tx.run(
    "UPDATE work_jobs SET body = $4, attempts = 1, leased_until = $5 WHERE kind = $1 AND key = $2 AND owner = $3",
    kind,
    key,
    claim.owner,
    body,
    claim.now + claim.leaseMilliseconds,
  )) > 0

/** What was done is gone, or begins anew where it was asked for meanwhile. False where another node has the job. */
export async function finishJob(tx: Writing, job: JobName, owner: string): Promise<boolean> {
  const { kind, key } = job
  const gone = await tx.run(
    "DELETE FROM work_jobs WHERE kind = $1 AND key = $2 AND owner = $3 AND next_due IS NULL",
    kind,
    key,
    owner,
  )
  return gone > 0 || (await restart(tx, job, owner)) > 0
}

const restart = (tx: Writing, { kind, key }: JobName, owner: string): Promise<number> =>
  tx.run(
    `UPDATE work_jobs SET due = next_due, body = next_body, next_due = NULL, next_body = NULL,
       has_begun = 0, attempts = 0, owner = '', leased_until = 0
     WHERE kind = $1 AND key = $2 AND owner = $3 AND next_due IS NOT NULL`,
    kind,
    key,
    owner,
  )

/** Puts a job that had no more to do for now back in the queue, or begins it anew where it was asked for meanwhile. */
export async function postponeJob(tx: Writing, job: Claimed, owner: string, due: number): Promise<void> {
  const { kind, key, body } = job
  if ((await restart(tx, job, owner)) > 0) return
  await tx.run(
    `UPDATE work_jobs SET due = $4, body = $5, has_begun = 0, attempts = 0, owner = '', leased_until = 0
     WHERE kind = $1 AND key = $2 AND owner = $3`,
    kind,
    key,
    owner,
    due,
    body,
  )
}

/** Gives a job that is not done back: at `due` it goes on where it is. */
export async function releaseJob(tx: Writing, job: Claimed, owner: string, due: number, attempts: number) {
  await tx.run(
    `UPDATE work_jobs SET due = $4, attempts = $5, owner = '', leased_until = 0
     WHERE kind = $1 AND key = $2 AND owner = $3`,
    job.kind,
    job.key,
    owner,
    due,
    attempts,
  )
}

/** Where the clock was set back: nothing that should be due by `latest` comes due later. */
export async function pullForward(tx: Writing, kind: string, latest: number): Promise<void> {
  await tx.run("UPDATE work_jobs SET due = $2 WHERE kind = $1 AND due > $2", kind, latest)
}

export async function pullRetriesForward(tx: Writing, latest: number): Promise<void> {
  await tx.run("UPDATE work_jobs SET due = $1 WHERE attempts > 0 AND due > $1", latest)
}
