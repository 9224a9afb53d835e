import type { Migration } from "../../../store/store.ts"

export const termsTables: Migration = {
  name: "cognito-idp-terms",
  sql: `
CREATE TABLE idp_terms (
  pool_id TEXT NOT NULL, id TEXT NOT NULL, client_id TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (pool_id, id));
CREATE UNIQUE INDEX idp_terms_by_client ON idp_terms (pool_id, client_id, name);`,
}
