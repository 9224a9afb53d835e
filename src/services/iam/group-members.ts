import { AddUserToGroupCommand, ListGroupsForUserCommand, RemoveUserFromGroupCommand } from "@aws-sdk/client-iam"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { onGroup, onUser } from "./access.ts"
import { overQuota } from "./errors.ts"
import {
  getIdentity,
  IDENTITY_COLUMNS,
  type Identity,
  type IdentityRow,
  identityChanged,
  pageKeyOf,
  parseIdentity,
} from "./identities/record.ts"
import { groupOf } from "./identities/wire.ts"
import { listPageOf, pageMembers } from "./paging.ts"
import { quotas } from "./quotas.ts"

/** The users of a group, in the order of their names. */
export async function listMembers(tx: Reading, group: Identity, after: string, limit: number): Promise<Identity[]> {
  const rows = await tx.all<IdentityRow>(
    `SELECT ${IDENTITY_COLUMNS} FROM iam_group_members m JOIN iam_identities i ON i.id = m.user_id
     WHERE m.group_id = $1 AND i.name_key > $2 ORDER BY i.name_key LIMIT $3`,
    group.id,
    after,
    limit,
  )
  return rows.map(parseIdentity)
}

/** A user is in ten groups at most: all of them. */
export async function listGroupsOf(tx: Reading, user: Identity): Promise<Identity[]> {
  const rows = await tx.all<IdentityRow>(
    `SELECT ${IDENTITY_COLUMNS} FROM iam_group_members m JOIN iam_identities i ON i.id = m.group_id
     WHERE m.user_id = $1 ORDER BY i.name_key`,
    user.id,
  )
  return rows.map(parseIdentity)
}

export const AddUserToGroup = operation(AddUserToGroupCommand, {
  access: onGroup,
  async handle({ GroupName, UserName }, { store, account }) {
    await store.transact(async (tx) => {
      const group = await getIdentity(tx, account, "group", GroupName)
      const user = await getIdentity(tx, account, "user", UserName)
      const groups = await listGroupsOf(tx, user)
      if (groups.some(({ id }) => id === group.id)) return
      if (groups.length >= quotas.GroupsPerUserQuota) throw overQuota("GroupsPerUser", quotas.GroupsPerUserQuota)
      await tx.run("INSERT INTO iam_group_members (group_id, user_id) VALUES ($1, $2)", group.id, user.id)
      await identityChanged(tx, user)
    })
    return {}
  },
})

export const RemoveUserFromGroup = operation(RemoveUserFromGroupCommand, {
  access: onGroup,
  async handle({ GroupName, UserName }, { store, account }) {
    await store.transact(async (tx) => {
      const group = await getIdentity(tx, account, "group", GroupName)
      const user = await getIdentity(tx, account, "user", UserName)
      await tx.run("DELETE FROM iam_group_members WHERE group_id = $1 AND user_id = $2", group.id, user.id)
      await identityChanged(tx, user)
    })
    return {}
  },
})

export const ListGroupsForUser = operation(ListGroupsForUserCommand, {
  access: onUser,
  async handle({ UserName, ...paging }, context) {
    const { store, account } = context
    return store.read(async (tx) => {
      const user = await getIdentity(tx, account, "user", UserName)
      const page = await listPageOf(context, paging, `groups of ${user.id}`, await listGroupsOf(tx, user), pageKeyOf)
      return { Groups: page.items.map(groupOf), ...pageMembers(page) }
    })
  },
})
