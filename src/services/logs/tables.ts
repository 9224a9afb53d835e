import type { Migration } from "../../store/store.ts"

export const migrations: readonly Migration[] = [
  {
    // Streams and events hang on ids, so that what was deleted and made again by the same name is empty at once, while
    // its rows are removed in the background. An event's `seq` is unique, and orders those of one moment as they came.
    name: "logs-1-create",
    sql: `CREATE TABLE logs_groups (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, name)
);
CREATE UNIQUE INDEX logs_groups_by_id ON logs_groups (id);
CREATE TABLE logs_streams (
  group_id TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  created BIGINT NOT NULL,
  first_event BIGINT NOT NULL,
  last_event BIGINT NOT NULL,
  last_ingestion BIGINT NOT NULL,
  PRIMARY KEY (group_id, name)
);
CREATE UNIQUE INDEX logs_streams_by_id ON logs_streams (id);
CREATE INDEX logs_streams_by_last_event ON logs_streams (group_id, last_event, name);
CREATE TABLE logs_events (
  stream_id TEXT NOT NULL,
  time BIGINT NOT NULL,
  seq TEXT NOT NULL,
  group_id TEXT NOT NULL,
  ingested BIGINT NOT NULL,
  size BIGINT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (stream_id, time, seq)
);
CREATE INDEX logs_events_by_group ON logs_events (group_id, time, seq)`,
  },
]
