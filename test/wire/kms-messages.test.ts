import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { buildClient, CommitmentPolicy, KMS, KmsKeyringNode } from "@aws-crypto/client-node"
import { KMS as Client } from "@aws-sdk/client-kms"
import { encryptMessage } from "../../src/base/encrypted-message.ts"
import { startServer, type TestServer } from "../harness/server.ts"

/*
 * What we write for Lambda functions to decrypt, the AWS Encryption SDK reads, unmodified: a function of a custom sender
 * has nothing but it and a key of KMS.
 */

let server: TestServer
let kms: Client
let keyArn: string

before(async () => {
  server = await startServer()
  kms = new Client(server.client)
  keyArn = (await kms.createKey({})).KeyMetadata!.Arn!
})
after(() => server[Symbol.asyncDispose]())

const EncryptionContext = { "userpool-id": "us-east-1_abc", "a key": "with ünicode", B: "" }

async function message(content: string | Uint8Array, encryptionContext: Record<string, string> = EncryptionContext) {
  const made = await kms.generateDataKey({ KeyId: keyArn, KeySpec: "AES_256", EncryptionContext: encryptionContext })
  const dataKey = { keyArn, plaintext: made.Plaintext!, ciphertext: made.CiphertextBlob! }
  return encryptMessage(content, dataKey, encryptionContext)
}

const keyring = (keyIds: string[] = [keyArn]) =>
  new KmsKeyringNode({ keyIds, clientProvider: () => new KMS(server.client as never) as never })

const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)

describe("the AWS Encryption SDK decrypts", () => {
  const CONTENTS: readonly [string, string | Buffer][] = [
    ["a code", "123456"],
    ["nothing", ""],
    ["text of many scripts", "пароль 密码 🔑"],
    ["a frame to the last byte", Buffer.alloc(4096, 7)],
    ["one byte more", Buffer.alloc(4097, 7)],
    ["several frames", Buffer.alloc(3 * 4096 + 11, 9)],
  ]
  for (const [what, content] of CONTENTS)
    test(what, async () => {
      const { plaintext, messageHeader } = await decrypt(keyring(), await message(content))
      assert.deepEqual(plaintext, Buffer.from(content))
      assert.deepEqual({ ...messageHeader.encryptionContext }, EncryptionContext)
      assert.equal(messageHeader.suiteId, 0x0478)
    })

  test("what has no encryption context", async () => {
    const { plaintext } = await decrypt(keyring(), await message("x", {}))
    assert.equal(plaintext.toString(), "x")
  })

  test("with a policy that also reads what is not committed to, as Cognito's examples have it", async () => {
    const lax = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
    assert.equal((await lax.decrypt(keyring(), await message("42"))).plaintext.toString(), "42")
  })
})

describe("the AWS Encryption SDK refuses", () => {
  test("a message of which any byte was altered", async () => {
    const good = await message("123456")
    for (let at = 0; at < good.length; at += 13) {
      const altered = Buffer.from(good)
      altered[at]! ^= 1
      await assert.rejects(decrypt(keyring(), altered), `byte ${at}`)
    }
  })

  test("who has another key", async () => {
    const other = (await kms.createKey({})).KeyMetadata!.Arn!
    await assert.rejects(decrypt(keyring([other]), await message("123456")))
  })
})
