import type { Migration, Store } from "./store.ts"

/** What a migration does to the tables that there are. */
const TABLES = /\b(?:CREATE TABLE (\w+)|DROP TABLE (\w+)|ALTER TABLE (\w+) RENAME TO (\w+))/g

/** Empties every table that the migrations made, in one transaction. */
export async function clearStore(store: Store, migrations: readonly Migration[]): Promise<void> {
  const tables = new Set<string>()
  for (const { sql } of migrations)
    for (const [, created, dropped, before, after] of sql.matchAll(TABLES)) {
      tables.delete(dropped ?? before ?? "")
      if (created ?? after) tables.add((created ?? after)!)
    }
  await store.transact(async (tx) => {
    for (const table of tables) await tx.run(`DELETE FROM ${table}`)
    await tx.changed("*", "*")
  })
}
