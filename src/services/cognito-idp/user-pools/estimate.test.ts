import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { test } from "node:test"
import { openSqliteStore } from "../../../store/sqlite/open.ts"
import { migrations } from "../tables.ts"
import { estimateUsers } from "./estimate.ts"

test("the users of a pool are counted up to two thousand, and estimated beyond", async () => {
  const store = await openSqliteStore({ path: ":memory:", migrations, clock: { now: () => 0 } })
  let users = 0
  const add = (count: number) =>
    store.transact(async (tx) => {
      for (let n = 0; n < count; n++)
        await tx.run(
          "INSERT INTO idp_users (pool_id, sub, username_key, status, enabled, body) VALUES ('p', $1, $2, 'CONFIRMED', 1, '')",
          randomUUID(),
          String(users++),
        )
    })
  const estimate = () => store.read((tx) => estimateUsers(tx, "p"))
  assert.equal(await estimate(), 0)
  await add(2000)
  assert.equal(await estimate(), 2000)
  await add(4000)
  const estimated = await estimate()
  // Ten times the deviation.
  assert.ok(Math.abs(estimated - 6000) < 1200, String(estimated))
  await store.close()
})
