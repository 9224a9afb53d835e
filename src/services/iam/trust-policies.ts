import { UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam"
import { operation } from "../../operation.ts"
import { sizeWithoutWhitespace } from "../../policy/index.ts"
import type { Reading } from "../../store/store.ts"
import { onRole } from "./access.ts"
import { assertDocument } from "./documents.ts"
import { malformedPolicy, overQuota } from "./errors.ts"
import { updateIdentity } from "./identities/record.ts"
import { getModifiable } from "./identities/service-linked.ts"
import { storePrincipals } from "./principals.ts"
import { quotas } from "./quotas.ts"

/** The trust policy as it is stored, or the error that AWS answers a bad one with. */
export async function trustOf(tx: Reading, document: string): Promise<string> {
  assertDocument(document, "trust")
  if (sizeWithoutWhitespace(document) > quotas.AssumeRolePolicySizeQuota)
    throw overQuota("ACLSizePerRole", quotas.AssumeRolePolicySizeQuota)
  const stored = await storePrincipals(tx, document)
  if ("unknown" in stored) throw malformedPolicy(`Invalid principal in policy: "AWS":"${stored.unknown}"`)
  return stored.document
}

export const UpdateAssumeRolePolicy = operation(UpdateAssumeRolePolicyCommand, {
  access: onRole,
  async handle({ RoleName, PolicyDocument }, { store, account }) {
    await store.transact(async (tx) => {
      const role = await getModifiable(tx, account, "role", RoleName)
      await updateIdentity(tx, { ...role, body: { ...role.body, trust: await trustOf(tx, PolicyDocument) } })
    })
    return {}
  },
})
