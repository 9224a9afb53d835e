import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { KMS } from "@aws-sdk/client-kms"
import { allow, bytes, deny, documentOf, openAccount, openWorld, refuses, text, type World } from "./kms-world.ts"

let world: World

before(async () => {
  world = await openWorld()
})
after(() => world[Symbol.asyncDispose]())

const Plaintext = bytes("secret")
const delegating = () => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${world.server.account}:root` },
  Action: "kms:*",
  Resource: "*",
})
const forWho = (AWS: string, Action: string | string[], more: object = {}) => ({
  Effect: "Allow",
  Principal: { AWS },
  Action,
  Resource: "*",
  ...more,
})
const refusal = (arn: string, action: string, key: string, reason: string) =>
  `User: ${arn} is not authorized to perform: ${action} on resource: ${key} ${reason}`

describe("a key's policy", () => {
  test("lets policies of IAM count, and without one of them nothing is allowed", async () => {
    const { Arn } = await world.createKey()
    const may = await world.createUser("encrypts", allow("kms:Encrypt", Arn))
    const mayNot = await world.createUser("has-nothing")
    const { CiphertextBlob } = await may.kms.encrypt({ KeyId: Arn, Plaintext })
    await refuses(
      may.kms.decrypt({ CiphertextBlob }),
      "AccessDeniedException",
      refusal(may.arn, "kms:Decrypt", Arn, "because no identity-based policy allows the kms:Decrypt action"),
    )
    await refuses(
      mayNot.kms.encrypt({ KeyId: Arn, Plaintext }),
      "AccessDeniedException",
      refusal(mayNot.arn, "kms:Encrypt", Arn, "because no identity-based policy allows the kms:Encrypt action"),
    )
  })

  test("that names neither the caller nor the account leaves policies of IAM without effect, the root user too", async () => {
    const owner = await world.createUser("owner")
    const full = await world.createUser("full", allow("kms:*"))
    const { Arn } = await world.createKey([forWho(owner.arn, "kms:*")])
    const why = "because no resource-based policy allows the kms:Encrypt action"
    const denied = (arn: string) => refusal(arn, "kms:Encrypt", Arn, why)
    await refuses(full.kms.encrypt({ KeyId: Arn, Plaintext }), "AccessDeniedException", denied(full.arn))
    const rootArn = `arn:aws:iam::${world.server.account}:root`
    await refuses(world.root.encrypt({ KeyId: Arn, Plaintext }), "AccessDeniedException", denied(rootArn))
    const { CiphertextBlob } = await owner.kms.encrypt({ KeyId: Arn, Plaintext })
    assert.equal(text((await owner.kms.decrypt({ CiphertextBlob })).Plaintext), "secret")
  })

  test("and a policy of IAM deny whom the other allows", async () => {
    const denied = await world.createUser("denied", deny("kms:Decrypt"))
    const inPolicy = await world.createUser("denied-by-key", allow("kms:*"))
    const { Arn } = await world.createKey([
      delegating(),
      forWho(denied.arn, "kms:*"),
      { ...forWho(inPolicy.arn, "kms:Decrypt"), Effect: "Deny" },
    ])
    const { CiphertextBlob } = await denied.kms.encrypt({ KeyId: Arn, Plaintext })
    await refuses(
      denied.kms.decrypt({ CiphertextBlob }),
      "AccessDeniedException",
      refusal(denied.arn, "kms:Decrypt", Arn, "with an explicit deny in an identity-based policy"),
    )
    await refuses(
      inPolicy.kms.decrypt({ CiphertextBlob }),
      "AccessDeniedException",
      refusal(inPolicy.arn, "kms:Decrypt", Arn, "with an explicit deny in a resource-based policy"),
    )
  })

  test("is written and read, and refuses to lock its writer out", async () => {
    const { KeyId } = await world.createKey()
    const ana = await world.createUser("ana")
    assert.deepEqual(await world.root.listKeyPolicies({ KeyId }).then(({ PolicyNames }) => PolicyNames), ["default"])
    const first = JSON.parse((await world.root.getKeyPolicy({ KeyId })).Policy!)
    assert.deepEqual(first.Statement, [{ Sid: "Enable IAM User Permissions", ...delegating() }])
    const Policy = documentOf(delegating(), forWho(ana.arn, "kms:DescribeKey"))
    await world.root.putKeyPolicy({ KeyId, Policy })
    assert.deepEqual(JSON.parse((await world.root.getKeyPolicy({ KeyId })).Policy!), JSON.parse(Policy))
    assert.equal((await ana.kms.describeKey({ KeyId })).KeyMetadata!.KeyId, KeyId)
    await refuses(
      world.root.putKeyPolicy({ KeyId, Policy: documentOf(forWho(ana.arn, "kms:*")) }),
      "MalformedPolicyDocumentException",
      "The new key policy will not allow you to update the key policy in the future.",
    )
    await refuses(
      world.root.putKeyPolicy({ KeyId, Policy: documentOf(delegating(), forWho(`${ana.arn}-none`, "kms:*")) }),
      "MalformedPolicyDocumentException",
      "Policy contains a statement with one or more invalid principals.",
    )
    await refuses(world.root.putKeyPolicy({ KeyId, Policy: "{" }), "MalformedPolicyDocumentException")
    assert.deepEqual(JSON.parse((await world.root.getKeyPolicy({ KeyId })).Policy!), JSON.parse(Policy))
  })
})

test("a refusal is explained: what the key's policy lacks, and what an encryption context was", async () => {
  const full = await world.createUser("explained", allow("kms:*"))
  const { Arn } = await world.createKey([forWho(`arn:aws:iam::${world.server.account}:user/owner`, "kms:*")])
  await assert.rejects(full.kms.encrypt({ KeyId: Arn, Plaintext }))
  const refused = await world.server.explain()
  assert.match(refused, /No statement of the key's policy \(or a grant\) allows kms:Encrypt/)
  assert.match(refused, /Policies of IAM alone never open a key/)
  const { KeyId } = await world.createKey()
  const { CiphertextBlob } = await world.root.encrypt({ KeyId, Plaintext, EncryptionContext: { pool: "a" } })
  await assert.rejects(world.root.decrypt({ CiphertextBlob, EncryptionContext: { Pool: "hidden" } }))
  const unopened = await world.server.explain()
  assert.match(unopened, /an encryption context of the keys: Pool/)
  assert.ok(!unopened.includes("hidden"))
})

describe("condition keys", () => {
  const CASES: readonly [string, object, (kms: KMS, KeyId: string) => Promise<unknown>, boolean][] = [
    [
      "kms:EncryptionContext:pool",
      { StringEquals: { "kms:EncryptionContext:pool": "a" } },
      (kms, KeyId) => kms.encrypt({ KeyId, Plaintext, EncryptionContext: { pool: "a" } }),
      true,
    ],
    [
      "kms:EncryptionContext:pool of another",
      { StringEquals: { "kms:EncryptionContext:pool": "a" } },
      (kms, KeyId) => kms.encrypt({ KeyId, Plaintext, EncryptionContext: { pool: "b" } }),
      false,
    ],
    [
      "kms:EncryptionContext:pool of none",
      { StringEquals: { "kms:EncryptionContext:pool": "a" } },
      (kms, KeyId) => kms.encrypt({ KeyId, Plaintext }),
      false,
    ],
    [
      "kms:EncryptionContextKeys",
      {
        "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["pool"] },
        Null: { "kms:EncryptionContextKeys": "false" },
      },
      (kms, KeyId) => kms.encrypt({ KeyId, Plaintext, EncryptionContext: { pool: "b", more: "c" } }),
      false,
    ],
    [
      "kms:CallerAccount",
      { StringEquals: { "kms:CallerAccount": "123456789012" } },
      (kms, KeyId) => kms.encrypt({ KeyId, Plaintext }),
      true,
    ],
    [
      "kms:ViaService of nobody",
      { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
      (kms, KeyId) => kms.encrypt({ KeyId, Plaintext }),
      false,
    ],
    [
      "kms:KeySpec",
      {
        StringEquals: {
          "kms:KeySpec": "SYMMETRIC_DEFAULT",
          "kms:KeyUsage": "ENCRYPT_DECRYPT",
          "kms:KeyOrigin": "AWS_KMS",
        },
        Bool: { "kms:MultiRegion": "false" },
      },
      (kms, KeyId) => kms.encrypt({ KeyId, Plaintext }),
      true,
    ],
    [
      "kms:KeySpec of a new key",
      { StringEquals: { "kms:KeySpec": "SYMMETRIC_DEFAULT" } },
      (kms) => kms.createKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" }),
      false,
    ],
    [
      "aws:RequestTag",
      { StringEquals: { "aws:RequestTag/team": "blue" } },
      (kms) => kms.createKey({ Tags: [{ TagKey: "team", TagValue: "blue" }] }),
      true,
    ],
    [
      "aws:RequestTag of another",
      { StringEquals: { "aws:RequestTag/team": "blue" } },
      (kms) => kms.createKey({ Tags: [{ TagKey: "team", TagValue: "red" }] }),
      false,
    ],
    [
      "aws:ResourceTag",
      { StringEquals: { "aws:ResourceTag/team": "blue" } },
      (kms, KeyId) => kms.encrypt({ KeyId, Plaintext }),
      true,
    ],
    [
      "kms:RequestAlias",
      { StringEquals: { "kms:RequestAlias": "alias/conditions" } },
      (kms) => kms.encrypt({ KeyId: "alias/conditions", Plaintext }),
      true,
    ],
    [
      "kms:RequestAlias by the id",
      { StringEquals: { "kms:RequestAlias": "alias/conditions" } },
      (kms, KeyId) => kms.encrypt({ KeyId, Plaintext }),
      false,
    ],
    [
      "kms:ResourceAliases",
      { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/conditions" } },
      (kms, KeyId) => kms.encrypt({ KeyId, Plaintext }),
      true,
    ],
    [
      "kms:GrantOperations",
      { "ForAllValues:StringEquals": { "kms:GrantOperations": ["Decrypt"] } },
      (kms, KeyId) =>
        kms.createGrant({
          KeyId,
          GranteePrincipal: "arn:aws:iam::123456789012:root",
          Operations: ["Decrypt", "Encrypt"],
        }),
      false,
    ],
    [
      "kms:GrantIsForAWSResource",
      { Bool: { "kms:GrantIsForAWSResource": "true" } },
      (kms, KeyId) =>
        kms.createGrant({ KeyId, GranteePrincipal: "arn:aws:iam::123456789012:root", Operations: ["Decrypt"] }),
      false,
    ],
    [
      "kms:ScheduleKeyDeletionPendingWindowInDays",
      { NumericGreaterThan: { "kms:ScheduleKeyDeletionPendingWindowInDays": "20" } },
      (kms, KeyId) => kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 }),
      false,
    ],
  ]
  let KeyId: string

  before(async () => {
    ;({ KeyId } = await world.createKey())
    await world.root.createAlias({ AliasName: "alias/conditions", TargetKeyId: KeyId })
    await world.root.tagResource({ KeyId, Tags: [{ TagKey: "team", TagValue: "blue" }] })
  })

  for (const [i, [what, Condition, call, isAllowed]] of CASES.entries())
    test(`${what}: ${isAllowed ? "allowed" : "refused"}`, async () => {
      const { kms } = await world.createUser(`condition-${i}`, allow("kms:*", "*", { Condition }))
      if (isAllowed) await call(kms, KeyId)
      else await refuses(call(kms, KeyId), "AccessDeniedException", /because no identity-based policy allows/)
    })
})

describe("another account", () => {
  let other: Awaited<ReturnType<typeof openAccount>>
  const BARE =
    "because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
  const HIDDEN =
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access."

  before(async () => {
    other = await openAccount(world)
  })

  test("uses a key that its owner and its own policies let it use", async () => {
    const { Arn } = await world.createKey([delegating(), forWho(other.account, ["kms:Encrypt", "kms:Decrypt"])])
    const { CiphertextBlob, KeyId } = await other.kms.encrypt({ KeyId: Arn, Plaintext })
    assert.equal(KeyId, Arn)
    assert.equal(text((await other.kms.decrypt({ CiphertextBlob })).Plaintext), "secret")
    await refuses(other.kms.describeKey({ KeyId: Arn }), "AccessDeniedException")
  })

  test("learns nothing of a key that is not for it, whether there is one or not", async () => {
    const { Arn } = await world.createKey()
    const gone = Arn.replace(/key\/.*/, "key/00000000-0000-4000-8000-000000000000")
    for (const KeyId of [Arn, gone])
      await refuses(
        other.kms.encrypt({ KeyId, Plaintext }),
        "AccessDeniedException",
        refusal(other.arn, "kms:Encrypt", KeyId, BARE),
      )
    await world.root.createAlias({ AliasName: "alias/hidden", TargetKeyId: Arn })
    for (const name of ["alias/hidden", "alias/none"]) {
      const KeyId = Arn.replace(/key\/.*/, name)
      await refuses(
        other.kms.encrypt({ KeyId, Plaintext }),
        "AccessDeniedException",
        refusal(other.arn, "kms:Encrypt", KeyId, BARE),
      )
    }
    const { CiphertextBlob } = await world.root.encrypt({ KeyId: Arn, Plaintext })
    await refuses(other.kms.decrypt({ CiphertextBlob }), "AccessDeniedException", HIDDEN)
    await refuses(other.kms.reEncrypt({ CiphertextBlob, DestinationKeyId: Arn }), "AccessDeniedException", HIDDEN)
  })

  test("administers no key of this one, whatever the key's policy says", async () => {
    const { Arn, KeyId } = await world.createKey([delegating(), forWho(other.account, "kms:*")])
    await world.root.createAlias({ AliasName: "alias/administered", TargetKeyId: KeyId })
    assert.equal((await other.kms.describeKey({ KeyId: Arn })).KeyMetadata!.Arn, Arn)
    const { kms } = other
    for (const call of [
      () => kms.getKeyPolicy({ KeyId: Arn }),
      () => kms.putKeyPolicy({ KeyId: Arn, Policy: documentOf(delegating()) }),
      () => kms.scheduleKeyDeletion({ KeyId: Arn }),
      () => kms.disableKey({ KeyId: Arn }),
      () => kms.updateKeyDescription({ KeyId: Arn, Description: "mine" }),
      () => kms.tagResource({ KeyId: Arn, Tags: [{ TagKey: "a", TagValue: "b" }] }),
      () => kms.listResourceTags({ KeyId: Arn }),
      () => kms.rotateKeyOnDemand({ KeyId: Arn }),
      () => kms.createAlias({ AliasName: "alias/theirs", TargetKeyId: Arn }),
    ])
      await refuses(call(), "AccessDeniedException", /because the resource does not exist in this Region/)
    await refuses(kms.listAliases({ KeyId: Arn }), "NotFoundException")
    assert.deepEqual((await kms.listAliases({})).Aliases, [])
  })

  test("is granted the use of a key, and needs no policy for it", async () => {
    const { Arn } = await world.createKey()
    await world.root.createGrant({
      KeyId: Arn,
      GranteePrincipal: `arn:aws:iam::${other.account}:role/OrganizationAccountAccessRole`,
      Operations: ["Encrypt"],
    })
    assert.equal((await other.kms.encrypt({ KeyId: Arn, Plaintext })).KeyId, Arn)
  })

  test("finds no key of this one among its own", async () => {
    const { KeyId } = await world.createKey()
    assert.deepEqual((await other.kms.listKeys({})).Keys, [])
    await refuses(other.kms.describeKey({ KeyId }), "NotFoundException", /^Key 'arn:.*' does not exist$/)
  })
})

test("another region is not looked into", async () => {
  const { Arn, KeyId } = await world.createKey()
  const far = new KMS({ ...world.server.client, region: "eu-west-3" })
  await refuses(far.describeKey({ KeyId: Arn }), "NotFoundException", `Invalid arn ${world.server.region}`)
  await refuses(far.describeKey({ KeyId }), "NotFoundException", /does not exist$/)
  const { CiphertextBlob } = await world.root.encrypt({ KeyId, Plaintext })
  await refuses(
    far.decrypt({ CiphertextBlob }),
    "AccessDeniedException",
    /^The ciphertext refers to a customer master key/,
  )
})
