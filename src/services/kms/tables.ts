import type { Migration } from "../../store/store.ts"

export const migrations: readonly Migration[] = [
  {
    // Ids of keys are unique among all accounts and regions. What a key encrypts with is sealed, one row for each of its
    // versions. The grantee and the retiring principal are as policies keep principals: users and roles by their ids. The source is the resource
    // that the grantee has to act for, or the empty text.
    name: "kms-1-keys",
    sql: `CREATE TABLE kms_keys (
  key_id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX kms_keys_by_account ON kms_keys (account, region, key_id);
CREATE TABLE kms_material (
  key_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  sealed BYTES NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (key_id, version)
);
CREATE TABLE kms_aliases (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, name)
);
CREATE INDEX kms_aliases_by_key ON kms_aliases (key_id, name);
CREATE TABLE kms_grants (
  key_id TEXT NOT NULL,
  grant_id TEXT NOT NULL,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  grantee TEXT NOT NULL,
  source TEXT NOT NULL,
  retiring TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (key_id, grant_id)
);
CREATE UNIQUE INDEX kms_grants_by_id ON kms_grants (grant_id);
CREATE INDEX kms_grants_by_grantee ON kms_grants (key_id, grantee, grant_id);
CREATE INDEX kms_grants_by_source ON kms_grants (key_id, grantee, source, grant_id);
CREATE INDEX kms_grants_by_name ON kms_grants (key_id, name, grant_id);
CREATE INDEX kms_grants_by_retiring ON kms_grants (account, region, retiring, grant_id)`,
  },
]
