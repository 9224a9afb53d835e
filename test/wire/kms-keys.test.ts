import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { KMS } from "@aws-sdk/client-kms"
import { bytes, openWorld, refuses, text, type World } from "./kms-world.ts"

let world: World
let kms: KMS

before(async () => {
  world = await openWorld(["--clock-control"])
  kms = world.root
})
after(() => world[Symbol.asyncDispose]())

const Plaintext = bytes("secret")

test("a key is made, described, and listed", async () => {
  const { KeyMetadata } = await kms.createKey({ Description: "mine", Tags: [{ TagKey: "team", TagValue: "blue" }] })
  const { KeyId, Arn, CreationDate, ...rest } = KeyMetadata!
  assert.match(KeyId!, /^[0-9a-f-]{36}$/)
  assert.equal(Arn, `arn:aws:kms:${world.server.region}:${world.server.account}:key/${KeyId}`)
  assert.ok(CreationDate instanceof Date)
  assert.deepEqual(rest, {
    AWSAccountId: world.server.account,
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
  assert.deepEqual((await kms.describeKey({ KeyId: Arn })).KeyMetadata, KeyMetadata)
  await kms.updateKeyDescription({ KeyId, Description: "yours" })
  assert.equal((await kms.describeKey({ KeyId })).KeyMetadata!.Description, "yours")
  assert.deepEqual((await kms.listResourceTags({ KeyId })).Tags, [{ TagKey: "team", TagValue: "blue" }])
  await kms.tagResource({ KeyId, Tags: [{ TagKey: "more", TagValue: "" }] })
  await kms.untagResource({ KeyId, TagKeys: ["team"] })
  assert.deepEqual((await kms.listResourceTags({ KeyId })).Tags, [{ TagKey: "more", TagValue: "" }])
})

test("keys come in pages, each once", async () => {
  for (let i = 0; i < 4; i++) await world.createKey()
  const found: string[] = []
  let Marker: string | undefined
  do {
    const page = await kms.listKeys({ Limit: 2, ...(Marker && { Marker }) })
    assert.equal(page.Truncated, page.NextMarker !== undefined)
    assert.ok(page.Keys!.length <= 2)
    found.push(...page.Keys!.map(({ KeyId }) => KeyId!))
    Marker = page.NextMarker
  } while (Marker)
  const all = (await kms.listKeys({})).Keys!.map(({ KeyId }) => KeyId!)
  assert.deepEqual(found, all)
  await refuses(kms.listKeys({ Marker: "made up" }), "InvalidMarkerException")
})

describe("what is not made", () => {
  const REFUSED: readonly [string, Parameters<KMS["createKey"]>[0], string, (string | RegExp)?][] = [
    [
      "a key in several regions",
      { MultiRegion: true },
      "NotImplemented",
      "Hallpass does not implement multi-Region keys yet.",
    ],
    ["a key of imported material", { Origin: "EXTERNAL" }, "NotImplemented"],
    ["a key of a key store", { Origin: "AWS_CLOUDHSM", CustomKeyStoreId: "cks-1" }, "NotImplemented"],
    ["a key of a spec that is not known here", { KeySpec: "SM2", KeyUsage: "SIGN_VERIFY" }, "NotImplemented"],
    [
      "a key of no spec",
      { KeySpec: "AES" as never },
      "ValidationException",
      /Value 'AES' at 'keySpec' failed to satisfy constraint/,
    ],
    [
      "a key that signs, and could not",
      { KeyUsage: "SIGN_VERIFY" },
      "ValidationException",
      "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT",
    ],
    [
      "an asymmetric key for nothing",
      { KeySpec: "RSA_2048" },
      "ValidationException",
      "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
    ],
    [
      "a key with a tag twice",
      {
        Tags: [
          { TagKey: "a", TagValue: "1" },
          { TagKey: "a", TagValue: "2" },
        ],
      },
      "TagException",
    ],
    ["a key with a tag of AWS's", { Tags: [{ TagKey: "aws:a", TagValue: "1" }] }, "TagException"],
    [
      "a key with 51 tags",
      { Tags: Array.from({ length: 51 }, (_, i) => ({ TagKey: `${i}`, TagValue: "" })) },
      "TagException",
    ],
    ["a key of a policy that is none", { Policy: "{}" }, "MalformedPolicyDocumentException"],
  ]
  for (const [what, input, name, message] of REFUSED)
    test(what, async () => {
      const before = (await kms.listKeys({})).Keys!.length
      await refuses(kms.createKey(input), name, message)
      assert.equal((await kms.listKeys({})).Keys!.length, before)
    })
})

describe("what a KeyId names in vain", () => {
  const NONE = "00000000-0000-4000-8000-000000000000"
  const CASES: readonly [string, string, string | RegExp][] = [
    [NONE, "NotFoundException", new RegExp(`^Key 'arn:aws:kms:us-east-1:123456789012:key/${NONE}' does not exist$`)],
    ["fake-key-id", "NotFoundException", "Invalid keyId 'fake-key-id'"],
    ["alias/none", "NotFoundException", "Alias arn:aws:kms:us-east-1:123456789012:alias/none is not found."],
    ["arn:aws:s3:::bucket", "InvalidArnException", "Invalid arn arn:aws:s3:::bucket"],
    [
      "x".repeat(2049),
      "ValidationException",
      /at 'keyId' failed to satisfy constraint: Member must have length less than or equal to 2048/,
    ],
  ]
  for (const [KeyId, name, message] of CASES)
    test(KeyId.slice(0, 40), async () => {
      await refuses(kms.encrypt({ KeyId, Plaintext }), name, message)
      await refuses(kms.describeKey({ KeyId }), name, message)
    })
})

describe("a key that", () => {
  test("is disabled encrypts nothing until it is enabled", async () => {
    const { KeyId, Arn } = await world.createKey()
    const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext })
    await kms.disableKey({ KeyId })
    assert.deepEqual(
      (({ Enabled, KeyState }) => [Enabled, KeyState])((await kms.describeKey({ KeyId })).KeyMetadata!),
      [false, "Disabled"],
    )
    await refuses(kms.encrypt({ KeyId, Plaintext }), "DisabledException", `${Arn} is disabled.`)
    await refuses(kms.decrypt({ CiphertextBlob }), "DisabledException", `${Arn} is disabled.`)
    await kms.enableKey({ KeyId })
    assert.equal(text((await kms.decrypt({ CiphertextBlob })).Plaintext), "secret")
  })

  test("is to be deleted is unusable, and comes back disabled where that is cancelled", async () => {
    const { KeyId, Arn } = await world.createKey()
    const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext })
    await refuses(kms.cancelKeyDeletion({ KeyId }), "KMSInvalidStateException", `${Arn} is not pending deletion.`)
    const scheduled = await kms.scheduleKeyDeletion({ KeyId })
    assert.deepEqual([scheduled.KeyId, scheduled.KeyState, scheduled.PendingWindowInDays], [Arn, "PendingDeletion", 30])
    const pending = `${Arn} is pending deletion.`
    for (const call of [
      () => kms.encrypt({ KeyId, Plaintext }),
      () => kms.decrypt({ CiphertextBlob }),
      () => kms.enableKey({ KeyId }),
      () => kms.disableKey({ KeyId }),
      () => kms.scheduleKeyDeletion({ KeyId }),
      () => kms.tagResource({ KeyId, Tags: [{ TagKey: "a", TagValue: "b" }] }),
      () => kms.createAlias({ AliasName: "alias/pending", TargetKeyId: KeyId }),
      () => kms.createGrant({ KeyId, GranteePrincipal: "arn:aws:iam::123456789012:root", Operations: ["Decrypt"] }),
    ])
      await refuses(call(), "KMSInvalidStateException", pending)
    assert.equal((await kms.cancelKeyDeletion({ KeyId })).KeyId, Arn)
    await refuses(kms.decrypt({ CiphertextBlob }), "DisabledException")
    await kms.enableKey({ KeyId })
    assert.equal(text((await kms.decrypt({ CiphertextBlob })).Plaintext), "secret")
    await world.server.clock.advance({ days: 31 })
    await world.server.work.settle()
    assert.equal(text((await kms.decrypt({ CiphertextBlob })).Plaintext), "secret")
  })

  test("has waited for its deletion is gone, with its aliases and its grants", async () => {
    const { KeyId } = await world.createKey()
    await kms.createAlias({ AliasName: "alias/doomed", TargetKeyId: KeyId })
    const GranteePrincipal = "arn:aws:iam::123456789012:root"
    const { GrantId } = await kms.createGrant({
      KeyId,
      GranteePrincipal,
      Operations: ["Decrypt"],
      RetiringPrincipal: GranteePrincipal,
    })
    const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext })
    for (const days of [6, 31])
      await refuses(kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: days }), "ValidationException")
    await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 })
    await world.server.clock.advance({ days: 6 })
    await world.server.work.settle()
    assert.equal((await kms.describeKey({ KeyId })).KeyMetadata!.KeyState, "PendingDeletion")
    await world.server.clock.advance({ days: 1, minutes: 1 })
    await world.server.work.settle()
    await refuses(kms.describeKey({ KeyId }), "NotFoundException")
    await refuses(kms.describeKey({ KeyId: "alias/doomed" }), "NotFoundException")
    await refuses(
      kms.decrypt({ CiphertextBlob }),
      "AccessDeniedException",
      /^The ciphertext refers to a customer master key/,
    )
    assert.ok(!(await kms.listKeys({})).Keys!.some((key) => key.KeyId === KeyId))
    const { Grants } = await kms.listRetirableGrants({ RetiringPrincipal: GranteePrincipal })
    assert.ok(!Grants!.some((grant) => grant.GrantId === GrantId))
  })

  test("was rotated decrypts what it ever encrypted", async () => {
    const { KeyId, Arn } = await world.createKey()
    const first = await kms.encrypt({ KeyId, Plaintext })
    assert.deepEqual(
      (({ KeyRotationEnabled, RotationPeriodInDays }) => [KeyRotationEnabled, RotationPeriodInDays])(
        await kms.getKeyRotationStatus({ KeyId }),
      ),
      [false, undefined],
    )
    assert.equal((await kms.rotateKeyOnDemand({ KeyId })).KeyId, Arn)
    await kms.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 })
    assert.equal((await kms.getKeyRotationStatus({ KeyId })).KeyRotationEnabled, true)
    await world.server.clock.advance({ days: 91 })
    await world.server.work.settle()
    const last = await kms.encrypt({ KeyId, Plaintext })
    for (const { CiphertextBlob } of [first, last])
      assert.equal(text((await kms.decrypt({ CiphertextBlob })).Plaintext), "secret")
    const { Rotations } = await kms.listKeyRotations({ KeyId })
    assert.deepEqual(
      Rotations!.map(({ RotationType }) => RotationType),
      ["ON_DEMAND", "AUTOMATIC"],
    )
    await kms.disableKeyRotation({ KeyId })
    await world.server.clock.advance({ days: 91 })
    await world.server.work.settle()
    assert.equal((await kms.listKeyRotations({ KeyId })).Rotations!.length, 2)
    await refuses(kms.enableKeyRotation({ KeyId, RotationPeriodInDays: 89 }), "ValidationException")
  })

  test("is disabled when its rotation is due is rotated when it is enabled", async () => {
    const { KeyId } = await world.createKey()
    await kms.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 })
    await kms.disableKey({ KeyId })
    await world.server.clock.advance({ days: 91 })
    await world.server.work.settle()
    assert.deepEqual((await kms.listKeyRotations({ KeyId })).Rotations, [])
    await kms.enableKey({ KeyId })
    await world.server.work.settle()
    assert.equal((await kms.listKeyRotations({ KeyId })).Rotations!.length, 1)
  })
})

