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
  {
    // Records lie by a home of their dataset's, so that a dataset goes to another identity without them; where it is empty,
    // they lie by its first identity and name. `merged_of` is the name that a dataset had before it came by a merge.
    name: "cognito-sync-2-merges",
    sql: `ALTER TABLE csync_datasets ADD COLUMN home TEXT NOT NULL DEFAULT '';
ALTER TABLE csync_datasets ADD COLUMN merged_of TEXT NOT NULL DEFAULT '';
CREATE INDEX csync_datasets_merged ON csync_datasets (identity_id, merged_of, deleted, name);
CREATE INDEX csync_datasets_by_pool ON csync_datasets (pool_id, identity_id, name);
CREATE TABLE csync_identities (
  identity_id TEXT PRIMARY KEY,
  pool_id TEXT NOT NULL,
  datasets BIGINT NOT NULL,
  storage BIGINT NOT NULL,
  modified_at BIGINT NOT NULL
)`,
  },
  {
    name: "cognito-sync-3-devices",
    sql: `CREATE TABLE csync_devices (
  identity_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  platform TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  registered_at BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (identity_id, device_id)
);
CREATE UNIQUE INDEX csync_devices_by_token ON csync_devices (identity_id, platform, token_hash);
CREATE INDEX csync_devices_by_time ON csync_devices (identity_id, registered_at, device_id);
CREATE TABLE csync_subscriptions (
  identity_id TEXT NOT NULL,
  dataset TEXT NOT NULL,
  device_id TEXT NOT NULL,
  PRIMARY KEY (identity_id, dataset, device_id)
);
CREATE INDEX csync_subscriptions_by_device ON csync_subscriptions (identity_id, device_id)`,
  },
  {
    // What is on its way to a stream: each update of a dataset until the stream has it. What is too large for a record of a
    // stream is kept for those who come for it by its URL.
    name: "cognito-sync-4-streams",
    sql: `CREATE TABLE csync_updates (
  identity_id TEXT NOT NULL,
  dataset TEXT NOT NULL,
  sync_count BIGINT NOT NULL,
  size BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (identity_id, dataset, sync_count)
);
CREATE TABLE csync_large_updates (
  id TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL,
  records TEXT NOT NULL
);
CREATE INDEX csync_large_updates_by_time ON csync_large_updates (expires_at, id);
CREATE TABLE csync_bulk_publishes (
  pool_id TEXT PRIMARY KEY,
  body TEXT NOT NULL
)`,
  },
]
