import assert from "node:assert/strict"
import { test } from "node:test"
import { migrations as coreMigrations } from "../../../core-tables.ts"
import { openSqliteStore } from "../../../store/sqlite/open.ts"
import type { Job } from "../../../work/job.ts"
import { migrations } from "../tables.ts"
import { sweeping } from "./sweep.ts"

test("what is over is removed in pieces, and what is not is left", async () => {
  const clock = { now: () => 1_000 }
  const store = await openSqliteStore({ path: ":memory:", migrations: [...coreMigrations, ...migrations], clock })
  const codes = 600
  await store.transact(async (tx) => {
    for (let i = 0; i < codes; i++)
      await tx.run(
        "INSERT INTO idp_oauth_codes (pool_id, hash, expires, body) VALUES ($1, $2, $3, $4)",
        "p",
        `code ${i}`,
        i === 0 ? 1_000 : 999,
        "{}",
      )
    for (const [hash, expires] of [
      ["over", 999],
      ["not over", 1_001],
    ] as const)
      await tx.run(
        "INSERT INTO idp_browser_sessions (pool_id, hash, sub, expires, body) VALUES ($1, $2, $3, $4, $5)",
        "p",
        hash,
        "s",
        expires,
        "{}",
      )
  })
  const { run } = sweeping["cognito-idp:sweep-hosted"]!
  let pieces = 0
  for (;;) {
    pieces++
    if ((await run({} as Job, { store, clock })).is === "done") break
  }
  assert.ok(pieces > 2)
  const left = await store.read((tx) =>
    tx.all<{ hash: string }>(
      "SELECT hash FROM idp_oauth_codes UNION SELECT hash FROM idp_browser_sessions ORDER BY hash",
    ),
  )
  assert.deepEqual(
    left.map(({ hash }) => hash),
    ["code 0", "not over"],
  )
  await store.close()
})
