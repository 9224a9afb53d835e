import type { Migration } from "../../store/store.ts"

export const migrations: readonly Migration[] = [
  {
    // Shards and consumers hang on the stream's id, so that one that is made anew by the same name is another. Hash keys are 32
    // digits of hexadecimal, so that they are ordered as they are. `closed` is the time (0 of an open shard), `ended` the
    // position behind its last record; `parent` and `adjacent` are numbers of shards, or -1.
    name: "kinesis-1-create",
    sql: `CREATE TABLE kinesis_streams (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  open_shards BIGINT NOT NULL,
  on_demand BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, name)
);
CREATE UNIQUE INDEX kinesis_streams_by_id ON kinesis_streams (id);
CREATE TABLE kinesis_shards (
  stream_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  closed BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  parent BIGINT NOT NULL,
  adjacent BIGINT NOT NULL,
  created BIGINT NOT NULL,
  first_hash TEXT NOT NULL,
  last_hash TEXT NOT NULL,
  PRIMARY KEY (stream_id, number)
);
CREATE INDEX kinesis_shards_by_state ON kinesis_shards (stream_id, closed, number);
CREATE INDEX kinesis_shards_by_parent ON kinesis_shards (stream_id, parent);
CREATE INDEX kinesis_shards_by_adjacent ON kinesis_shards (stream_id, adjacent);
CREATE TABLE kinesis_consumers (
  stream_id TEXT NOT NULL,
  name TEXT NOT NULL,
  created BIGINT NOT NULL,
  status TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (stream_id, name)
);
CREATE TABLE kinesis_accounts (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region)
)`,
  },
  {
    // Whose subscription to a shard it is at present, by the name of consumer and shard.
    name: "kinesis-2-subscriptions",
    sql: `CREATE TABLE kinesis_subscriptions (
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  begun BIGINT NOT NULL,
  PRIMARY KEY (name)
);
CREATE INDEX kinesis_subscriptions_by_time ON kinesis_subscriptions (begun)`,
  },
]
