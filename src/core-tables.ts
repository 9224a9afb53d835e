import { open, seal, UnsealError } from "./base/master-key.ts"
import { ConfigError } from "./config.ts"
import type { LoadedMasterKey } from "./keys.ts"
import type { Migration, Reading, Store } from "./store/store.ts"

/** What the server itself keeps. */
export const migrations: readonly Migration[] = [
  { name: "core-1-settings", sql: "CREATE TABLE core_settings (name TEXT PRIMARY KEY, value BYTES NOT NULL)" },
  {
    name: "core-2-refusals",
    sql: `CREATE TABLE core_refusals (
  time BIGINT NOT NULL,
  request_id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (time, request_id)
);
CREATE UNIQUE INDEX core_refusals_by_id ON core_refusals (request_id)`,
  },
  {
    // What was written before had its policies spelled out in each refusal, and cannot be read any more.
    name: "core-3-bounded-refusals",
    sql: `DELETE FROM core_refusals;
ALTER TABLE core_refusals ADD COLUMN known BIGINT NOT NULL DEFAULT 0;
ALTER TABLE core_refusals ADD COLUMN size BIGINT NOT NULL DEFAULT 0;
CREATE INDEX core_refusals_by_age ON core_refusals (known, time, size);
CREATE TABLE core_refusal_policies (
  hash TEXT PRIMARY KEY,
  used BIGINT NOT NULL,
  size BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX core_refusal_policies_by_use ON core_refusal_policies (used, hash, size)`,
  },
]

const PURPOSE = "master-key-check"

/**
 * Refuses to run on a database that was sealed under another master key: every secret in it would be lost. A key that is
 * new is kept before the database is sealed with it, and not where the database was sealed before.
 */
export async function assertMasterKey(store: Store, { masterKey, keep, missing }: LoadedMasterKey): Promise<void> {
  const find = (tx: Reading) =>
    tx.get<{ value: Uint8Array }>("SELECT value FROM core_settings WHERE name = $1", PURPOSE)
  let kept = await store.read(find)
  if (kept === undefined) {
    keep()
    kept = await store.transact(async (tx) => {
      const row = await find(tx)
      const seals = "INSERT INTO core_settings (name, value) VALUES ($1, $2)"
      if (!row) await tx.run(seals, PURPOSE, seal(masterKey, PURPOSE, PURPOSE))
      return row
    })
  } else if (missing !== undefined)
    throw new ConfigError(
      `This database was sealed with a master key that is not here. Put the old one back as ${missing}, give it in HALLPASS_MASTER_KEY, or start on another data directory.`,
    )
  try {
    if (kept) open(masterKey, PURPOSE, kept.value)
  } catch (error) {
    if (!(error instanceof UnsealError)) throw error
    throw new ConfigError(
      "The master key is not the one that this database was sealed with. Give the old one in HALLPASS_MASTER_KEY, or start on another data directory.",
    )
  }
}
