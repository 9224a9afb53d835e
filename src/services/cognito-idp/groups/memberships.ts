import {
  AdminAddUserToGroupCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  ListUsersInGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { listPage } from "../paging.ts"
import { getUserPool } from "../user-pools/record.ts"
import { describeUser } from "../users/describe.ts"
import { getUser, parseUser, type User } from "../users/record.ts"
import { describeGroup, GROUP_COLUMNS, getGroup, parseGroup, type StoredGroup } from "./record.ts"

const LIST_LIMIT = 60

export const AdminAddUserToGroup = operation(AdminAddUserToGroupCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, GroupName }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await context.store.transact(async (tx) => {
      const user = await getUser(tx, pool, Username)
      const { memberKey } = await getGroup(tx, pool.id, GroupName)
      await tx.run(
        `INSERT INTO idp_memberships (pool_id, group_name, sub) VALUES ($1, $2, $3)
         ON CONFLICT (pool_id, group_name, sub) DO NOTHING`,
        pool.id,
        memberKey,
        user.sub,
      )
    })
    return {}
  },
})

export const AdminRemoveUserFromGroup = operation(AdminRemoveUserFromGroupCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, GroupName }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await context.store.transact(async (tx) => {
      const user = await getUser(tx, pool, Username)
      const { memberKey } = await getGroup(tx, pool.id, GroupName)
      await tx.run(
        "DELETE FROM idp_memberships WHERE pool_id = $1 AND group_name = $2 AND sub = $3",
        pool.id,
        memberKey,
        user.sub,
      )
    })
    return {}
  },
})

export const AdminListGroupsForUser = operation(AdminListGroupsForUserCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, Limit, NextToken }, context) {
    const { store, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    const { sub } = await store.read((tx) => getUser(tx, pool, Username))
    const { items, next } = await listPage(
      masterKey,
      { about: `groups of ${pool.id} ${sub}`, token: NextToken, limit: Limit || LIST_LIMIT },
      (group: StoredGroup) => group.memberKey,
      async (after, count) => {
        const rows = await store.read((tx) =>
          tx.all<Parameters<typeof parseGroup>[0]>(
            `SELECT ${GROUP_COLUMNS} FROM idp_memberships m
               JOIN idp_groups g ON g.pool_id = m.pool_id AND g.member_key = m.group_name
              WHERE m.pool_id = $1 AND m.sub = $2 AND m.group_name > $3 ORDER BY m.group_name LIMIT $4`,
            pool.id,
            sub,
            after,
            count,
          ),
        )
        return rows.map(parseGroup)
      },
    )
    return { Groups: items.map((group) => describeGroup(pool.id, group)), NextToken: next }
  },
})

export const ListUsersInGroup = operation(ListUsersInGroupCommand, {
  access: onUserPool,
  async handle({ UserPoolId, GroupName, Limit, NextToken }, context) {
    const { store, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    const { memberKey } = await store.read((tx) => getGroup(tx, pool.id, GroupName))
    const { items, next } = await listPage(
      masterKey,
      { about: `users of ${pool.id} ${GroupName}`, token: NextToken, limit: Limit || LIST_LIMIT },
      (user: User) => user.sub,
      async (after, count) => {
        const rows = await store.read((tx) =>
          tx.all<Parameters<typeof parseUser>[0]>(
            `SELECT u.sub, u.status, u.enabled, u.body FROM idp_memberships m
               JOIN idp_users u ON u.pool_id = m.pool_id AND u.sub = m.sub
              WHERE m.pool_id = $1 AND m.group_name = $2 AND m.sub > $3 ORDER BY m.sub LIMIT $4`,
            pool.id,
            memberKey,
            after,
            count,
          ),
        )
        return rows.map(parseUser)
      },
    )
    return { Users: items.map((user) => describeUser(user)), NextToken: next }
  },
})
