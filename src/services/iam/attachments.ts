import {
  type AttachedPolicy,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
} from "@aws-sdk/client-iam"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import type { Reading, Writing } from "../../store/store.ts"
import { attachingToGroup, attachingToRole, attachingToUser, onGroup, onRole, onUser } from "./access.ts"
import { parseIamArn } from "./arns.ts"
import { assertAttachable } from "./boundaries.ts"
import { overQuota, policyNotFound } from "./errors.ts"
import type { IdentityKind } from "./identities/kind.ts"
import { getIdentity, type Identity, identityChanged } from "./identities/record.ts"
import { getModifiable } from "./identities/service-linked.ts"
import { listPageOf, type PageInput, pageMembers } from "./paging.ts"
import { quotas } from "./quotas.ts"

const attachmentQuotas: Record<IdentityKind, [name: string, limit: number]> = {
  user: ["PoliciesPerUser", quotas.AttachedPoliciesPerUserQuota],
  role: ["PoliciesPerRole", quotas.AttachedPoliciesPerRoleQuota],
  group: ["PoliciesPerGroup", quotas.AttachedPoliciesPerGroupQuota],
}

/** In the order of their ARNs. */
export async function listAttachedPolicies(tx: Reading, { id }: Identity): Promise<AttachedPolicy[]> {
  const rows = await tx.all<{ policy_arn: string }>(
    "SELECT policy_arn FROM iam_attachments WHERE owner_id = $1 ORDER BY policy_arn",
    id,
  )
  return rows.map(({ policy_arn }) => ({ PolicyName: parseIamArn(policy_arn)!.name, PolicyArn: policy_arn }))
}

async function attach({ store, account }: CallContext, kind: IdentityKind, name: string, arn: string): Promise<object> {
  await store.transact(async (tx) => {
    const owner = await getModifiable(tx, account, kind, name)
    await assertAttachable(tx, account, arn, "policy")
    const attached = await listAttachedPolicies(tx, owner)
    if (attached.some(({ PolicyArn }) => PolicyArn === arn)) return
    const [quota, limit] = attachmentQuotas[kind]
    if (attached.length >= limit) throw overQuota(quota, limit)
    await insertAttachment(tx, owner, arn)
  })
  return {}
}

export async function insertAttachment(tx: Writing, owner: Identity, arn: string): Promise<void> {
  await tx.run(
    "INSERT INTO iam_attachments (owner_id, policy_arn, account) VALUES ($1, $2, $3)",
    owner.id,
    arn,
    owner.account,
  )
  await identityChanged(tx, owner)
}

async function detach({ store, account }: CallContext, kind: IdentityKind, name: string, arn: string): Promise<object> {
  await store.transact(async (tx) => {
    const owner = await getModifiable(tx, account, kind, name)
    const gone = await tx.run("DELETE FROM iam_attachments WHERE owner_id = $1 AND policy_arn = $2", owner.id, arn)
    if (gone === 0) throw policyNotFound(arn)
    await identityChanged(tx, owner)
  })
  return {}
}

const list = (context: CallContext, kind: IdentityKind, name: string, input: PageInput & { PathPrefix?: string }) =>
  context.store.read(async (tx) => {
    const { PathPrefix = "/", ...paging } = input
    const owner = await getIdentity(tx, context.account, kind, name)
    const attached = (await listAttachedPolicies(tx, owner)).filter(({ PolicyArn }) =>
      parseIamArn(PolicyArn!)!.path.startsWith(PathPrefix),
    )
    const page = await listPageOf(context, paging, `attached ${owner.id} ${PathPrefix}`, attached, (p) => p.PolicyArn!)
    return { AttachedPolicies: page.items, ...pageMembers(page) }
  })

export const AttachRolePolicy = operation(AttachRolePolicyCommand, {
  access: attachingToRole,
  handle: ({ RoleName, PolicyArn }, context) => attach(context, "role", RoleName, PolicyArn),
})
export const AttachUserPolicy = operation(AttachUserPolicyCommand, {
  access: attachingToUser,
  handle: ({ UserName, PolicyArn }, context) => attach(context, "user", UserName, PolicyArn),
})
export const AttachGroupPolicy = operation(AttachGroupPolicyCommand, {
  access: attachingToGroup,
  handle: ({ GroupName, PolicyArn }, context) => attach(context, "group", GroupName, PolicyArn),
})

export const DetachRolePolicy = operation(DetachRolePolicyCommand, {
  access: attachingToRole,
  handle: ({ RoleName, PolicyArn }, context) => detach(context, "role", RoleName, PolicyArn),
})
export const DetachUserPolicy = operation(DetachUserPolicyCommand, {
  access: attachingToUser,
  handle: ({ UserName, PolicyArn }, context) => detach(context, "user", UserName, PolicyArn),
})
export const DetachGroupPolicy = operation(DetachGroupPolicyCommand, {
  access: attachingToGroup,
  handle: ({ GroupName, PolicyArn }, context) => detach(context, "group", GroupName, PolicyArn),
})

export const ListAttachedRolePolicies = operation(ListAttachedRolePoliciesCommand, {
  access: onRole,
  handle: ({ RoleName, ...input }, context) => list(context, "role", RoleName, input),
})
export const ListAttachedUserPolicies = operation(ListAttachedUserPoliciesCommand, {
  access: onUser,
  handle: ({ UserName, ...input }, context) => list(context, "user", UserName, input),
})
export const ListAttachedGroupPolicies = operation(ListAttachedGroupPoliciesCommand, {
  access: onGroup,
  handle: ({ GroupName, ...input }, context) => list(context, "group", GroupName, input),
})
