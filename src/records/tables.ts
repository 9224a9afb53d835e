import type { Migration } from "../store/store.ts"

/**
 * - A row of `log_batches` is what was appended to a shard at once: `count` records from the position `first` on, all of the
 *   time `at`, their bodies one behind the other (`frames.ts`), `size` bytes of them.
 * - `log_checkpoints` says how far a reader of a shard has come, with what it has to remember beside that.
 */
export const migrations: readonly Migration[] = [
  {
    name: "records-1-logs",
    sql: `CREATE TABLE log_batches (
  shard TEXT NOT NULL,
  first BIGINT NOT NULL,
  count BIGINT NOT NULL,
  at BIGINT NOT NULL,
  size BIGINT NOT NULL,
  bodies BYTES NOT NULL,
  PRIMARY KEY (shard, first)
);
CREATE TABLE log_checkpoints (
  shard TEXT NOT NULL,
  reader TEXT NOT NULL,
  position BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (shard, reader)
);
CREATE INDEX log_checkpoints_by_reader ON log_checkpoints (reader)`,
  },
]