describe("an alias", () => {
  test("stands for a key, for another, and for none", async () => {
    const [one, two] = [await world.createKey(), await world.createKey()]
    const AliasName = "alias/mail/codes"
    await kms.createAlias({ AliasName, TargetKeyId: one.KeyId })
    const { CiphertextBlob, KeyId } = await kms.encrypt({ KeyId: AliasName, Plaintext })
    assert.equal(KeyId, one.Arn)
    const AliasArn = `arn:aws:kms:us-east-1:123456789012:${AliasName}`
    await refuses(
      kms.createAlias({ AliasName, TargetKeyId: two.KeyId }),
      "AlreadyExistsException",
      `An alias with the name ${AliasArn} already exists`,
    )
    await kms.updateAlias({ AliasName, TargetKeyId: two.Arn })
    assert.equal((await kms.encrypt({ KeyId: AliasArn, Plaintext })).KeyId, two.Arn)
    assert.equal((await kms.decrypt({ CiphertextBlob })).KeyId, one.Arn)
    await refuses(
      kms.decrypt({ CiphertextBlob, KeyId: AliasName }),
      "IncorrectKeyException",
      "The key ID in the request does not identify a CMK that can perform this operation.",
    )
    assert.deepEqual((await kms.listAliases({ KeyId: one.KeyId })).Aliases, [])
    const [alias] = (await kms.listAliases({ KeyId: two.KeyId })).Aliases!
    assert.deepEqual([alias!.AliasName, alias!.AliasArn, alias!.TargetKeyId], [AliasName, AliasArn, two.KeyId])
    await kms.deleteAlias({ AliasName })
    await refuses(kms.encrypt({ KeyId: AliasName, Plaintext }), "NotFoundException", `Alias ${AliasArn} is not found.`)
    await refuses(kms.deleteAlias({ AliasName }), "NotFoundException")
  })

  test("is not called as AWS's are, nor anything else", async () => {
    const { KeyId: TargetKeyId } = await world.createKey()
    await refuses(
      kms.createAlias({ AliasName: "mail", TargetKeyId }),
      "ValidationException",
      /^Alias must start with the prefix "alias\/"/,
    )
    await refuses(kms.createAlias({ AliasName: "alias/aws/mine", TargetKeyId }), "InvalidAliasNameException")
    await refuses(
      kms.createAlias({ AliasName: "alias/a b", TargetKeyId }),
      "ValidationException",
      /at 'aliasName' failed to satisfy constraint/,
    )
  })

  test("does not go to a key of another kind", async () => {
    const { KeyId } = await world.createKey()
    const { KeyMetadata } = await kms.createKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" })
    await kms.createAlias({ AliasName: "alias/kind", TargetKeyId: KeyId })
    await refuses(kms.updateAlias({ AliasName: "alias/kind", TargetKeyId: KeyMetadata!.KeyId! }), "ValidationException")
    assert.equal((await kms.describeKey({ KeyId: "alias/kind" })).KeyMetadata!.KeyId, KeyId)
  })

  test("of AWS gets its key when it is first described, which nobody uses but through its service", async () => {
    const { KeyMetadata } = await kms.describeKey({ KeyId: "alias/aws/s3" })
    assert.deepEqual([KeyMetadata!.KeyManager, KeyMetadata!.KeyState], ["AWS", "Enabled"])
    assert.deepEqual((await kms.describeKey({ KeyId: "alias/aws/s3" })).KeyMetadata, KeyMetadata)
    const { KeyId } = KeyMetadata!
    for (const call of [
      () => kms.encrypt({ KeyId: KeyId!, Plaintext }),
      () => kms.scheduleKeyDeletion({ KeyId }),
      () => kms.disableKey({ KeyId }),
    ])
      await refuses(call(), "AccessDeniedException", /because no resource-based policy allows the kms:\w+ action$/)
    assert.equal((await kms.getKeyRotationStatus({ KeyId })).KeyRotationEnabled, true)
    await refuses(kms.describeKey({ KeyId: "alias/aws/none" }), "NotFoundException")
  })
})
