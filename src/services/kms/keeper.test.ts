import assert from "node:assert/strict"
import { after, describe, test } from "node:test"
import type { Requirement } from "../../authorization/requirement.ts"
import { MasterKey } from "../../base/master-key.ts"
import type { Deps } from "../../call.ts"
import type { CallRecord } from "../../control/call-record.ts"
import { createKeys } from "../../introduce-keys.ts"
import type { KeyLoan, KeyUse } from "../../peers.ts"
import { openSqliteStore } from "../../store/sqlite/open.ts"
import { WireError } from "../../wire/errors.ts"
import { service as iam } from "../iam/service.ts"
import { keyArn } from "./arns.ts"
import { defaultPolicy } from "./key-policies.ts"
import { newKey, storeKey } from "./keys/create.ts"
import { type KeyRecord, readKey, updateKey } from "./keys/record.ts"
import { secretKey } from "./material.ts"
import { service } from "./service.ts"

const ACCOUNT = "123456789012"
const POOL = `arn:aws:cognito-idp:eu-west-1:${ACCOUNT}:userpool/eu-west-1_Abc`
const to = { principal: "cognito-idp.amazonaws.com", sourceArn: POOL, sourceAccount: ACCOUNT }
const encryptionContext = { "userpool-id": "eu-west-1_Abc" }

const store = await openSqliteStore({
  path: ":memory:",
  migrations: [...iam.migrations, ...service.migrations],
  clock: { now: () => 0 },
})
after(() => store.close())
const masterKey = new MasterKey(Buffer.alloc(32, 1))
const work = { enqueue: async () => {}, firstPiece: async () => {} }
const deps = { store, masterKey, work, clock: { now: () => 0 } } as unknown as Deps
const recorded: CallRecord[] = []
const keys = createKeys(
  [iam, service],
  () => deps,
  (call) => recorded.push(call),
)

async function createKey(): Promise<KeyRecord & { arn: string }> {
  const record: KeyRecord = {
    ...newKey({ account: ACCOUNT, region: "eu-west-1", now: 0 }),
    spec: "SYMMETRIC_DEFAULT",
    usage: "ENCRYPT_DECRYPT",
    description: "",
    policy: defaultPolicy(ACCOUNT),
    tags: {},
  }
  await store.transact((tx) => storeKey(tx, deps, record, secretKey(32)))
  return { ...record, arn: keyArn(record) }
}

const loanOf = (key: string): KeyLoan => ({ key, to, operations: ["GenerateDataKey"], encryptionContext })
const useOf = (key: string, more: Partial<KeyUse> = {}): KeyUse => ({ key, by: to, encryptionContext, ...more })

/** Lets everything pass, and remembers what was asked. */
function allowing() {
  const asked: Requirement[] = []
  return { asked, assertAllowed: async (requirement: Requirement) => void asked.push(requirement) }
}
const refusing = {
  assertAllowed: async () => {
    throw new WireError("AccessDeniedException", "not you")
  },
}
const codeOf = (ended: { is: string; code?: string }) => ended.code ?? ended.is

