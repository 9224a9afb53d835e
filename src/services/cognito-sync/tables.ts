import type { Migration } from "../../store/store.ts"

export const migrations: readonly Migration[] = [
  {
    // A dataset that was deleted stays for a while with its counter, so that other devices learn of it; a record that was
    // removed stays without a value. What a pool uses is counted in shards, lest its identities wait for each other.
    name: "cognito-sync-1-datasets",
    sql: `CREATE TABLE csync_datasets (
  identity_id TEXT NOT NULL,
  name TEXT NOT NULL,
  pool_id TEXT NOT NULL,
  deleted BIGINT NOT NULL,
  sync_count BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (identity_id, name)
);
CREATE INDEX csync_datasets_deleted ON csync_datasets (identity_id, deleted, modified_at);
CREATE TABLE csync_records (
  identity_id TEXT NOT NULL,
  dataset TEXT NOT NULL,
  record_key TEXT NOT NULL,
  sync_count BIGINT NOT NULL,
  removed BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (identity_id, dataset, record_key)
);
CREATE INDEX csync_records_by_count ON csync_records (identity_id, dataset, sync_count, record_key);
CREATE INDEX csync_records_removed ON csync_records (identity_id, dataset, removed, sync_count);
CREATE TABLE csync_usage (
  pool_id TEXT NOT NULL,
  shard BIGINT NOT NULL,
  sessions BIGINT NOT NULL,
  storage BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  PRIMARY KEY (pool_id, shard)
);
CREATE TABLE csync_pools (
  pool_id TEXT PRIMARY KEY,
  body TEXT NOT NULL
)`,
  },
]
