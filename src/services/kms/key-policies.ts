import { GetKeyPolicyCommand, ListKeyPoliciesCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms"
import { principalOf } from "../../authorization/authorize.ts"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import { compile, contextOf, decide, validate } from "../../policy/index.ts"
import type { Reading } from "../../store/store.ts"
import { showPrincipals, storePrincipals } from "../iam/service.ts"
import { onKey } from "./access.ts"
import type { Home } from "./arns.ts"
import { invalid, malformedPolicy, notFoundPolicy } from "./errors.ts"
import { assertNotPendingDeletion, getKey, readNamedKey } from "./keys/find.ts"
import { updateKey } from "./keys/record.ts"
import { listPage } from "./paging.ts"

/** Developer Guide, "Resource quotas": the key policy document. */
const MOST_BYTES = 32 * 1024

/** The one that CreateKey gives where none is sent: Developer Guide, "Default key policy". */
export const defaultPolicy = (account: string): string =>
  JSON.stringify(
    {
      Version: "2012-10-17",
      Id: "key-default-1",
      Statement: [
        {
          Sid: "Enable IAM User Permissions",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: "kms:*",
          Resource: "*",
        },
      ],
    },
    undefined,
    2,
  )

const ALLOWS_ALL = compile({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "kms:*", Resource: "*" } })

/** A policy that may be a key's, as it is stored: whom it names are there, and it does not lock its writer out. */
export async function parsePolicy(
  tx: Reading,
  text: string,
  bypass: boolean | undefined,
  { caller, account }: Pick<CallContext, "caller"> & Home,
): Promise<string> {
  if (Buffer.byteLength(text) > MOST_BYTES) throw malformedPolicy("The policy is longer than 32768 bytes.")
  const fault = validate("resource", text)
  if (fault) throw malformedPolicy(fault.message)
  const stored = await storePrincipals(tx, text)
  if ("unknown" in stored) throw malformedPolicy("Policy contains a statement with one or more invalid principals.")
  if (bypass) return stored.document
  // API Reference, PutKeyPolicy: the caller, or its account, must be able to put another policy later.
  const decision = decide(
    {
      principal: principalOf(caller),
      action: "kms:PutKeyPolicy",
      resource: "*",
      resourceAccount: account,
      context: contextOf({ "kms:CallerAccount": account }),
    },
    { identity: [ALLOWS_ALL], resource: compile(stored.document), resourcePolicyType: "key" },
  )
  if (!decision.allowed)
    throw malformedPolicy("The new key policy will not allow you to update the key policy in the future.")
  return stored.document
}

/** API Reference: the only name that a policy has. */
function assertName(name = "default"): void {
  if (name !== "default") throw notFoundPolicy(name)
}

export const PutKeyPolicy = operation(PutKeyPolicyCommand, {
  access: ({ KeyId, BypassPolicyLockoutSafetyCheck = false }, home) =>
    onKey(KeyId, home, { context: { "kms:BypassPolicyLockoutSafetyCheck": String(BypassPolicyLockoutSafetyCheck) } }),
  async handle({ KeyId, Policy, PolicyName, BypassPolicyLockoutSafetyCheck }, context) {
    if (PolicyName !== undefined && PolicyName !== "default") throw invalid("PolicyName must be default.")
    await context.store.transact(async (tx) => {
      const key = await readNamedKey(tx, KeyId, context)
      assertNotPendingDeletion(key)
      const { account, region } = key.record
      const asked = { caller: context.caller, account, region }
      const policy = await parsePolicy(tx, Policy, BypassPolicyLockoutSafetyCheck, asked)
      await updateKey(tx, { ...key.record, policy })
    })
    return {}
  },
})

export const GetKeyPolicy = operation(GetKeyPolicyCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle({ KeyId, PolicyName }, context) {
    assertName(PolicyName)
    const { record } = await getKey(KeyId, context)
    return { Policy: await context.store.read((tx) => showPrincipals(tx, record.policy)), PolicyName: "default" }
  },
})

export const ListKeyPolicies = operation(ListKeyPoliciesCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle(input, context) {
    const { record } = await getKey(input.KeyId, context)
    const { items, paged } = await listPage(context.masterKey, `ListKeyPolicies ${record.id}`, input, {
      load: async (after) => ["default"].filter((name) => name > after),
      keyOf: (name) => name,
    })
    return { PolicyNames: items, ...paged }
  },
})
