import type { Migration } from "../../store/store.ts"

/**
 * Users, roles and groups share a table: they share names' rules, inline and attached policies, paths and tags. Names
 * are unique whatever their case, so `name_key` is the name in lower case. Everything that belongs to an identity hangs
 * on its unique id, which survives a rename.
 */
export const migrations: readonly Migration[] = [
  {
    name: "iam-1-identities",
    sql: `
CREATE TABLE iam_identities (
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  name_key TEXT NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, kind, name_key)
);
CREATE UNIQUE INDEX iam_identities_by_id ON iam_identities (id);
CREATE TABLE iam_inline_policies (
  owner_id TEXT NOT NULL,
  name TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (owner_id, name)
);
CREATE TABLE iam_attachments (
  owner_id TEXT NOT NULL,
  policy_arn TEXT NOT NULL,
  account TEXT NOT NULL,
  PRIMARY KEY (owner_id, policy_arn)
);
CREATE INDEX iam_attachments_by_policy ON iam_attachments (policy_arn, account, owner_id);
CREATE TABLE iam_boundaries (
  owner_id TEXT NOT NULL,
  policy_arn TEXT NOT NULL,
  account TEXT NOT NULL,
  PRIMARY KEY (owner_id)
);
CREATE INDEX iam_boundaries_by_policy ON iam_boundaries (policy_arn, account, owner_id);
CREATE TABLE iam_group_members (
  group_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (group_id, user_id)
);
CREATE INDEX iam_group_members_by_user ON iam_group_members (user_id, group_id);
`,
  },
  {
    name: "iam-2-managed-policies",
    sql: `
CREATE TABLE iam_policies (
  account TEXT NOT NULL,
  name_key TEXT NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  arn TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, name_key)
);
CREATE UNIQUE INDEX iam_policies_by_arn ON iam_policies (arn);
CREATE TABLE iam_policy_versions (
  policy_arn TEXT NOT NULL,
  number BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (policy_arn, number)
);
`,
  },
  {
    name: "iam-3-access-keys",
    sql: `
CREATE TABLE iam_access_keys (
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  user_id TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  secret TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX iam_access_keys_by_user ON iam_access_keys (user_id, id);
CREATE TABLE iam_access_key_uses (
  id TEXT NOT NULL,
  used_at BIGINT NOT NULL,
  service TEXT NOT NULL,
  region TEXT NOT NULL,
  PRIMARY KEY (id)
);
`,
  },
  {
    name: "iam-4-identity-providers",
    sql: `
CREATE TABLE iam_oidc_providers (
  arn TEXT NOT NULL,
  account TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (arn)
);
CREATE INDEX iam_oidc_providers_by_account ON iam_oidc_providers (account, arn);
CREATE TABLE iam_saml_providers (
  arn TEXT NOT NULL,
  account TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (arn)
);
CREATE INDEX iam_saml_providers_by_account ON iam_saml_providers (account, arn);
CREATE TABLE iam_account_aliases (
  account TEXT NOT NULL,
  alias TEXT NOT NULL,
  PRIMARY KEY (account)
);
CREATE UNIQUE INDEX iam_account_aliases_by_alias ON iam_account_aliases (alias);
`,
  },
  {
    name: "iam-5-instance-profiles",
    sql: `
CREATE TABLE iam_instance_profiles (
  account TEXT NOT NULL,
  name_key TEXT NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  id TEXT NOT NULL,
  role_id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account, name_key)
);
CREATE INDEX iam_instance_profiles_by_role ON iam_instance_profiles (role_id, account, name_key);
`,
  },
  {
    name: "iam-6-mfa-and-passwords",
    sql: `
CREATE TABLE iam_mfa_devices (
  serial TEXT NOT NULL,
  account TEXT NOT NULL,
  user_id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (serial)
);
CREATE INDEX iam_mfa_devices_by_account ON iam_mfa_devices (account, serial);
CREATE INDEX iam_mfa_devices_by_user ON iam_mfa_devices (user_id, serial);
CREATE TABLE iam_login_profiles (
  user_id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (user_id)
);
CREATE TABLE iam_password_policies (
  account TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account)
);
`,
  },
  {
    name: "iam-7-reports-and-service-roles",
    sql: `
CREATE TABLE iam_credential_reports (
  account TEXT NOT NULL,
  generated_at BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (account)
);
CREATE TABLE iam_role_deletions (
  account TEXT NOT NULL,
  task_id TEXT NOT NULL,
  role_arn TEXT NOT NULL,
  PRIMARY KEY (account, task_id)
);
CREATE TABLE iam_role_uses (
  id TEXT NOT NULL,
  used_at BIGINT NOT NULL,
  region TEXT NOT NULL,
  PRIMARY KEY (id)
);
`,
  },
  {
    name: "iam-8-saml-metadata",
    sql: "ALTER TABLE iam_saml_providers ADD COLUMN metadata TEXT NOT NULL DEFAULT ''",
  },
  {
    name: "iam-9-user-credentials",
    sql: `
CREATE TABLE iam_user_credentials (
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (user_id, kind, id)
);
CREATE INDEX iam_user_credentials_by_account ON iam_user_credentials (account, kind, id);
`,
  },
]
