import assert from "node:assert/strict"
import { createPublicKey, verify } from "node:crypto"
import { after, before, describe, test } from "node:test"
import type { KMS } from "@aws-sdk/client-kms"
import { bytes, openWorld, refuses, text, type World } from "./kms-world.ts"

let world: World
let kms: KMS

before(async () => {
  world = await openWorld()
  kms = world.root
})
after(() => world[Symbol.asyncDispose]())

const Plaintext = bytes("secret")
const keyOf = async (KeySpec: string, KeyUsage: string) =>
  (await kms.createKey({ KeySpec: KeySpec as never, KeyUsage: KeyUsage as never })).KeyMetadata!.KeyId!

describe("a symmetric key", () => {
  test("decrypts with the same context, and with no other, and nothing that was altered", async () => {
    const { KeyId, Arn } = await world.createKey()
    const EncryptionContext = { pool: "a", tenant: "b" }
    const sealed = await kms.encrypt({ KeyId, Plaintext, EncryptionContext })
    assert.deepEqual([sealed.KeyId, sealed.EncryptionAlgorithm], [Arn, "SYMMETRIC_DEFAULT"])
    const { CiphertextBlob } = sealed
    const opened = await kms.decrypt({ CiphertextBlob, EncryptionContext: { tenant: "b", pool: "a" } })
    assert.deepEqual([text(opened.Plaintext), opened.KeyId], ["secret", Arn])
    const others: Record<string, string>[] = [
      {},
      { pool: "a" },
      { ...EncryptionContext, pool: "A" },
      { poo: "la", tenant: "b" },
      { ...EncryptionContext, more: "" },
    ]
    for (const wrong of others)
      await refuses(kms.decrypt({ CiphertextBlob, EncryptionContext: wrong }), "InvalidCiphertextException")
    for (let at = 0; at < CiphertextBlob!.length; at++) {
      const altered = Buffer.from(CiphertextBlob!)
      altered[at]! ^= 1
      await assert.rejects(kms.decrypt({ KeyId, CiphertextBlob: altered, EncryptionContext }), ({ name }: Error) =>
        ["InvalidCiphertextException", "IncorrectKeyException"].includes(name),
      )
    }
    for (const CiphertextBlob of [bytes("x"), bytes("\u0001".repeat(200)), Buffer.alloc(6144)])
      await refuses(kms.decrypt({ CiphertextBlob }), "InvalidCiphertextException")
  })

  test("encrypts 4096 bytes, and not one more, and not nothing", async () => {
    const { KeyId } = await world.createKey()
    const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: Buffer.alloc(4096) })
    assert.equal((await kms.decrypt({ CiphertextBlob })).Plaintext!.length, 4096)
    for (const length of [0, 4097])
      await refuses(kms.encrypt({ KeyId, Plaintext: Buffer.alloc(length) }), "ValidationException", /at 'plaintext'/)
  })

  test("makes data keys, plain and encrypted", async () => {
    const { KeyId, Arn } = await world.createKey()
    for (const [asked, length] of [
      [{ KeySpec: "AES_256" }, 32],
      [{ KeySpec: "AES_128" }, 16],
      [{ NumberOfBytes: 64 }, 64],
    ] as const) {
      const made = await kms.generateDataKey({ KeyId, ...asked })
      assert.deepEqual([made.KeyId, made.Plaintext!.length], [Arn, length])
      assert.deepEqual((await kms.decrypt({ CiphertextBlob: made.CiphertextBlob })).Plaintext, made.Plaintext)
      const hidden = await kms.generateDataKeyWithoutPlaintext({ KeyId, ...asked })
      assert.equal("Plaintext" in hidden, false)
      assert.equal((await kms.decrypt({ CiphertextBlob: hidden.CiphertextBlob })).Plaintext!.length, length)
    }
    const neither = "Please specify either number of bytes or key spec."
    await refuses(kms.generateDataKey({ KeyId }), "ValidationException", neither)
    await refuses(kms.generateDataKey({ KeyId, KeySpec: "AES_256", NumberOfBytes: 32 }), "ValidationException", neither)
    await refuses(kms.generateDataKey({ KeyId, KeySpec: "AES_256", DryRun: true }), "DryRunOperationException")
    await refuses(kms.generateDataKey({ KeyId, KeySpec: "AES_256", Recipient: {} }), "NotImplemented")
    assert.equal((await kms.generateRandom({ NumberOfBytes: 20 })).Plaintext!.length, 20)
  })

  test("makes pairs of keys, the private one encrypted", async () => {
    const { KeyId } = await world.createKey()
    const pair = await kms.generateDataKeyPair({ KeyId, KeyPairSpec: "ECC_NIST_P256" })
    const CiphertextBlob = pair.PrivateKeyCiphertextBlob!
    assert.deepEqual((await kms.decrypt({ CiphertextBlob })).Plaintext, pair.PrivateKeyPlaintext)
    assert.equal(createPublicKey({ key: Buffer.from(pair.PublicKey!), format: "der", type: "spki" }).type, "public")
    const hidden = await kms.generateDataKeyPairWithoutPlaintext({ KeyId, KeyPairSpec: "ECC_NIST_P384" })
    assert.equal("PrivateKeyPlaintext" in hidden, false)
  })

  test("gives over to another what it has encrypted", async () => {
    const [one, two] = [await world.createKey(), await world.createKey()]
    const { CiphertextBlob } = await kms.encrypt({ KeyId: one.KeyId, Plaintext, EncryptionContext: { a: "1" } })
    const moved = await kms.reEncrypt({
      CiphertextBlob,
      SourceEncryptionContext: { a: "1" },
      DestinationKeyId: two.KeyId,
      DestinationEncryptionContext: { b: "2" },
    })
    assert.deepEqual([moved.SourceKeyId, moved.KeyId], [one.Arn, two.Arn])
    const opened = await kms.decrypt({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { b: "2" } })
    assert.deepEqual([text(opened.Plaintext), opened.KeyId], ["secret", two.Arn])
    await refuses(kms.reEncrypt({ CiphertextBlob, DestinationKeyId: two.KeyId }), "InvalidCiphertextException")
    const SourceKeyId = two.KeyId
    await refuses(
      kms.reEncrypt({ CiphertextBlob, SourceKeyId, SourceEncryptionContext: { a: "1" }, DestinationKeyId: two.KeyId }),
      "IncorrectKeyException",
    )
  })

  test("neither signs nor makes codes", async () => {
    const { KeyId } = await world.createKey()
    await refuses(
      kms.generateMac({ KeyId, Message: Plaintext, MacAlgorithm: "HMAC_SHA_256" }),
      "InvalidKeyUsageException",
    )
    await refuses(
      kms.sign({ KeyId, Message: Plaintext, SigningAlgorithm: "ECDSA_SHA_256" }),
      "InvalidKeyUsageException",
    )
    await refuses(kms.getPublicKey({ KeyId }), "UnsupportedOperationException")
  })
})

