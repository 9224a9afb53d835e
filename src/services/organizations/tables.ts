import type { Migration } from "../../store/store.ts"

export const migrations: readonly Migration[] = [
  {
    // An account is in one organization at most; the email address of each is its own.
    name: "organizations-1-accounts",
    sql: `CREATE TABLE org_organizations (
  org_id TEXT PRIMARY KEY,
  body TEXT NOT NULL
);
CREATE TABLE org_accounts (
  account TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  email TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX org_accounts_by_organization ON org_accounts (org_id, account);
CREATE UNIQUE INDEX org_accounts_by_email ON org_accounts (email);
CREATE TABLE org_account_requests (
  org_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (org_id, request_id)
);
CREATE TABLE org_tags (
  resource_id TEXT NOT NULL,
  tag_key TEXT NOT NULL,
  tag_value TEXT NOT NULL,
  PRIMARY KEY (resource_id, tag_key)
)`,
  },
]
