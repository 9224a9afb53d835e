import type { Migration } from "../../../store/store.ts"

export const passkeyTables: Migration = {
  // The ID of a passkey is its authenticator's: the same one cannot be two users' of a pool.
  name: "cognito-idp-passkeys",
  sql: `
CREATE TABLE idp_passkeys (
  pool_id TEXT NOT NULL, sub TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, sub, id));
CREATE UNIQUE INDEX idp_passkeys_by_id ON idp_passkeys (pool_id, id);
CREATE TABLE idp_passkey_challenges (
  pool_id TEXT NOT NULL, sub TEXT NOT NULL, expires BIGINT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, sub));
CREATE INDEX idp_passkey_challenges_by_time ON idp_passkey_challenges (expires);`,
}