test("a key of HMAC makes codes and verifies them", async () => {
  for (const bits of [224, 256, 384, 512]) {
    const KeyId = await keyOf(`HMAC_${bits}`, "GENERATE_VERIFY_MAC")
    const MacAlgorithm = `HMAC_SHA_${bits}` as "HMAC_SHA_256"
    assert.deepEqual((await kms.describeKey({ KeyId })).KeyMetadata!.MacAlgorithms, [MacAlgorithm])
    const { Mac } = await kms.generateMac({ KeyId, Message: Plaintext, MacAlgorithm })
    assert.equal(Mac!.length, bits / 8)
    assert.equal((await kms.verifyMac({ KeyId, Message: Plaintext, MacAlgorithm, Mac })).MacValid, true)
    await refuses(kms.verifyMac({ KeyId, Message: bytes("other"), MacAlgorithm, Mac }), "KMSInvalidMacException")
    await refuses(
      kms.verifyMac({ KeyId, Message: Plaintext, MacAlgorithm, Mac: Mac!.subarray(1) }),
      "KMSInvalidMacException",
    )
    const other = bits === 256 ? "HMAC_SHA_384" : "HMAC_SHA_256"
    await refuses(kms.generateMac({ KeyId, Message: Plaintext, MacAlgorithm: other }), "InvalidKeyUsageException")
    await refuses(kms.encrypt({ KeyId, Plaintext }), "InvalidKeyUsageException")
    await refuses(kms.enableKeyRotation({ KeyId }), "UnsupportedOperationException")
  }
})

