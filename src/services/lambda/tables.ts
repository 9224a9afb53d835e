import type { Migration } from "../../store/store.ts"

export const migrations: readonly Migration[] = [
  {
    // A function has an id, by which all that is its own is found: its name is free as soon as its row is gone, and the
    // rest goes in pieces. Version 0 is $LATEST. Numbers of versions are given once: the function's record counts them.
    // An alias' `additional` is the version that a share of its calls goes to; 0 is none. A body of code stays for as long as one of its users is listed: versions, versions' layers, layers' versions.
    name: "lambda-1-functions",
    sql: `CREATE TABLE lambda_functions (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, name)
);
CREATE UNIQUE INDEX lambda_functions_by_id ON lambda_functions (id);
CREATE TABLE lambda_versions (
  function_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (function_id, version)
);
CREATE TABLE lambda_aliases (
  function_id TEXT NOT NULL,
  alias TEXT NOT NULL,
  version BIGINT NOT NULL,
  additional BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (function_id, alias)
);
CREATE INDEX lambda_aliases_by_version ON lambda_aliases (function_id, version, alias);
CREATE INDEX lambda_aliases_by_additional ON lambda_aliases (function_id, additional, alias);
CREATE TABLE lambda_code_users (
  code_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (code_id, user_id)
)`,
  },
  {
    // A policy is of a function as a whole (the empty qualifier), of a version or of an alias.
    name: "lambda-access-1-policies",
    sql: `CREATE TABLE lambda_policies (
  function_id TEXT NOT NULL,
  qualifier TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (function_id, qualifier)
)`,
  },
  {
    // Numbers of versions are given once, so a layer without versions is kept, and not listed.
    name: "lambda-1-layers",
    sql: `CREATE TABLE lambda_layers (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  next_version BIGINT NOT NULL,
  listed BIGINT NOT NULL,
  PRIMARY KEY (account, region, name)
);
CREATE INDEX lambda_layers_listed ON lambda_layers (account, region, listed, name);
CREATE TABLE lambda_layer_versions (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, name, version)
)`,
  },
  {
    name: "lambda-invoke-1-event-settings",
    sql: `CREATE TABLE lambda_event_settings (
  function_id TEXT NOT NULL,
  qualifier TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (function_id, qualifier)
)`,
  },
  {
    // What a function keeps of its account's executions: as a whole (the empty kind), or by a version or an alias.
    name: "lambda-access-2-executions",
    sql: `CREATE TABLE lambda_executions (
  function_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  executions BIGINT NOT NULL,
  PRIMARY KEY (function_id, kind)
);
CREATE INDEX lambda_executions_by_account ON lambda_executions (account, region)`,
  },
  {
    name: "lambda-access-3-code-signing",
    sql: `CREATE TABLE lambda_code_signing (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, id)
);
CREATE TABLE lambda_code_signed (
  function_id TEXT NOT NULL,
  function_name TEXT NOT NULL,
  config_id TEXT NOT NULL,
  PRIMARY KEY (function_id)
);
CREATE INDEX lambda_code_signed_by_config ON lambda_code_signed (config_id, function_name)`,
  },
  {
    // A mapping outlives its function.
    name: "lambda-access-4-mappings",
    sql: `CREATE TABLE lambda_mappings (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  uuid TEXT NOT NULL,
  function_arn TEXT NOT NULL,
  source_arn TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, uuid)
);
CREATE INDEX lambda_mappings_by_function ON lambda_mappings (account, region, function_arn, uuid);
CREATE INDEX lambda_mappings_by_source ON lambda_mappings (account, region, source_arn, uuid)`,
  },
  {
    // A URL is of a function as a whole (the empty alias) or of an alias, which need not be there any more.
    name: "lambda-access-5-urls",
    sql: `CREATE TABLE lambda_urls (
  url_id TEXT NOT NULL,
  function_id TEXT NOT NULL,
  alias TEXT NOT NULL,
  owner TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (url_id)
);
CREATE UNIQUE INDEX lambda_urls_by_function ON lambda_urls (function_id, alias)`,
  },
  {
    name: "lambda-access-6-provisioned",
    sql: `CREATE TABLE lambda_provisioned (
  function_id TEXT NOT NULL,
  qualifier TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (function_id, qualifier)
)`,
  },
  {
    name: "lambda-access-7-mappings-of-both",
    sql: "CREATE INDEX lambda_mappings_by_both ON lambda_mappings (account, region, function_arn, source_arn, uuid)",
  },
  {
    // So many of a function's reserved executions are a process's for a while. Processes are few, and so are its rows.
    name: "lambda-leases-1",
    sql: `CREATE TABLE lambda_leases (
  function_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  places BIGINT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (function_id, owner)
);
CREATE INDEX lambda_leases_by_owner ON lambda_leases (owner)`,
  },
  {
    // What a mapping reads: a row for each shard of its source that it knows. `shard_key` is the shard's in the room of records, where the
    // checkpoints are; each of its `lanes` has one, and an `epoch` ends what the lanes of before are still at. `status`: 0 waits, 1 is read, 2 is read to its end.
    name: "lambda-event-sources-1-pollers",
    sql: `ALTER TABLE lambda_mappings ADD COLUMN result TEXT NOT NULL DEFAULT '';
CREATE TABLE lambda_pollers (
  mapping TEXT NOT NULL,
  shard TEXT NOT NULL,
  shard_key TEXT NOT NULL,
  lanes BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  status BIGINT NOT NULL,
  parents TEXT NOT NULL,
  PRIMARY KEY (mapping, shard)
);
CREATE INDEX lambda_pollers_by_shard ON lambda_pollers (shard_key, mapping)`,
  },
]
