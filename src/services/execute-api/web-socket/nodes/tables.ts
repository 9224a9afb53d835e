import type { Migration } from "../../../../store/store.ts"

export const migrations: readonly Migration[] = [
  {
    // Of databases that several nodes share: who holds which connection, and what others want of it.
    name: "execute-api-1-web-sockets",
    sql: `CREATE TABLE execute_api_nodes (
  node TEXT NOT NULL,
  leased_until BIGINT NOT NULL,
  PRIMARY KEY (node)
);
CREATE TABLE execute_api_connections (
  connection_id TEXT NOT NULL,
  node TEXT NOT NULL,
  last_active BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (connection_id)
);
CREATE TABLE execute_api_letters (
  node TEXT NOT NULL,
  id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  closes BIGINT NOT NULL,
  body BYTES NOT NULL,
  PRIMARY KEY (node, id)
)`,
  },
]
