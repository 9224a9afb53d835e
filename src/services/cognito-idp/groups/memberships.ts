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
import { describeGroup, type Group, getGroup, parseGroup } from "./record.ts"

const LIST_LIMIT = 60

export const AdminAddUserToGroup = operation(AdminAddUserToGroupCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, GroupName }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await context.store.transact(async (tx) => {
      const user = await getUser(tx, pool, Username)
      await getGroup(tx, pool.id, GroupName)
      await tx.run(
        `INSERT INTO idp_memberships (pool_id, group_name, sub) VALUES ($1, $2, $3)
         ON CONFLICT (pool_id, group_name, sub) DO NOTHING`,
        pool.id,
        GroupName,
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
      await getGroup(tx, pool.id, GroupName)
      await tx.run(
        "DELETE FROM idp_memberships WHERE pool_id = $1 AND group_name = $2 AND sub = $3",
        pool.id,
        GroupName,
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
      (group: Group) => group.name,
      async (after, count) => {
        const rows = await store.read((tx) =>
          tx.all<Parameters<typeof parseGroup>[0]>(
            `SELECT g.name, g.body FROM idp_memberships m
               JOIN idp_groups g ON g.pool_id = m.pool_id AND g.name = m.group_name
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
    await store.read((tx) => getGroup(tx, pool.id, GroupName))
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
            GroupName,
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
