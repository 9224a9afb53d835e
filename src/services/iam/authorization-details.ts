import {
  type EntityType,
  GetAccountAuthorizationDetailsCommand,
  type GroupDetail,
  type ManagedPolicyDetail,
  type PolicyDetail,
  type RoleDetail,
  type UserDetail,
} from "@aws-sdk/client-iam"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { onAccount } from "./access.ts"
import { listAttachedPolicies } from "./attachments.ts"
import { findBoundary } from "./boundaries.ts"
import { listGroupsOf } from "./group-members.ts"
import { type Identity, listIdentities } from "./identities/record.ts"
import { groupOf, roleOf, userOf } from "./identities/wire.ts"
import { listInlinePolicies } from "./inline-policies.ts"
import { profilesOfRole } from "./instance-profile-record.ts"
import { listPageOf, pageMembers } from "./paging.ts"
import { listOwnPolicies } from "./policies/policies.ts"
import { countUses, listAwsPolicies, listVersions, type ManagedPolicy, policyOf } from "./policies/record.ts"
import { wholeVersionOf } from "./policies/versions.ts"
import { urlEncoded } from "./url-encoding.ts"
import { roleLastUsed } from "./uses.ts"

type Entry =
  | { type: "User" | "Group" | "Role"; key: string; identity: Identity }
  | { type: "LocalManagedPolicy" | "AWSManagedPolicy"; key: string; policy: ManagedPolicy }

/** AWS's own policies are listed where they are used (API Reference: "in-use"). */
export const GetAccountAuthorizationDetails = operation(GetAccountAuthorizationDetailsCommand, {
  access: onAccount,
  handle: ({ Filter, ...paging }, context) =>
    context.store.read(async (tx) => {
      const isWanted = ({ type }: Entry) => !Filter?.length || Filter.includes(type as EntityType)
      const entries = (await listEntries(tx, context.account)).filter(isWanted)
      const list = `details ${Filter?.join() ?? ""}`
      const page = await listPageOf(context, paging, list, entries, ({ key }) => key)
      const UserDetailList: UserDetail[] = []
      const GroupDetailList: GroupDetail[] = []
      const RoleDetailList: RoleDetail[] = []
      const Policies: ManagedPolicyDetail[] = []
      for (const entry of page.items) {
        if (entry.type === "User") UserDetailList.push(await userDetail(tx, entry.identity))
        else if (entry.type === "Group") GroupDetailList.push(await groupDetail(tx, entry.identity))
        else if (entry.type === "Role") RoleDetailList.push(await roleDetail(tx, entry.identity))
        else if ("policy" in entry) Policies.push(await policyDetail(tx, context.account, entry.policy))
      }
      return { UserDetailList, GroupDetailList, RoleDetailList, Policies, ...pageMembers(page) }
    }),
})

async function listEntries(tx: Reading, account: string): Promise<Entry[]> {
  const entries: Entry[] = []
  const everything = { pathPrefix: "/", after: "", limit: 1_000_000 }
  for (const [kind, type] of [
    ["user", "User"],
    ["group", "Group"],
    ["role", "Role"],
  ] as const)
    for (const identity of await listIdentities(tx, account, kind, everything))
      entries.push({ type, key: `${type} ${identity.id}`, identity })
  for (const policy of await listOwnPolicies(tx, account))
    entries.push({ type: "LocalManagedPolicy", key: `Policy ${policy.arn}`, policy })
  for (const policy of listAwsPolicies()) {
    const { attachments, boundaries } = await countUses(tx, account, policy.arn)
    if (attachments + boundaries > 0) entries.push({ type: "AWSManagedPolicy", key: `Policy ${policy.arn}`, policy })
  }
  return entries
}

const inlineOf = async (tx: Reading, identity: Identity): Promise<PolicyDetail[]> =>
  (await listInlinePolicies(tx, identity)).map(({ name, document }) => ({
    PolicyName: name,
    PolicyDocument: urlEncoded(document),
  }))

async function userDetail(tx: Reading, user: Identity): Promise<UserDetail> {
  const boundary = await findBoundary(tx, user)
  return {
    ...userOf(user),
    UserPolicyList: await inlineOf(tx, user),
    GroupList: (await listGroupsOf(tx, user)).map(({ name }) => name),
    AttachedManagedPolicies: await listAttachedPolicies(tx, user),
    ...(boundary && { PermissionsBoundary: boundary }),
    Tags: [...user.body.tags],
  }
}

const groupDetail = async (tx: Reading, group: Identity): Promise<GroupDetail> => ({
  ...groupOf(group),
  GroupPolicyList: await inlineOf(tx, group),
  AttachedManagedPolicies: await listAttachedPolicies(tx, group),
})

async function roleDetail(tx: Reading, role: Identity): Promise<RoleDetail> {
  const boundary = await findBoundary(tx, role)
  const { Description: _, MaxSessionDuration: __, ...wire } = await roleOf(tx, role)
  return {
    ...wire,
    InstanceProfileList: await profilesOfRole(tx, role),
    RolePolicyList: await inlineOf(tx, role),
    AttachedManagedPolicies: await listAttachedPolicies(tx, role),
    ...(boundary && { PermissionsBoundary: boundary }),
    Tags: [...role.body.tags],
    RoleLastUsed: await roleLastUsed(tx, role.id),
  }
}

async function policyDetail(tx: Reading, account: string, policy: ManagedPolicy): Promise<ManagedPolicyDetail> {
  const versions = await listVersions(tx, policy.arn)
  return {
    ...policyOf(policy, await countUses(tx, account, policy.arn)),
    ...(policy.body.description !== undefined && { Description: policy.body.description }),
    PolicyVersionList: versions.map((version) => wholeVersionOf(policy, version)),
  }
}
