import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { IAM } from "@aws-sdk/client-iam"
import { allow, bytes, openWorld, refuses, text, type World } from "./kms-world.ts"

let world: World

before(async () => {
  world = await openWorld()
})
after(() => world[Symbol.asyncDispose]())

const Plaintext = bytes("secret")
const EncryptionContext = { pool: "a" }

describe("a grant", () => {
  test("lets its grantee do what it says, and nothing else", async () => {
    const { KeyId, Arn } = await world.createKey()
    const ana = await world.createUser("ana")
    const before = await ana.kms.encrypt({ KeyId, Plaintext }).catch(({ name }) => name)
    assert.equal(before, "AccessDeniedException")
    const { GrantId, GrantToken } = await world.root.createGrant({
      KeyId,
      GranteePrincipal: ana.arn,
      Operations: ["Encrypt", "Decrypt"],
      Name: "for-ana",
    })
    assert.match(GrantId!, /^[0-9a-f]{64}$/)
    assert.ok(GrantToken)
    const { CiphertextBlob } = await ana.kms.encrypt({ KeyId, Plaintext })
    assert.equal(text((await ana.kms.decrypt({ CiphertextBlob })).Plaintext), "secret")
    await refuses(ana.kms.describeKey({ KeyId }), "AccessDeniedException")
    await refuses(ana.kms.generateDataKey({ KeyId, KeySpec: "AES_256" }), "AccessDeniedException")
    const { Grants } = await world.root.listGrants({ KeyId })
    const [{ CreationDate, ...told } = {}] = Grants!
    assert.ok(CreationDate instanceof Date)
    assert.deepEqual(told, {
      KeyId: Arn,
      GrantId,
      Name: "for-ana",
      GranteePrincipal: ana.arn,
      IssuingAccount: `arn:aws:iam::${world.server.account}:root`,
      Operations: ["Encrypt", "Decrypt"],
    })
    await world.root.revokeGrant({ KeyId, GrantId: GrantId! })
    await refuses(ana.kms.decrypt({ CiphertextBlob }), "AccessDeniedException")
    await refuses(ana.kms.decrypt({ CiphertextBlob, GrantTokens: [GrantToken!] }), "AccessDeniedException")
    await refuses(
      world.root.revokeGrant({ KeyId, GrantId: GrantId! }),
      "NotFoundException",
      `Grant ID ${GrantId} not found`,
    )
  })

  test("counts for what its encryption context has: a part of it, or all", async () => {
    const { KeyId } = await world.createKey()
    const subset = await world.createUser("subset")
    const equals = await world.createUser("equals")
    const grant = (GranteePrincipal: string, Constraints: object) =>
      world.root.createGrant({ KeyId, GranteePrincipal, Operations: ["Encrypt", "DescribeKey"], Constraints })
    await grant(subset.arn, { EncryptionContextSubset: EncryptionContext })
    await grant(equals.arn, { EncryptionContextEquals: EncryptionContext })
    const CASES: readonly [Record<string, string> | undefined, boolean, boolean][] = [
      [{ pool: "a" }, true, true],
      [{ pool: "a", more: "b" }, true, false],
      [{ pool: "b" }, false, false],
      [{ more: "b" }, false, false],
      [undefined, false, false],
    ]
    for (const [context, bySubset, byEquals] of CASES)
      for (const [{ kms }, isAllowed] of [
        [subset, bySubset],
        [equals, byEquals],
      ] as const) {
        const call = kms.encrypt({ KeyId, Plaintext, ...(context && { EncryptionContext: context }) })
        if (isAllowed) await call
        else await refuses(call, "AccessDeniedException")
      }
    await subset.kms.describeKey({ KeyId })
  })

  test("of the same name and terms is made once", async () => {
    const { KeyId } = await world.createKey()
    const input = {
      KeyId,
      GranteePrincipal: `arn:aws:iam::${world.server.account}:root`,
      Operations: ["Decrypt" as const],
      Name: "once",
    }
    const [one, two] = [await world.root.createGrant(input), await world.root.createGrant(input)]
    const other = await world.root.createGrant({ ...input, Operations: ["Encrypt"] })
    assert.equal(one.GrantId, two.GrantId)
    assert.notEqual(one.GrantId, other.GrantId)
    assert.equal((await world.root.listGrants({ KeyId })).Grants!.length, 2)
    const page = await world.root.listGrants({ KeyId, Limit: 1 })
    assert.equal(page.Truncated, true)
    const rest = await world.root.listGrants({ KeyId, Limit: 1, Marker: page.NextMarker! })
    assert.deepEqual([page.Grants!.length, rest.Grants!.length, rest.Truncated], [1, 1, false])
    await refuses(world.root.listGrants({ KeyId, Limit: 1, Marker: `${page.NextMarker}x` }), "InvalidMarkerException")
  })

  test("lets its grantee make grants that are no wider than itself", async () => {
    const { KeyId } = await world.createKey()
    const lender = await world.createUser("lender")
    const friend = await world.createUser("friend")
    const Constraints = { EncryptionContextEquals: EncryptionContext }
    await world.root.createGrant({
      KeyId,
      GranteePrincipal: lender.arn,
      Operations: ["CreateGrant", "Encrypt"],
      Constraints,
    })
    const lend = (more: object) =>
      lender.kms.createGrant({ KeyId, GranteePrincipal: friend.arn, Operations: ["Encrypt"], Constraints, ...more })
    await refuses(lend({ Operations: ["Encrypt", "Decrypt"] }), "AccessDeniedException")
    await refuses(lend({ Constraints: undefined }), "AccessDeniedException")
    await refuses(lend({ Constraints: { EncryptionContextSubset: EncryptionContext } }), "AccessDeniedException")
    await refuses(lend({ Constraints: { EncryptionContextEquals: { pool: "b" } } }), "AccessDeniedException")
    await lend({})
    await friend.kms.encrypt({ KeyId, Plaintext, EncryptionContext })
  })

  test("is retired by whom it names, by its grantee where it says so, and by nobody else", async () => {
    const { KeyId } = await world.createKey()
    const [grantee, retirer, other] = [
      await world.createUser("grantee"),
      await world.createUser("retirer"),
      await world.createUser("other"),
    ]
    const make = async (Operations: ("Decrypt" | "RetireGrant")[]) =>
      world.root.createGrant({ KeyId, GranteePrincipal: grantee.arn, RetiringPrincipal: retirer.arn, Operations })
    const first = await make(["Decrypt"])
    await refuses(other.kms.retireGrant({ GrantToken: first.GrantToken! }), "AccessDeniedException")
    await refuses(grantee.kms.retireGrant({ GrantToken: first.GrantToken! }), "AccessDeniedException")
    const { Grants } = await world.root.listRetirableGrants({ RetiringPrincipal: retirer.arn })
    assert.deepEqual(
      Grants!.map(({ GrantId }) => GrantId),
      [first.GrantId],
    )
    await retirer.kms.retireGrant({ GrantToken: first.GrantToken! })
    const second = await make(["Decrypt", "RetireGrant"])
    await grantee.kms.retireGrant({ KeyId, GrantId: second.GrantId! })
    assert.deepEqual((await world.root.listGrants({ KeyId })).Grants, [])
    await refuses(world.root.retireGrant({ GrantToken: "bm9uZQ==" }), "InvalidGrantTokenException")
  })

  test("is made to a service, and says so", async () => {
    const { KeyId } = await world.createKey()
    const service = "cognito-idp.amazonaws.com"
    await world.root.createGrant({
      KeyId,
      GranteeServicePrincipal: service,
      RetiringServicePrincipal: service,
      Operations: ["GenerateDataKey"],
      Constraints: { SourceArn: "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Abc" },
    })
    const { Grants } = await world.root.listGrants({ KeyId, GranteeServicePrincipal: service })
    const [{ GranteeServicePrincipal, RetiringServicePrincipal, GranteePrincipal, Constraints } = {}] = Grants!
    assert.deepEqual(
      [GranteeServicePrincipal, RetiringServicePrincipal, GranteePrincipal],
      [service, service, undefined],
    )
    assert.match(Constraints!.SourceArn!, /us-east-1_Abc$/)
  })

  test("ends with its grantee: who is made anew under the name has nothing of it", async () => {
    const { KeyId } = await world.createKey()
    const iam = new IAM(world.server.client)
    const create = async () => world.createUser("again")
    const before = await create()
    await world.root.createGrant({ KeyId, GranteePrincipal: before.arn, Operations: ["Encrypt"] })
    await before.kms.encrypt({ KeyId, Plaintext })
    const { AccessKeyMetadata } = await iam.listAccessKeys({ UserName: "again" })
    await iam.deleteAccessKey({ UserName: "again", AccessKeyId: AccessKeyMetadata![0]!.AccessKeyId! })
    await iam.deleteUser({ UserName: "again" })
    await refuses((await create()).kms.encrypt({ KeyId, Plaintext }), "AccessDeniedException")
  })
})

