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
  {
    // A parent is a unit; the empty text stands for the organization's one root. An account that was removed is in the
    // organization without an id, so that its number and its address stay its own.
    name: "organizations-2-units",
    sql: `ALTER TABLE org_accounts ADD COLUMN parent_id TEXT NOT NULL DEFAULT '';
CREATE INDEX org_accounts_by_parent ON org_accounts (org_id, parent_id, account);
CREATE TABLE org_units (
  unit_id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  parent_id TEXT NOT NULL,
  name TEXT NOT NULL
);
CREATE UNIQUE INDEX org_units_by_name ON org_units (org_id, parent_id, name);
CREATE INDEX org_units_by_parent ON org_units (org_id, parent_id, unit_id);
CREATE TABLE org_service_access (
  org_id TEXT NOT NULL,
  principal TEXT NOT NULL,
  enabled_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, principal)
)`,
  },
]
