import type { Migration } from "../store/store.ts"

/**
 * `bytes_leases` names the bodies, and the families of bodies, that nobody owns: what is being written, and what was
 * dropped and may still be read. They are removed when the lease has run out.
 *
 * `bytes_chunks` holds the bodies of the engine that keeps them in rows.
 *
 * `bytes_places` remembers the sign of the place where the others lie.
 */
export const migrations: readonly Migration[] = [
  {
    name: "bytes-1-chunks-and-leases",
    sql: `
CREATE TABLE bytes_chunks (
  id TEXT NOT NULL,
  number BIGINT NOT NULL,
  content BYTES NOT NULL,
  PRIMARY KEY (id, number)
);
CREATE TABLE bytes_leases (
  id TEXT NOT NULL PRIMARY KEY,
  expires BIGINT NOT NULL
);
CREATE INDEX bytes_leases_by_expiry ON bytes_leases (expires);
CREATE TABLE bytes_places (
  name TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  has_sign BIGINT NOT NULL
);
`,
  },
  {
    name: "bytes-2-leases-in-order",
    sql: `
DROP INDEX bytes_leases_by_expiry;
CREATE INDEX bytes_leases_in_order ON bytes_leases (expires, id);
`,
  },
]
