import type { Migration } from "../../store/store.ts"
import { termsTables } from "./terms/tables.ts"
import { importTables } from "./user-import/tables.ts"
import { passkeyTables } from "./web-authn/tables.ts"

/**
 * A pool's ID is unique in the whole server, so what belongs to a pool is keyed by it alone. Users are keyed by their
 * `sub`: whoever gets a deleted user's name inherits nothing.
 */
export const migrations: readonly Migration[] = [
  {
    name: "cognito-idp-1-user-pools",
    sql: `
CREATE TABLE idp_user_pools (
  account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (account, region, id));
CREATE UNIQUE INDEX idp_user_pools_by_id ON idp_user_pools (id);
CREATE TABLE idp_signing_keys (pool_id TEXT NOT NULL PRIMARY KEY, sealed BYTES NOT NULL);
CREATE TABLE idp_app_clients (
  pool_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, id));
CREATE UNIQUE INDEX idp_app_clients_by_id ON idp_app_clients (id);
CREATE TABLE idp_groups (
  pool_id TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, name));
CREATE TABLE idp_users (
  pool_id TEXT NOT NULL, sub TEXT NOT NULL, username_key TEXT NOT NULL, status TEXT NOT NULL, enabled BIGINT NOT NULL,
  failures BIGINT NOT NULL, last_failure BIGINT NOT NULL, body TEXT NOT NULL, password BYTES,
  PRIMARY KEY (pool_id, sub));
CREATE UNIQUE INDEX idp_users_by_username ON idp_users (pool_id, username_key);
CREATE TABLE idp_sign_in_names (
  pool_id TEXT NOT NULL, attribute TEXT NOT NULL, value_key TEXT NOT NULL, sub TEXT NOT NULL,
  PRIMARY KEY (pool_id, attribute, value_key));
CREATE INDEX idp_sign_in_names_by_user ON idp_sign_in_names (pool_id, sub);
CREATE TABLE idp_user_search (
  pool_id TEXT NOT NULL, attribute TEXT NOT NULL, value TEXT NOT NULL, username_key TEXT NOT NULL, sub TEXT NOT NULL,
  PRIMARY KEY (pool_id, attribute, value, username_key));
CREATE INDEX idp_user_search_by_user ON idp_user_search (pool_id, sub);
CREATE TABLE idp_memberships (
  pool_id TEXT NOT NULL, group_name TEXT NOT NULL, sub TEXT NOT NULL,
  PRIMARY KEY (pool_id, group_name, sub));
CREATE INDEX idp_memberships_by_user ON idp_memberships (pool_id, sub);
CREATE TABLE idp_refresh_tokens (
  pool_id TEXT NOT NULL, hash TEXT NOT NULL, event_id TEXT NOT NULL, sub TEXT NOT NULL, client_id TEXT NOT NULL,
  expires BIGINT NOT NULL, rotated BIGINT, revoked BIGINT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, hash));
CREATE INDEX idp_refresh_tokens_by_event ON idp_refresh_tokens (pool_id, event_id);
CREATE INDEX idp_refresh_tokens_by_user ON idp_refresh_tokens (pool_id, sub);
CREATE TABLE idp_codes (
  pool_id TEXT NOT NULL, sub TEXT NOT NULL, purpose TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, sub, purpose));
CREATE TABLE idp_used_sessions (nonce TEXT NOT NULL PRIMARY KEY, expires BIGINT NOT NULL);
CREATE INDEX idp_used_sessions_by_time ON idp_used_sessions (expires);
CREATE TABLE idp_outbox (id TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, sealed BYTES NOT NULL);`,
  },
  {
    name: "cognito-idp-2-federation-and-devices",
    sql: `
CREATE TABLE idp_domains (
  region TEXT NOT NULL, domain TEXT NOT NULL, pool_id TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (region, domain));
CREATE UNIQUE INDEX idp_domains_by_pool ON idp_domains (pool_id, kind);
CREATE TABLE idp_resource_servers (
  pool_id TEXT NOT NULL, identifier TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, identifier));
CREATE TABLE idp_identity_providers (
  pool_id TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, name));
CREATE TABLE idp_provider_identifiers (
  pool_id TEXT NOT NULL, identifier TEXT NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (pool_id, identifier));
CREATE TABLE idp_linked_identities (
  pool_id TEXT NOT NULL, provider TEXT NOT NULL, subject TEXT NOT NULL, sub TEXT NOT NULL,
  PRIMARY KEY (pool_id, provider, subject));
CREATE INDEX idp_linked_identities_by_user ON idp_linked_identities (pool_id, sub);
CREATE TABLE idp_pool_documents (
  pool_id TEXT NOT NULL, kind TEXT NOT NULL, client_id TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, kind, client_id));
CREATE TABLE idp_devices (
  pool_id TEXT NOT NULL, sub TEXT NOT NULL, device_key TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, sub, device_key));
CREATE TABLE idp_auth_events (
  pool_id TEXT NOT NULL, sub TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, sub, id));`,
  },
  {
    // Of users and of names that nobody has. Codes are forgotten once they are past their time.
    name: "cognito-idp-3-failures",
    sql: `
CREATE TABLE idp_failures (
  pool_id TEXT NOT NULL, sub TEXT NOT NULL, failures BIGINT NOT NULL, last_failure BIGINT NOT NULL,
  PRIMARY KEY (pool_id, sub));
CREATE INDEX idp_failures_by_time ON idp_failures (last_failure);
ALTER TABLE idp_users DROP COLUMN failures;
ALTER TABLE idp_users DROP COLUMN last_failure;
ALTER TABLE idp_codes ADD COLUMN expires BIGINT NOT NULL DEFAULT 0;
CREATE INDEX idp_codes_by_time ON idp_codes (expires);`,
  },
  {
    name: "cognito-idp-4-users-by-state",
    sql: `
CREATE INDEX idp_users_by_status ON idp_users (pool_id, status, username_key);
CREATE INDEX idp_users_by_enabled ON idp_users (pool_id, enabled, username_key);`,
  },
  {
    // A group's members go after it, and a user's sign-ins end by one number rather than one by one.
    name: "cognito-idp-5-large-removals",
    sql: `
ALTER TABLE idp_groups ADD COLUMN member_key TEXT NOT NULL DEFAULT '';
UPDATE idp_groups SET member_key = name;
CREATE UNIQUE INDEX idp_groups_by_member_key ON idp_groups (pool_id, member_key);
ALTER TABLE idp_users ADD COLUMN sign_outs BIGINT NOT NULL DEFAULT 0;
ALTER TABLE idp_refresh_tokens ADD COLUMN sign_outs BIGINT NOT NULL DEFAULT 0;`,
  },
  {
    name: "cognito-idp-6-groups-of-a-user",
    sql: `
DROP INDEX idp_memberships_by_user;
CREATE INDEX idp_memberships_by_user ON idp_memberships (pool_id, sub, group_name);`,
  },
  {
    name: "cognito-idp-7-custom-sign-ins",
    sql: `
CREATE TABLE idp_custom_sign_ins (id TEXT NOT NULL PRIMARY KEY, expires BIGINT NOT NULL, sealed BYTES NOT NULL);
CREATE INDEX idp_custom_sign_ins_by_time ON idp_custom_sign_ins (expires);`,
  },
  {
    // Signing in looks for those that have expired, and for no others.
    name: "cognito-idp-8-expired-refresh-tokens",
    sql: `
DROP INDEX idp_refresh_tokens_by_user;
CREATE INDEX idp_refresh_tokens_by_user ON idp_refresh_tokens (pool_id, sub, expires);`,
  },
  {
    name: "cognito-idp-9-hosted-sign-in",
    sql: `
CREATE TABLE idp_browser_sessions (
  pool_id TEXT NOT NULL, hash TEXT NOT NULL, sub TEXT NOT NULL, expires BIGINT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, hash));
CREATE INDEX idp_browser_sessions_by_time ON idp_browser_sessions (expires);
CREATE INDEX idp_browser_sessions_by_user ON idp_browser_sessions (pool_id, sub);
CREATE TABLE idp_oauth_codes (
  pool_id TEXT NOT NULL, hash TEXT NOT NULL, expires BIGINT NOT NULL, event_id TEXT, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, hash));
CREATE INDEX idp_oauth_codes_by_time ON idp_oauth_codes (expires);
CREATE INDEX idp_domains_by_name ON idp_domains (domain);`,
  },
  passkeyTables,
  termsTables,
  importTables,
  {
    // Links by another attribute than the subject; the key that a pool signs its requests to SAML providers with.
    name: "cognito-idp-10-federation",
    sql: `
ALTER TABLE idp_linked_identities ADD COLUMN attribute TEXT NOT NULL DEFAULT 'Cognito_Subject';
CREATE INDEX idp_linked_identities_by_attribute ON idp_linked_identities (pool_id, provider, attribute);
CREATE TABLE idp_saml_keys (pool_id TEXT NOT NULL PRIMARY KEY, sealed BYTES NOT NULL);`,
  },
  {
    // Of pools that track sessions: what there is of a user's sign-ins to list and to revoke.
    name: "cognito-idp-11-user-sessions",
    sql: `
CREATE TABLE idp_user_sessions (
  pool_id TEXT NOT NULL, sub TEXT NOT NULL, id TEXT NOT NULL, ref TEXT NOT NULL, active BIGINT NOT NULL,
  expires BIGINT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, sub, id));
CREATE INDEX idp_user_sessions_by_ref ON idp_user_sessions (pool_id, ref);
CREATE INDEX idp_user_sessions_by_time ON idp_user_sessions (expires);`,
  },
]
