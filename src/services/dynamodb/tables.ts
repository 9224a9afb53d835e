import type { Migration } from "../../store/store.ts"

/**
 * What belongs to a table is keyed by its id, so that a new table of the same name begins empty. `pk` and `sk` are keys in
 * bytes that sort as their values do (`values/key-bytes.ts`); `size` is the item's size as DynamoDB counts it.
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
]