describe("no grant is made", () => {
  const SELF = "arn:aws:iam::123456789012:root"
  const CASES: readonly [string, object, string][] = [
    ["to nobody", { GranteePrincipal: undefined }, "ValidationException"],
    ["to who is not there", { GranteePrincipal: "arn:aws:iam::123456789012:user/nobody" }, "InvalidArnException"],
    ["to everyone", { GranteePrincipal: "*" }, "ValidationException"],
    ["to what is no principal", { GranteePrincipal: "arn:aws:s3:::bucket" }, "InvalidArnException"],
    ["to a service as a user", { GranteePrincipal: "s3.amazonaws.com" }, "InvalidArnException"],
    ["to a user as a service", { GranteePrincipal: undefined, GranteeServicePrincipal: SELF }, "ValidationException"],
    ["for nothing", { Operations: [] }, "ValidationException"],
    ["for what there is not", { Operations: ["Encode"] }, "ValidationException"],
    ["for what the key cannot", { Operations: ["Sign"] }, "ValidationException"],
    [
      "with two constraints",
      { Constraints: { EncryptionContextEquals: { a: "b" }, EncryptionContextSubset: { a: "b" } } },
      "ValidationException",
    ],
    ["with a constraint of nothing", { Constraints: { EncryptionContextEquals: {} } }, "ValidationException"],
    ["when it is only tried", { DryRun: true }, "DryRunOperationException"],
    ["with a token that is none", { GrantTokens: ["bm9uZQ=="] }, "InvalidGrantTokenException"],
  ]
  for (const [what, more, name] of CASES)
    test(what, async () => {
      const { KeyId } = await world.createKey()
      await refuses(world.root.createGrant({ KeyId, GranteePrincipal: SELF, Operations: ["Decrypt"], ...more }), name)
      assert.deepEqual((await world.root.listGrants({ KeyId })).Grants, [])
    })

  test("without kms:CreateGrant", async () => {
    const { KeyId } = await world.createKey()
    const { kms, arn } = await world.createUser("may-encrypt", allow("kms:Encrypt"))
    await refuses(kms.createGrant({ KeyId, GranteePrincipal: arn, Operations: ["Decrypt"] }), "AccessDeniedException")
  })
})
