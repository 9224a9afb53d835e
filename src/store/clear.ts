import type { Migration, Store } from "./store.ts"

/** Empties every table that the migrations made, in one transaction. */
export async function clearStore(store: Store, migrations: readonly Migration[]): Promise<void> {
  const tables = migrations.flatMap(({ sql }) => [...sql.matchAll(/\bCREATE TABLE (\w+)/g)].map(([, table]) => table!))
  await store.transact(async (tx) => {
    for (const table of tables) await tx.run(`DELETE FROM ${table}`)
    await tx.changed("*", "*")
  })
}
