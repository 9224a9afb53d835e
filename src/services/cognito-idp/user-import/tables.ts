import type { Migration } from "../../../store/store.ts"

export const importTables: Migration = {
  // `place` puts the newest first.
  name: "cognito-idp-user-imports",
  sql: `
CREATE TABLE idp_import_jobs (
  pool_id TEXT NOT NULL, id TEXT NOT NULL, account TEXT NOT NULL, place TEXT NOT NULL, active BIGINT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (pool_id, id));
CREATE UNIQUE INDEX idp_import_jobs_by_place ON idp_import_jobs (pool_id, place);
CREATE INDEX idp_import_jobs_by_activity ON idp_import_jobs (account, active);`,
}
