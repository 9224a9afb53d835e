import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { KMS } from "@aws-sdk/client-kms"
import { startServer, type TestServer } from "../harness/server.ts"

let server: TestServer
let root: KMS

before(async () => {
  server = await startServer(["--clock-control"])
  root = new KMS(server.client)
})
after(() => server[Symbol.asyncDispose]())

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes!).toString()
const bytes = (of: string) => Buffer.from(of)

test("a key is made, described, and listed", async () => {
  const { KeyMetadata } = await root.createKey({ Description: "mine", Tags: [{ TagKey: "team", TagValue: "blue" }] })
  const { KeyId, Arn, CreationDate, ...rest } = KeyMetadata!
  assert.match(KeyId!, /^[0-9a-f-]{36}$/)
  assert.equal(Arn, `arn:aws:kms:${server.region}:${server.account}:key/${KeyId}`)
  assert.ok(CreationDate instanceof Date)
  assert.deepEqual(rest, {
    AWSAccountId: server.account,
    Enabled: true,
    Description: "mine",
    KeyUsage: "ENCRYPT_DECRYPT",
    KeyState: "Enabled",
    Origin: "AWS_KMS",
    KeyManager: "CUSTOMER",
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    KeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: false,
  })
  assert.deepEqual((await root.describeKey({ KeyId: Arn })).KeyMetadata, KeyMetadata)
  const { Keys } = await root.listKeys({})
  assert.ok(Keys!.some(({ KeyArn }) => KeyArn === Arn))
  assert.deepEqual((await root.listResourceTags({ KeyId })).Tags, [{ TagKey: "team", TagValue: "blue" }])
})

test("what is encrypted is decrypted with the same context, and with no other", async () => {
  const { KeyMetadata } = await root.createKey({})
  const KeyId = KeyMetadata!.KeyId!
  const EncryptionContext = { pool: "a", tenant: "b" }
  const sealed = await root.encrypt({ KeyId, Plaintext: bytes("secret"), EncryptionContext })
  assert.equal(sealed.KeyId, KeyMetadata!.Arn)
  assert.equal(sealed.EncryptionAlgorithm, "SYMMETRIC_DEFAULT")
  const { CiphertextBlob } = sealed
  const opened = await root.decrypt({ CiphertextBlob, EncryptionContext: { tenant: "b", pool: "a" } })
  assert.equal(text(opened.Plaintext), "secret")
  assert.equal(opened.KeyId, KeyMetadata!.Arn)
  const others: Record<string, string>[] = [
    {},
    { pool: "a" },
    { ...EncryptionContext, pool: "A" },
    { poo: "la", tenant: "b" },
  ]
  for (const wrong of others)
    await assert.rejects(root.decrypt({ CiphertextBlob, EncryptionContext: wrong }), {
      name: "InvalidCiphertextException",
    })
  for (let at = 0; at < CiphertextBlob!.length; at += 7) {
    const altered = Buffer.from(CiphertextBlob!)
    altered[at]! ^= 1
    await assert.rejects(root.decrypt({ KeyId, CiphertextBlob: altered, EncryptionContext }), ({ name }: Error) =>
      ["InvalidCiphertextException", "IncorrectKeyException"].includes(name),
    )
  }
})
