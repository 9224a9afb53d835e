import type { Migration } from "../store/store.ts"

/**
 * - `has_begun`: a piece of it was done and the next is due; what is asked for again then waits in `next_*` until it is done.
 * - `owner`: the node that has claimed it, or nothing. Its claim is good until `leased_until`.
 * - `attempts`: pieces that were begun since one was done.
 * - `lane`: whom it is for, among the jobs of its kind, or nothing.
 */
export const migrations: readonly Migration[] = [
  {
    name: "work-1-jobs",
    sql: `CREATE TABLE work_jobs (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  due BIGINT NOT NULL,
  body TEXT NOT NULL,
  has_begun BIGINT NOT NULL,
  next_due BIGINT,
  next_body TEXT,
  attempts BIGINT NOT NULL,
  owner TEXT NOT NULL,
  leased_until BIGINT NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE INDEX work_jobs_by_due ON work_jobs (due);
CREATE INDEX work_jobs_by_kind ON work_jobs (kind, due);
CREATE TABLE work_given_up (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  given_up_at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (kind, key)
)`,
  },
  {
    name: "work-2-lanes",
    sql: `ALTER TABLE work_jobs ADD COLUMN lane TEXT NOT NULL DEFAULT '';
CREATE INDEX work_jobs_by_lane ON work_jobs (kind, lane, due)`,
  },
]
