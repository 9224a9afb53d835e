import {
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  ListGroupsCommand,
  UpdateGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation, type Scope } from "../../../operation.ts"
import { onUserPool, onUserPoolPassing } from "../access.ts"
import { groupExists } from "../errors.ts"
import { listPage } from "../paging.ts"
import { getUserPool } from "../user-pools/record.ts"
import {
  deleteGroup,
  describeGroup,
  type Group,
  getGroup,
  insertGroup,
  listGroups,
  newMemberKey,
  type StoredGroup,
  updateGroup,
} from "./record.ts"

const LIST_LIMIT = 60

const onPoolPassingRole = (input: { UserPoolId: string; RoleArn?: string | undefined }, scope: Scope) =>
  onUserPoolPassing(input, input.RoleArn, scope)

export const CreateGroup = operation(CreateGroupCommand, {
  access: onPoolPassingRole,
  async handle({ UserPoolId, GroupName, Description, RoleArn, Precedence }, context) {
    const { store, clock } = context
    const pool = await getUserPool(UserPoolId, context)
    const now = clock.now()
    const group: StoredGroup = {
      name: GroupName,
      memberKey: newMemberKey(GroupName),
      createdAt: now,
      modifiedAt: now,
      ...settingsOf({ Description, RoleArn, Precedence }),
    }
    if (!(await store.transact((tx) => insertGroup(tx, pool.id, group)))) throw groupExists()
    return { Group: describeGroup(pool.id, group) }
  },
})

/** What a request sets; what it leaves out stays. */
function settingsOf(input: {
  Description?: string | undefined
  RoleArn?: string | undefined
  Precedence?: number | undefined
}) {
  return {
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.RoleArn !== undefined && { roleArn: input.RoleArn }),
    ...(input.Precedence !== undefined && { precedence: input.Precedence }),
  }
}

export const GetGroup = operation(GetGroupCommand, {
  access: onUserPool,
  async handle({ UserPoolId, GroupName }, context) {
    const pool = await getUserPool(UserPoolId, context)
    return { Group: describeGroup(pool.id, await context.store.read((tx) => getGroup(tx, pool.id, GroupName))) }
  },
})

export const UpdateGroup = operation(UpdateGroupCommand, {
  access: onPoolPassingRole,
  async handle({ UserPoolId, GroupName, ...input }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const modifiedAt = context.clock.now()
    const group = await context.store.transact(async (tx) => {
      const changed: StoredGroup = { ...(await getGroup(tx, pool.id, GroupName)), ...settingsOf(input), modifiedAt }
      await updateGroup(tx, pool.id, changed)
      return changed
    })
    return { Group: describeGroup(pool.id, group) }
  },
})

export const DeleteGroup = operation(DeleteGroupCommand, {
  access: onUserPool,
  async handle({ UserPoolId, GroupName }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await context.store.transact(async (tx) => {
      await deleteGroup(tx, context.work, pool.id, await getGroup(tx, pool.id, GroupName))
    })
    return {}
  },
})

export const ListGroups = operation(ListGroupsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Limit, NextToken }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const { items, next } = await listPage(
      context.masterKey,
      { about: `groups ${pool.id}`, token: NextToken, limit: Limit || LIST_LIMIT },
      (group: Group) => group.name,
      (after, count) => context.store.read((tx) => listGroups(tx, pool.id, after, count)),
    )
    return { Groups: items.map((group) => describeGroup(pool.id, group)), NextToken: next }
  },
})
