import type { Migration } from "../../store/store.ts"

export const migrations: readonly Migration[] = [
  {
    name: "cognito-identity-1-pools",
    sql: `CREATE TABLE cid_pools (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  pool_id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, region, pool_id)
);
CREATE UNIQUE INDEX cid_pools_by_id ON cid_pools (pool_id)`,
  },
  {
    // A login is one person at one provider. It belongs to one identity of a pool; an identity may have several.
    name: "cognito-identity-2-identities",
    sql: `CREATE TABLE cid_identities (
  pool_id TEXT NOT NULL,
  identity_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  disabled BIGINT NOT NULL,
  PRIMARY KEY (pool_id, identity_id)
);
CREATE UNIQUE INDEX cid_identities_by_id ON cid_identities (identity_id);
CREATE TABLE cid_logins (
  pool_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  subject TEXT NOT NULL,
  identity_id TEXT NOT NULL,
  PRIMARY KEY (pool_id, provider, subject)
);
CREATE INDEX cid_logins_by_identity ON cid_logins (identity_id, provider, subject)`,
  },
  {
    // The keys that GetOpenIdToken signs with: of the server, not of a pool, as on AWS.
    name: "cognito-identity-3-signing-keys",
    sql: `CREATE TABLE cid_signing_keys (
  key_id TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  sealed_private_key BYTES NOT NULL,
  created_at BIGINT NOT NULL
)`,
  },
  {
    name: "cognito-identity-4-logins-by-subject",
    sql: "CREATE INDEX cid_logins_by_subject ON cid_logins (subject, pool_id, provider)",
  },
  {
    name: "cognito-identity-5-enabled-identities",
    sql: "CREATE INDEX cid_identities_enabled ON cid_identities (pool_id, identity_id) WHERE disabled = 0",
  },
]
