import assert from "node:assert/strict"
import { test } from "node:test"
import { openSqliteStore } from "../../store/sqlite/open.ts"
import { service as identityPools } from "../cognito-identity/service.ts"
import { findEntry, putEntry } from "./datasets/entries.ts"
import { findDataset, putDataset } from "./datasets/record.ts"
import { sweeping } from "./sweep.ts"
import { migrations } from "./tables.ts"

const home = ""
const clock = { now: () => 1_790_000_000_000 }

test("datasets go with their identities and pools, a few at a time, and those of others stay", async () => {
  const store = await openSqliteStore({
    path: ":memory:",
    migrations: [...identityPools.migrations, ...migrations],
    clock,
  })
  const identities = Array.from({ length: 20 }, (_, n) => `us-east-1:${String(n).padStart(2, "0")}`)
  const isThere = (identityId: string) => Number(identityId.slice(-2)) % 3 === 0
  await store.transact(async (tx) => {
    await tx.run("INSERT INTO cid_pools (account, region, pool_id, body) VALUES ('1', 'us-east-1', 'pool', '{}')")
    for (const identityId of identities) {
      const poolId = identityId.endsWith("9") ? "gone" : "pool"
      if (isThere(identityId)) await tx.run("INSERT INTO cid_identities VALUES ($1, $2, 0, 0, 0)", poolId, identityId)
      const place = { identityId, name: "settings" }
      const at = { modifiedAt: 0, modifiedBy: "me" }
      await putDataset(tx, {
        ...place,
        poolId,
        isDeleted: false,
        syncCount: 1,
        ...at,
        createdAt: 0,
        storage: 2,
        records: 1,
        home,
        mergedOf: "",
      })
      await putEntry(tx, { ...place, home }, { key: "k", value: "v", syncCount: 1, ...at, deviceModifiedAt: 0 })
    }
  })
  const { run } = sweeping["cognito-sync:sweep"]!
  let body: unknown
  for (let pieces = 1; ; pieces++) {
    const outcome = await run({ body } as never, { store, clock })
    if (outcome.is === "later") {
      assert.ok(pieces > 1)
      break
    }
    body = (outcome as { body: unknown }).body
  }
  const left = await store.read(async (tx) => {
    const found: string[] = []
    for (const identityId of identities) {
      const place = { identityId, name: "settings" }
      const dataset = await findDataset(tx, place)
      assert.equal((await findEntry(tx, { ...place, home }, "k")) !== undefined, dataset !== undefined)
      if (dataset) found.push(identityId)
    }
    return found
  })
  assert.deepEqual(
    left,
    identities.filter((id) => isThere(id) && !id.endsWith("9")),
  )
  await store.close()
})
