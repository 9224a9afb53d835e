import type { Reading, Writing } from "../store/store.ts"
import { type Claimed, enqueueJob, finishJob } from "./queue.ts"

/** A job that threw too often. It stays here until somebody looks at it. */
export interface GivenUp {
  kind: string
  key: string
  body: unknown
  attempts: number
  /** Milliseconds since the epoch. */
  givenUpAt: number
  reason: string
}

interface GivenUpRow {
  kind: string
  key: string
  body: string
  attempts: number
  given_up_at: number
  reason: string
}

/** What was asked for again while it failed is another matter: that is tried anew. */
export async function giveUpJob(
  tx: Writing,
  job: Claimed,
  owner: string,
  { now, reason }: { now: number; reason: string },
): Promise<void> {
  const { kind, key, body, attempts } = job
  if (!(await finishJob(tx, job, owner))) return
  await tx.run(
    `INSERT INTO work_given_up (kind, key, body, attempts, given_up_at, reason) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body, attempts = excluded.attempts,
       given_up_at = excluded.given_up_at, reason = excluded.reason`,
    kind,
    key,
    body,
    attempts,
    now,
    reason,
  )
}

/** The latest first. */
export async function listGivenUp(tx: Reading, limit: number): Promise<GivenUp[]> {
  const rows = await tx.all<GivenUpRow>(
    "SELECT kind, key, body, attempts, given_up_at, reason FROM work_given_up ORDER BY given_up_at DESC, kind, key LIMIT $1",
    limit,
  )
  return rows.map(({ body, given_up_at, ...row }) => ({ ...row, body: JSON.parse(body), givenUpAt: given_up_at }))
}

/** Back to the queue with at most `limit` of them. */
export async function retryGivenUp(tx: Writing, now: number, limit: number): Promise<number> {
  const jobs = await listGivenUp(tx, limit)
  for (const { kind, key, body } of jobs) {
    await tx.run("DELETE FROM work_given_up WHERE kind = $1 AND key = $2", kind, key)
    await enqueueJob(tx, { kind, key, body }, now)
  }
  return jobs.length
}
