import type { KeyObject } from "node:crypto"
import { CreateKeyCommand, type KeySpec, type KeyUsageType } from "@aws-sdk/client-kms"
import { randomUUID } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import { type InputOf, operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { invalid, notBuilt } from "../errors.ts"
import { defaultPolicy, parsePolicy } from "../key-policies.ts"
import { insertMaterial } from "../material.ts"
import { assertCount, parseTags, requestTags } from "../tags.ts"
import { describe } from "./metadata.ts"
import { insertKey, type KeyRecord, readKey } from "./record.ts"
import { SPECS } from "./specs.ts"

type Input = InputOf<typeof CreateKeyCommand>

const specOf = ({ KeySpec, CustomerMasterKeySpec }: Input): KeySpec =>
  KeySpec ?? (CustomerMasterKeySpec as KeySpec | undefined) ?? "SYMMETRIC_DEFAULT"

export const CreateKey = operation(CreateKeyCommand, {
  access(input) {
    const spec = specOf(input)
    const usage = input.KeyUsage ?? SPECS[spec]?.usages[0]
    const tags = requestTags(input.Tags)
    const context = {
      ...tags,
      "kms:KeySpec": spec,
      "kms:CustomerMasterKeySpec": spec,
      "kms:KeyUsage": usage,
      "kms:CustomerMasterKeyUsage": usage,
      "kms:KeyOrigin": input.Origin ?? "AWS_KMS",
      "kms:MultiRegion": String(input.MultiRegion ?? false),
      "kms:BypassPolicyLockoutSafetyCheck": String(input.BypassPolicyLockoutSafetyCheck ?? false),
    }
    const create = { resource: "*", context }
    return input.Tags?.length ? [create, { action: "kms:TagResource", resource: "*", context: tags }] : create
  },
  async handle(input, context) {
    assertBuilt(input)
    const { store, account, region, clock, caller } = context
    const usage = usageOf(input)
    const tags = parseTags(input.Tags ?? [])
    assertCount(tags)
    const material = await SPECS[specOf(input)]!.make()
    const { Policy = defaultPolicy(account), BypassPolicyLockoutSafetyCheck: bypass } = input
    const record: Omit<KeyRecord, "policy"> = {
      ...newKey({ account, region, now: clock.now() }),
      spec: specOf(input),
      usage,
      description: input.Description ?? "",
      tags,
    }
    const key = await store.transact(async (tx) => {
      const policy = await parsePolicy(tx, Policy, bypass, { caller, account, region })
      await storeKey(tx, context, { ...record, policy }, material)
      return (await readKey(tx, record.id))!
    })
    return { KeyMetadata: describe(key) }
  },
})

/** What is the same for all keys that are made. */
export const newKey = ({ account, region, now }: { account: string; region: string; now: number }) => ({
  account,
  region,
  id: randomUUID(),
  createdAt: now,
  state: "Enabled" as const,
  manager: "CUSTOMER" as const,
  version: 1,
  onDemandRotations: 0,
})

export async function storeKey(
  tx: Writing,
  { masterKey }: Pick<Deps, "masterKey">,
  record: KeyRecord,
  material: KeyObject,
): Promise<void> {
  const { id, version, createdAt } = record
  await insertKey(tx, record)
  await insertMaterial(tx, masterKey, { keyId: id, version, body: { createdAt } }, material)
}

function assertBuilt(input: Input): void {
  if (input.MultiRegion) throw notBuilt("multi-Region keys")
  if (input.CustomKeyStoreId !== undefined || input.XksKeyId !== undefined) throw notBuilt("custom key stores")
  if (input.Origin !== undefined && input.Origin !== "AWS_KMS") throw notBuilt(`keys of the origin ${input.Origin}`)
  if (!SPECS[specOf(input)]) throw notBuilt(`keys of the spec ${specOf(input)}`)
}

/** The texts are in public issue threads of Terraform and of the CDK. */
function usageOf(input: Input): KeyUsageType {
  if (input.KeySpec !== undefined && input.CustomerMasterKeySpec !== undefined)
    throw invalid(
      "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
    )
  const name = specOf(input)
  const spec = SPECS[name]!
  const usage = input.KeyUsage ?? (name === "SYMMETRIC_DEFAULT" ? "ENCRYPT_DECRYPT" : undefined)
  if (usage === undefined)
    throw invalid("You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.")
  if (!spec.usages.includes(usage)) throw invalid(`KeyUsage ${usage} is not compatible with KeySpec ${name}`)
  return usage
}
