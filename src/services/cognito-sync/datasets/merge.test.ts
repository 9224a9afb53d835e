import assert from "node:assert/strict"
import { test } from "node:test"
import { openSqliteStore } from "../../../store/sqlite/open.ts"
import { getUse } from "../identities.ts"
import { migrations } from "../tables.ts"
import { findEntry, listPresentEntries } from "./entries.ts"
import { mergeDatasets, mergedName } from "./merge.ts"
import { findDataset, listDatasets } from "./record.ts"
import { writePatches } from "./write.ts"

const clock = { now: () => 1_790_000_000_000 }
const poolId = "us-east-1:pool"
const by = { modifiedBy: "me", now: 1 }

test("datasets from before there were homes are merged with their records, and their names are free again", async () => {
  const [first, ...rest] = migrations
  const store = await openSqliteStore({ path: ":memory:", migrations: [first!], clock })
  await store.transact(async (tx) => {
    const body = JSON.stringify({ createdAt: 0, modifiedBy: "me", storage: 2, records: 1 })
    await tx.run(
      `INSERT INTO csync_datasets (identity_id, name, pool_id, deleted, sync_count, modified_at, body)
       VALUES ('old', 'settings', $1, 0, 1, 0, $2)`,
      poolId,
      body,
    )
    await tx.run("INSERT INTO csync_records VALUES ('old', 'settings', 'k', 1, 0, $1)", JSON.stringify({ value: "v" }))
    for (const { sql } of rest) for (const statement of sql.split(/;\n/)) await tx.run(statement)
  })
  await store.transact(async (tx) => {
    assert.deepEqual(await getUse(tx, "old"), { datasets: 1, storage: 2, modifiedAt: 0 })
    await mergeDatasets(tx, { poolId, from: "old", into: "new" })
    // Whoever may write there writes another dataset.
    const patches = [{ key: "k", value: "other", syncCount: 0 }]
    await writePatches(tx, { identityId: "old", name: "settings", poolId }, patches, by)
  })
  await store.read(async (tx) => {
    const merged = (await findDataset(tx, { identityId: "new", name: "settings.old" }))!
    assert.equal(merged.mergedOf, "settings")
    assert.deepEqual(
      (await listPresentEntries(tx, merged)).map(({ key, value }) => [key, value]),
      [["k", "v"]],
    )
    const other = (await findDataset(tx, { identityId: "old", name: "settings" }))!
    assert.equal((await findEntry(tx, other, "k"))!.value, "other")
    assert.deepEqual(await getUse(tx, "new"), { datasets: 1, storage: 2, modifiedAt: 0 })
    assert.equal((await listDatasets(tx, "old", "", 10)).length, 1)
  })
  await store.close()
})

test("names of merged datasets are ones that a request may have, and tell apart what has to be told apart", () => {
  const from = "us-east-1:11111111-2222-3333-4444-555555555555"
  assert.equal(mergedName("settings", from), `settings.${from}`)
  const long = ["a", "b"].map((end) => mergedName("n".repeat(127) + end, from))
  for (const name of [...long, mergedName("n".repeat(128), from, "x")]) {
    assert.match(name, /^[a-zA-Z0-9_.:-]{1,128}$/)
    assert.ok(name.endsWith(`.${from}`))
  }
  assert.notEqual(long[0], long[1])
  assert.notEqual(mergedName("settings", from, "x"), mergedName("settings", from))
})
