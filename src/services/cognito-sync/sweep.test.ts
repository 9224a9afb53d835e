import assert from "node:assert/strict"
import { test } from "node:test"
import { openSqliteStore } from "../../store/sqlite/open.ts"
import { service as identityPools } from "../cognito-identity/service.ts"
import { findEntry, putEntry } from "./datasets/entries.ts"
import { findDataset, putDataset } from "./datasets/record.ts"
import { findDevice, listSubscribed, putDevice, subscribe } from "./devices/record.ts"
import { addUse } from "./identities.ts"
import { putSettings } from "./pools/record.ts"
import { addUsage, getUsage } from "./pools/usage.ts"
import { sweeping } from "./sweep.ts"
import { migrations } from "./tables.ts"

/** Of those from before there were homes, and of those from after. */
const homeOf = (identityId: string) => (Number(identityId.slice(-2)) % 2 === 0 ? "" : `home of ${identityId}`)
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
      const place = { identityId, name: "settings", home: homeOf(identityId) }
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
        mergedOf: "",
      })
      await addUse(tx, { identityId, poolId }, { datasets: 0, storage: 0, modifiedAt: 0 })
      await addUsage(tx, { identityId, poolId }, { sessions: 1, storage: 2, modifiedAt: 0 })
      await putDevice(tx, { identityId, deviceId: "d", platform: "GCM", token: "t", registeredAt: 0 })
      await subscribe(tx, identityId, "settings", "d")
      await putSettings(tx, poolId, { events: {} })
      await putEntry(tx, place, { key: "k", value: "v", syncCount: 1, ...at, deviceModifiedAt: 0 })
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
      const place = { identityId, name: "settings", home: homeOf(identityId) }
      const dataset = await findDataset(tx, place)
      assert.equal((await findDevice(tx, identityId, "d")) !== undefined, dataset !== undefined)
      assert.equal((await listSubscribed(tx, identityId, "settings")).length, Number(dataset !== undefined))
      assert.equal((await findEntry(tx, place, "k")) !== undefined, dataset !== undefined)
      if (dataset) found.push(identityId)
    }
    return found
  })
  assert.deepEqual(
    left,
    identities.filter((id) => isThere(id) && !id.endsWith("9")),
  )
  await store.read(async (tx) => {
    // What is left of the pool's usage is what is left of its datasets; of the other pool nothing is.
    assert.deepEqual(await getUsage(tx, "pool"), { sessions: 18, storage: 2 * left.length, modifiedAt: clock.now() })
    assert.deepEqual(await getUsage(tx, "gone"), { sessions: 0, storage: 0, modifiedAt: 0 })
    assert.deepEqual(await tx.all("SELECT pool_id FROM csync_pools"), [{ pool_id: "pool" }])
    assert.equal((await tx.all("SELECT identity_id FROM csync_identities")).length, left.length)
  })
  await store.close()
})
