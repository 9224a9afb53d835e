import assert from "node:assert/strict"
import { test } from "node:test"
import { systemClock } from "../../../base/clock.ts"
import { openSqliteStore } from "../../../store/sqlite/open.ts"
import { service } from "../service.ts"
import { findSamlProvider, getSamlRecord, updateSamlMetadata, updateSamlRecord } from "./saml-record.ts"

test("a provider whose metadata are in its record keeps them until it is given others", async () => {
  const store = await openSqliteStore({ path: ":memory:", migrations: [...service.migrations], clock: systemClock })
  const account = "123456789012"
  const arn = `arn:aws:iam::${account}:saml-provider/corp`
  const body = { arn, account, name: "corp", uuid: "u", createdAt: 1, tags: [], metadata: "old" }
  await store.transact((tx) =>
    tx.run(
      "INSERT INTO iam_saml_providers (arn, account, body) VALUES ($1, $2, $3)",
      arn,
      account,
      JSON.stringify(body),
    ),
  )
  const metadata = async () => (await store.read((tx) => findSamlProvider(tx, arn)))?.metadata
  assert.equal(await metadata(), "old")
  await store.transact(async (tx) =>
    updateSamlRecord(tx, { ...(await getSamlRecord(tx, account, arn)), tags: [{ Key: "a", Value: "b" }] }),
  )
  assert.equal(await metadata(), "old")
  await store.transact((tx) => updateSamlMetadata(tx, arn, "new"))
  assert.equal(await metadata(), "new")
  await store.close()
})