const SIGNERS = [
  ["RSA_2048", "RSASSA_PSS_SHA_256"],
  ["RSA_2048", "RSASSA_PKCS1_V1_5_SHA_512"],
  ["ECC_NIST_P256", "ECDSA_SHA_256"],
  ["ECC_NIST_P384", "ECDSA_SHA_384"],
  ["ECC_NIST_P521", "ECDSA_SHA_512"],
  ["ECC_SECG_P256K1", "ECDSA_SHA_256"],
] as const

for (const [spec, SigningAlgorithm] of SIGNERS)
  test(`a key of ${spec} signs by ${SigningAlgorithm}, which anybody verifies`, async () => {
    const KeyId = await keyOf(spec, "SIGN_VERIFY")
    const { Signature } = await kms.sign({ KeyId, Message: Plaintext, SigningAlgorithm })
    assert.equal((await kms.verify({ KeyId, Message: Plaintext, SigningAlgorithm, Signature })).SignatureValid, true)
    await refuses(
      kms.verify({ KeyId, Message: bytes("other"), SigningAlgorithm, Signature }),
      "KMSInvalidSignatureException",
    )
    const { PublicKey, SigningAlgorithms, KeyUsage } = await kms.getPublicKey({ KeyId })
    assert.ok(SigningAlgorithms!.includes(SigningAlgorithm))
    assert.equal(KeyUsage, "SIGN_VERIFY")
    if (!SigningAlgorithm.startsWith("RSASSA_PSS")) {
      const publicKey = createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" })
      assert.ok(verify(`sha${SigningAlgorithm.slice(-3)}`, Plaintext, publicKey, Signature!))
    }
    const other = spec === "ECC_NIST_P384" ? "ECDSA_SHA_256" : "ECDSA_SHA_384"
    await refuses(kms.sign({ KeyId, Message: Plaintext, SigningAlgorithm: other }), "InvalidKeyUsageException")
    await refuses(kms.encrypt({ KeyId, Plaintext }), "InvalidKeyUsageException")
  })

test("a key of RSA decrypts what is encrypted for it", async () => {
  const KeyId = await keyOf("RSA_2048", "ENCRYPT_DECRYPT")
  for (const EncryptionAlgorithm of ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"] as const) {
    const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext, EncryptionAlgorithm })
    assert.equal(text((await kms.decrypt({ KeyId, CiphertextBlob, EncryptionAlgorithm })).Plaintext), "secret")
    const altered = Buffer.from(CiphertextBlob!)
    altered[9]! ^= 1
    await refuses(kms.decrypt({ KeyId, CiphertextBlob: altered, EncryptionAlgorithm }), "InvalidCiphertextException")
    await refuses(kms.encrypt({ KeyId, Plaintext: Buffer.alloc(250), EncryptionAlgorithm }), "ValidationException")
    await refuses(
      kms.encrypt({ KeyId, Plaintext, EncryptionAlgorithm, EncryptionContext: { a: "b" } }),
      "ValidationException",
    )
  }
  await refuses(kms.encrypt({ KeyId, Plaintext }), "InvalidKeyUsageException")
})
