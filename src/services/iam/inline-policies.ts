import {
  DeleteGroupPolicyCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetGroupPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListGroupPoliciesCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import { sizeWithoutWhitespace } from "../../policy/index.ts"
import type { Reading } from "../../store/store.ts"
import { onGroup, onRole, onUser } from "./access.ts"
import { assertDocument } from "./documents.ts"
import { inlinePoliciesTooLarge, inlinePolicyNotFound } from "./errors.ts"
import type { IdentityKind } from "./identities/kind.ts"
import { getIdentity, type Identity, identityChanged } from "./identities/record.ts"
import { getModifiable } from "./identities/service-linked.ts"
import { listPageOf, type PageInput, pageMembers } from "./paging.ts"
import { quotas } from "./quotas.ts"
import { urlEncoded } from "./url-encoding.ts"

/** The sum of the sizes of all inline policies of one identity. */
const sizeQuotas: Record<IdentityKind, number> = {
  user: quotas.UserPolicySizeQuota,
  role: quotas.RolePolicySizeQuota,
  group: quotas.GroupPolicySizeQuota,
}

export interface InlinePolicy {
  name: string
  document: string
}

/** In the order of their names. */
export const listInlinePolicies = (tx: Reading, { id }: Identity): Promise<InlinePolicy[]> =>
  tx.all<InlinePolicy>("SELECT name, document FROM iam_inline_policies WHERE owner_id = $1 ORDER BY name", id)

async function put(context: CallContext, kind: IdentityKind, name: string, policy: InlinePolicy): Promise<object> {
  assertDocument(policy.document, "inline")
  const { store, account } = context
  await store.transact(async (tx) => {
    const owner = await getModifiable(tx, account, kind, name)
    const others = (await listInlinePolicies(tx, owner)).filter((other) => other.name !== policy.name)
    const size = [policy, ...others].reduce((sum, { document }) => sum + sizeWithoutWhitespace(document), 0)
    if (size > sizeQuotas[kind]) throw inlinePoliciesTooLarge(kind, name, sizeQuotas[kind])
    await tx.run(
      `INSERT INTO iam_inline_policies (owner_id, name, document) VALUES ($1, $2, $3)
       ON CONFLICT (owner_id, name) DO UPDATE SET document = excluded.document`,
      owner.id,
      policy.name,
      policy.document,
    )
    await identityChanged(tx, owner)
  })
  return {}
}

/** Percent-encoded, as it is answered. */
const get = ({ store, account }: CallContext, kind: IdentityKind, name: string, policyName: string): Promise<string> =>
  store.read(async (tx) => {
    const owner = await getIdentity(tx, account, kind, name)
    const row = await tx.get<{ document: string }>(
      "SELECT document FROM iam_inline_policies WHERE owner_id = $1 AND name = $2",
      owner.id,
      policyName,
    )
    if (!row) throw inlinePolicyNotFound(kind, policyName)
    return urlEncoded(row.document)
  })

async function remove(context: CallContext, kind: IdentityKind, name: string, policyName: string): Promise<object> {
  const { store, account } = context
  await store.transact(async (tx) => {
    const owner = await getModifiable(tx, account, kind, name)
    const gone = await tx.run("DELETE FROM iam_inline_policies WHERE owner_id = $1 AND name = $2", owner.id, policyName)
    if (gone === 0) throw inlinePolicyNotFound(kind, policyName)
    await identityChanged(tx, owner)
  })
  return {}
}

const list = (context: CallContext, kind: IdentityKind, name: string, paging: PageInput) =>
  context.store.read(async (tx) => {
    const owner = await getIdentity(tx, context.account, kind, name)
    const names = (await listInlinePolicies(tx, owner)).map((policy) => policy.name)
    const page = await listPageOf(context, paging, `inline ${owner.id}`, names, (policyName) => policyName)
    return { PolicyNames: page.items, ...pageMembers(page) }
  })

export const PutRolePolicy = operation(PutRolePolicyCommand, {
  access: onRole,
  handle: ({ RoleName, PolicyName, PolicyDocument }, context) =>
    put(context, "role", RoleName, { name: PolicyName, document: PolicyDocument }),
})
export const PutUserPolicy = operation(PutUserPolicyCommand, {
  access: onUser,
  handle: ({ UserName, PolicyName, PolicyDocument }, context) =>
    put(context, "user", UserName, { name: PolicyName, document: PolicyDocument }),
})
export const PutGroupPolicy = operation(PutGroupPolicyCommand, {
  access: onGroup,
  handle: ({ GroupName, PolicyName, PolicyDocument }, context) =>
    put(context, "group", GroupName, { name: PolicyName, document: PolicyDocument }),
})

export const GetRolePolicy = operation(GetRolePolicyCommand, {
  access: onRole,
  async handle({ RoleName, PolicyName }, context) {
    return { RoleName, PolicyName, PolicyDocument: await get(context, "role", RoleName, PolicyName) }
  },
})
export const GetUserPolicy = operation(GetUserPolicyCommand, {
  access: onUser,
  async handle({ UserName, PolicyName }, context) {
    return { UserName, PolicyName, PolicyDocument: await get(context, "user", UserName, PolicyName) }
  },
})
export const GetGroupPolicy = operation(GetGroupPolicyCommand, {
  access: onGroup,
  async handle({ GroupName, PolicyName }, context) {
    return { GroupName, PolicyName, PolicyDocument: await get(context, "group", GroupName, PolicyName) }
  },
})

export const DeleteRolePolicy = operation(DeleteRolePolicyCommand, {
  access: onRole,
  handle: ({ RoleName, PolicyName }, context) => remove(context, "role", RoleName, PolicyName),
})
export const DeleteUserPolicy = operation(DeleteUserPolicyCommand, {
  access: onUser,
  handle: ({ UserName, PolicyName }, context) => remove(context, "user", UserName, PolicyName),
})
export const DeleteGroupPolicy = operation(DeleteGroupPolicyCommand, {
  access: onGroup,
  handle: ({ GroupName, PolicyName }, context) => remove(context, "group", GroupName, PolicyName),
})

export const ListRolePolicies = operation(ListRolePoliciesCommand, {
  access: onRole,
  handle: ({ RoleName, ...paging }, context) => list(context, "role", RoleName, paging),
})
export const ListUserPolicies = operation(ListUserPoliciesCommand, {
  access: onUser,
  handle: ({ UserName, ...paging }, context) => list(context, "user", UserName, paging),
})
export const ListGroupPolicies = operation(ListGroupPoliciesCommand, {
  access: onGroup,
  handle: ({ GroupName, ...paging }, context) => list(context, "group", GroupName, paging),
})