describe("a service uses a key of a customer", () => {
  test("once it was lent to it, for the encryption context that the loan has", async () => {
    const { arn } = await createKey()
    assert.equal(codeOf(await keys.generateDataKey(useOf(arn))), "AccessDeniedException")
    const caller = allowing()
    assert.deepEqual(await keys.lend(loanOf(arn), caller), { is: "lent" })
    const [{ action, resource, context } = {} as Requirement] = caller.asked
    assert.deepEqual([action, resource], ["kms:CreateGrant", arn])
    assert.deepEqual(context, {
      "kms:GrantOperations": ["GenerateDataKey"],
      "kms:GranteePrincipal": "cognito-idp.amazonaws.com",
      "kms:RetiringPrincipal": undefined,
      "kms:GrantConstraintType": "EncryptionContextSubset",
      "kms:GrantIsForAWSResource": "true",
      "kms:EncryptionContext:userpool-id": "eu-west-1_Abc",
      "kms:EncryptionContextKeys": ["userpool-id"],
      "kms:ViaService": "cognito-idp.eu-west-1.amazonaws.com",
    })
    const made = await keys.generateDataKey(useOf(arn))
    assert.ok(made.is === "made" && made.plaintext.length === 32 && made.keyArn === arn)
    const other = { encryptionContext: { "userpool-id": "eu-west-1_Other" } }
    assert.equal(codeOf(await keys.generateDataKey(useOf(arn, other))), "AccessDeniedException")
    assert.equal(codeOf(await keys.decrypt(useOf(arn), made.ciphertext)), "AccessDeniedException")
  })

  test("which is recorded, with what decided it", async () => {
    const { arn } = await createKey()
    recorded.length = 0
    await keys.generateDataKey(useOf(arn))
    await keys.lend(loanOf(arn), allowing())
    await keys.generateDataKey(useOf(arn))
    assert.deepEqual(
      recorded.map((call) => [call.service, call.operation, call.callerArn, call.path, call.status, call.errorCode]),
      [
        ["kms", "GenerateDataKey", to.principal, POOL, 400, "AccessDeniedException"],
        ["kms", "GenerateDataKey", to.principal, POOL, 200, undefined],
      ],
    )
    assert.deepEqual(
      recorded.map(({ judged }) => [judged.allowed, judged.refused]),
      [
        [0, 1],
        [1, 0],
      ],
    )
  })

  test("until it is given back; lent twice, it is lent once", async () => {
    const { arn, id } = await createKey()
    await keys.lend(loanOf(arn), allowing())
    await keys.lend(loanOf(arn), allowing())
    const count = () => store.read((tx) => tx.all("SELECT grant_id FROM kms_grants WHERE key_id = $1", id))
    assert.equal((await count()).length, 1)
    await keys.giveBack({ key: arn, to })
    await keys.giveBack({ key: arn, to })
    assert.equal((await count()).length, 0)
    assert.equal(codeOf(await keys.generateDataKey(useOf(arn))), "AccessDeniedException")
  })

  test("for that resource alone, of as many as there are", async () => {
    const { arn } = await createKey()
    const pools = Array.from({ length: 510 }, (_, i) => ({ ...to, sourceArn: `${POOL}${i}` }))
    for (const pool of pools)
      assert.deepEqual(await keys.lend({ ...loanOf(arn), to: pool }, allowing()), { is: "lent" })
    assert.equal(codeOf(await keys.generateDataKey(useOf(arn, { by: pools[0]! }))), "made")
    assert.equal(codeOf(await keys.generateDataKey(useOf(arn))), "AccessDeniedException")
    await keys.giveBack({ key: arn, to: pools[0]! })
    assert.equal(codeOf(await keys.generateDataKey(useOf(arn, { by: pools[0]! }))), "AccessDeniedException")
    assert.equal(codeOf(await keys.generateDataKey(useOf(arn, { by: pools[509]! }))), "made")
  })

  test("not where nobody may lend it", async () => {
    const { arn } = await createKey()
    await assert.rejects(keys.lend(loanOf(arn), refusing), { message: "not you" })
    assert.equal(codeOf(await keys.generateDataKey(useOf(arn))), "AccessDeniedException")
  })

  test("not when it is disabled, and not where there is none", async () => {
    const { arn, id } = await createKey()
    await keys.lend(loanOf(arn), allowing())
    await store.transact(async (tx) => {
      const key = await readKey(tx, id)
      await updateKey(tx, { ...key!.record, state: "Disabled" })
    })
    assert.equal(codeOf(await keys.generateDataKey(useOf(arn))), "DisabledException")
    const gone = arn.replace(/key\/.*/, "key/00000000-0000-4000-8000-000000000000")
    assert.equal(codeOf(await keys.lend(loanOf(gone), allowing())), "NotFoundException")
    assert.equal(codeOf(await keys.lend(loanOf("no arn"), allowing())), "InvalidArnException")
    assert.equal(codeOf(await keys.generateDataKey(useOf(gone))), "AccessDeniedException")
  })
})

test("a key of AWS's own is made when it is first used, and once", async () => {
  const arn = `arn:aws:kms:eu-west-1:${ACCOUNT}:alias/aws/s3`
  const by = { caller: allowing(), viaService: "s3.eu-west-1.amazonaws.com" }
  const [one, two] = [await keys.generateDataKey(useOf(arn, { by })), await keys.generateDataKey(useOf(arn, { by }))]
  assert.ok(one.is === "made" && two.is === "made")
  assert.equal(one.keyArn, two.keyArn)
  // Who comes by itself does not come through S3.
  assert.equal(codeOf(await keys.generateDataKey(useOf(arn))), "AccessDeniedException")
})

test("for its caller a service uses a key with the caller's own permission, and says through whom", async () => {
  const { arn } = await createKey()
  const caller = allowing()
  const by = { caller, viaService: "s3.eu-west-1.amazonaws.com" }
  const made = await keys.generateDataKey(useOf(arn, { by }))
  assert.ok(made.is === "made")
  assert.deepEqual(await keys.decrypt(useOf(arn, { by }), made.ciphertext), { is: "opened", plaintext: made.plaintext })
  assert.deepEqual(
    caller.asked.map(({ action, context }) => [action, (context as Record<string, string>)["kms:ViaService"]]),
    [
      ["kms:GenerateDataKey", "s3.eu-west-1.amazonaws.com"],
      ["kms:Decrypt", "s3.eu-west-1.amazonaws.com"],
    ],
  )
  const denied = { by: { ...by, caller: refusing } }
  await assert.rejects(keys.generateDataKey(useOf(arn, denied)), { message: "not you" })
  const altered = Buffer.from(made.ciphertext)
  altered[altered.length - 1]! ^= 1
  assert.equal(codeOf(await keys.decrypt(useOf(arn, { by }), altered)), "InvalidCiphertextException")
})
