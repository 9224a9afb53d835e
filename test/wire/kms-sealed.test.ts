import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { after, test } from "node:test"
import { KMS } from "@aws-sdk/client-kms"
import { MasterKey, open } from "../../src/base/master-key.ts"
import { start } from "../../src/testing/index.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-kms-"))
after(() => rmSync(directory, { recursive: true, force: true }))

test("what keys encrypt with lies nowhere in clear, and under the name of no other key", async () => {
  const ids: string[] = []
  {
    await using server = await start({ dataDirectory: directory })
    const kms = new KMS(server.client)
    for (let i = 0; i < 2; i++) ids.push((await kms.createKey({})).KeyMetadata!.KeyId!)
    await kms.encrypt({ KeyId: ids[0]!, Plaintext: Buffer.from("x") })
  }
  const masterKey = new MasterKey(readMasterKey())
  const database = new DatabaseSync(join(directory, "hallpass.db"))
  const rows = database.prepare("SELECT key_id, sealed FROM kms_material").all() as {
    key_id: string
    sealed: Uint8Array
  }[]
  assert.deepEqual(rows.map(({ key_id }) => key_id).sort(), ids.toSorted())
  const secrets = rows.map(({ sealed }) => open(masterKey, "kms-key", sealed).subarray(-32))
  for (const file of readdirSync(directory))
    if (file.startsWith("hallpass.db"))
      for (const secret of secrets) assert.equal(readFileSync(join(directory, file)).includes(secret), false, file)

  // Whoever can write into the database cannot put one key in the place of another.
  const sealedOf = (id: string) => rows.find(({ key_id }) => key_id === id)!.sealed
  database.prepare("UPDATE kms_material SET sealed = ? WHERE key_id = ?").run(sealedOf(ids[1]!), ids[0]!)
  database.close()
  const server = await start({ dataDirectory: directory })
  const kms = new KMS({ ...server.client, maxAttempts: 1 })
  const call = kms.encrypt({ KeyId: ids[0]!, Plaintext: Buffer.from("x") })
  await assert.rejects(call, ({ name, message }: Error) => {
    assert.equal(name, "InternalFailure")
    assert.ok(!secrets.some((secret) => message.includes(secret.toString("base64"))))
    return true
  })
  await kms.encrypt({ KeyId: ids[1]!, Plaintext: Buffer.from("x") })
  // The server has written down that its database was tampered with, and a test's server tells of it in the end.
  await assert.rejects(
    async () => server[Symbol.asyncDispose](),
    ({ errors }: AggregateError) => {
      assert.match(String(errors), /The material of a key lies under the name of another/)
      return true
    },
  )
})

function readMasterKey(): Buffer {
  const text = readFileSync(join(directory, "master-key"), "utf8").trim()
  return Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? "hex" : "base64")
}
