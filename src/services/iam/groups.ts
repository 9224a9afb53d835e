import {
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  ListGroupsCommand,
  UpdateGroupCommand,
  type UpdateGroupRequest,
} from "@aws-sdk/client-iam"
import { operation } from "../../operation.ts"
import { listing, onGroup } from "./access.ts"
import { iamArn } from "./arns.ts"
import { hasGroupMembers, identityExists, overQuota } from "./errors.ts"
import { listMembers } from "./group-members.ts"
import { assertNoPolicies } from "./identities/conflicts.ts"
import { listIdentityPage } from "./identities/page.ts"
import {
  countIdentities,
  deleteIdentity,
  findIdentity,
  getIdentity,
  type Identity,
  insertIdentity,
  pageKeyOf,
} from "./identities/record.ts"
import { renameIdentity, renaming } from "./identities/rename.ts"
import { groupOf, userOf } from "./identities/wire.ts"
import { listPage, pageMembers } from "./paging.ts"
import { quotas } from "./quotas.ts"
import { issueUniqueId } from "./unique-ids.ts"

export const CreateGroup = operation(CreateGroupCommand, {
  access: ({ GroupName, Path = "/" }, { account }) => ({ resource: iamArn(account, "group", Path, GroupName) }),
  async handle({ GroupName, Path = "/" }, { store, clock, account }) {
    const id = issueUniqueId("AGPA")
    const createdAt = clock.now()
    return store.transact(async (tx) => {
      if (await findIdentity(tx, account, "group", GroupName)) throw identityExists("group", GroupName)
      if ((await countIdentities(tx, account, "group")) >= quotas.GroupsQuota)
        throw overQuota("GroupsPerAccount", quotas.GroupsQuota)
      const group: Identity = { account, kind: "group", name: GroupName, path: Path, id, body: { createdAt, tags: [] } }
      await insertIdentity(tx, group)
      return { Group: groupOf(group) }
    })
  },
})

export const GetGroup = operation(GetGroupCommand, {
  access: onGroup,
  async handle({ GroupName, ...paging }, context) {
    const { store, account } = context
    return store.read(async (tx) => {
      const group = await getIdentity(tx, account, "group", GroupName)
      const page = await listPage(
        context,
        paging,
        `members ${group.id}`,
        (after, limit) => listMembers(tx, group, after, limit),
        pageKeyOf,
      )
      return { Group: groupOf(group), Users: page.items.map(userOf), ...pageMembers(page) }
    })
  },
})

export const ListGroups = operation(ListGroupsCommand, {
  access: listing("group"),
  async handle(input, context) {
    const page = await context.store.read((tx) => listIdentityPage(tx, context, "group", input))
    return { Groups: page.items.map(groupOf), ...pageMembers(page) }
  },
})

const renamingOf = ({ GroupName, NewGroupName, NewPath }: UpdateGroupRequest) =>
  ({ kind: "group", name: GroupName!, newName: NewGroupName, newPath: NewPath }) as const

export const UpdateGroup = operation(UpdateGroupCommand, {
  access: (input, scope) => renaming(renamingOf(input), scope),
  async handle(input, { store, account }) {
    await store.transact((tx) => renameIdentity(tx, account, renamingOf(input)))
    return {}
  },
})

export const DeleteGroup = operation(DeleteGroupCommand, {
  access: onGroup,
  async handle({ GroupName }, { store, account }) {
    await store.transact(async (tx) => {
      const group = await getIdentity(tx, account, "group", GroupName)
      if (await tx.get("SELECT user_id FROM iam_group_members WHERE group_id = $1 LIMIT 1", group.id))
        throw hasGroupMembers()
      await assertNoPolicies(tx, group)
      await deleteIdentity(tx, group)
    })
    return {}
  },
})
