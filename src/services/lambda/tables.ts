import type { Migration } from "../../store/store.ts"

export const migrations: readonly Migration[] = [
  {
    // Of each function its versions; version 0 is $LATEST, which is there for as long as the function is. Numbers of
    // versions are given once: the function's record counts them.
    name: "lambda-1-functions",
    sql: `CREATE TABLE lambda_functions (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, name)
);
CREATE TABLE lambda_versions (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, name, version)
);
CREATE TABLE lambda_aliases (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  alias TEXT NOT NULL,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, name, alias)
);
CREATE INDEX lambda_aliases_by_version ON lambda_aliases (account, region, name, version, alias)`,
  },
]
