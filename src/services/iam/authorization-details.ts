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
import type { IdentityKind } from "./identities/kind.ts"
import { type Identity, listIdentities, pageKeyOf } from "./identities/record.ts"
import { groupOf, roleOf, userOf } from "./identities/wire.ts"
import { listInlinePolicies } from "./inline-policies.ts"
import { profilesOfRole } from "./instance-profile-record.ts"
import { listPageOfSections, pageMembers, type Section } from "./paging.ts"
import { awsPolicies, ownPolicies, type UsedPolicy } from "./policies/listing.ts"
import { listVersions, policyOf } from "./policies/record.ts"
import { wholeVersionOf } from "./policies/versions.ts"
import { urlEncoded } from "./url-encoding.ts"
import { roleLastUsed } from "./uses.ts"

type Entry =
  | { type: "User" | "Group" | "Role"; identity: Identity }
  | { type: "LocalManagedPolicy" | "AWSManagedPolicy"; used: UsedPolicy }

/** AWS's own policies are listed where they are used (API Reference: "in-use"). */
export const GetAccountAuthorizationDetails = operation(GetAccountAuthorizationDetailsCommand, {
  access: onAccount,
  handle: ({ Filter, ...paging }, context) =>
    context.store.read(async (tx) => {
      const { account } = context
      const isWanted = (type: EntityType) => !Filter?.length || Filter.includes(type)
      const list = `details ${Filter?.join() ?? ""}`
      const page = await listPageOfSections(context, paging, list, sectionsOf(tx, account, isWanted))
      const UserDetailList: UserDetail[] = []
      const GroupDetailList: GroupDetail[] = []
      const RoleDetailList: RoleDetail[] = []
      const Policies: ManagedPolicyDetail[] = []
      for (const entry of page.items) {
        if (entry.type === "User") UserDetailList.push(await userDetail(tx, entry.identity))
        else if (entry.type === "Group") GroupDetailList.push(await groupDetail(tx, entry.identity))
        else if (entry.type === "Role") RoleDetailList.push(await roleDetail(tx, entry.identity))
        else if ("used" in entry) Policies.push(await policyDetail(tx, entry.used))
      }
      return { UserDetailList, GroupDetailList, RoleDetailList, Policies, ...pageMembers(page) }
    }),
})

function sectionsOf(tx: Reading, account: string, isWanted: (type: EntityType) => boolean): Section<Entry>[] {
  const identities = (type: "User" | "Group" | "Role", kind: IdentityKind): Section<Entry> => ({
    load: async (after, limit) =>
      (await listIdentities(tx, account, kind, { pathPrefix: "/", after, limit })).map((identity) => ({
        type,
        identity,
      })),
    keyOf: (entry) => pageKeyOf((entry as { identity: Identity }).identity),
  })
  const policies = (
    type: "LocalManagedPolicy" | "AWSManagedPolicy",
    { load, keyOf }: Section<UsedPolicy>,
  ): Section<Entry> => ({
    load: async (after, limit) => (await load(after, limit)).map((used) => ({ type, used })),
    keyOf: (entry) => keyOf((entry as { used: UsedPolicy }).used),
  })
  const sections: [EntityType, Section<Entry>][] = [
    ["User", identities("User", "user")],
    ["Group", identities("Group", "group")],
    ["Role", identities("Role", "role")],
    ["LocalManagedPolicy", policies("LocalManagedPolicy", ownPolicies(tx, account))],
    ["AWSManagedPolicy", policies("AWSManagedPolicy", awsPolicies(tx, account, ["attachments", "boundaries"]))],
  ]
  return sections.filter(([type]) => isWanted(type)).map(([, section]) => section)
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

async function policyDetail(tx: Reading, { policy, use }: UsedPolicy): Promise<ManagedPolicyDetail> {
  const versions = await listVersions(tx, policy.arn)
  return {
    ...policyOf(policy, use),
    ...(policy.body.description !== undefined && { Description: policy.body.description }),
    PolicyVersionList: versions.map((version) => wholeVersionOf(policy, version)),
  }
}
