import type { Migration } from "../../store/store.ts"

export const migrations: readonly Migration[] = [
  {
    // Records are of one shape (collection.ts): whose it is, what it is, which it is. What has an id that is unique whoever
    // owns it (an API, a key, a domain name) is found by that id as well. Usage is counted by day (UTC): `day` is 2026-01-31.
    name: "apigateway-1-records",
    sql: `CREATE TABLE apigateway_records (
  owner TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (owner, kind, id)
);
CREATE INDEX apigateway_records_by_id ON apigateway_records (kind, id);
CREATE TABLE apigateway_usage (
  plan_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  day TEXT NOT NULL,
  used BIGINT NOT NULL,
  granted BIGINT NOT NULL,
  PRIMARY KEY (plan_id, key_id, day)
)`,
  },
]
