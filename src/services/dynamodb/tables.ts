import type { Migration } from "../../store/store.ts"

/**
 * What belongs to a table is keyed by its id, so that a new table of the same name begins empty. `pk` and `sk` are keys in
 * bytes that sort as their values do (`values/key-bytes.ts`); `size` is the item's size as DynamoDB counts it. `ddb_counts` is what a
 * large table held when it was last counted (`tables/contents.ts`).
 */
export const migrations: readonly Migration[] = [
  {
    name: "dynamodb-1-tables",
    sql: `
CREATE TABLE ddb_tables (
  account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (account, region, name));
CREATE TABLE ddb_items (
  table_id TEXT NOT NULL, pk BYTES NOT NULL, sk BYTES NOT NULL, size BIGINT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (table_id, pk, sk));
CREATE TABLE ddb_index_items (
  table_id TEXT NOT NULL, index_name TEXT NOT NULL, pk BYTES NOT NULL, sk BYTES NOT NULL,
  item_pk BYTES NOT NULL, item_sk BYTES NOT NULL,
  PRIMARY KEY (table_id, index_name, pk, sk, item_pk, item_sk));
CREATE TABLE ddb_request_tokens (
  account TEXT NOT NULL, region TEXT NOT NULL, token TEXT NOT NULL, at BIGINT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (account, region, token));
CREATE INDEX ddb_request_tokens_by_time ON ddb_request_tokens (at)`,
  },
  {
    name: "dynamodb-2-counts",
    sql: "CREATE TABLE ddb_counts (table_id TEXT PRIMARY KEY, counted_at BIGINT NOT NULL, body TEXT NOT NULL)",
  },
  {
    // Tables whose time to live was enabled before there was work in the background.
    name: "dynamodb-3-expiry",
    sql: `
INSERT INTO work_jobs (kind, key, due, body, has_begun, attempts, owner, leased_until)
SELECT 'dynamodb:expire', id, 0, '{"account":"' || account || '","region":"' || region || '","name":"' || name || '"}',
  0, 0, '', 0
FROM ddb_tables WHERE body LIKE '%"timeToLive":"%'`,
  },
  {
    name: "dynamodb-4-streams",
    sql: `CREATE TABLE ddb_streams (
  account TEXT NOT NULL, region TEXT NOT NULL, table_name TEXT NOT NULL, label TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (account, region, table_name, label))`,
  },
]
