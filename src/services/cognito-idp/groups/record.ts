import type { GroupType } from "@aws-sdk/client-cognito-identity-provider"
import { randomBase64Url } from "../../../base/random.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import type { Enqueuing } from "../../../work/work.ts"
import { groupNotFound } from "../errors.ts"
import { removeRest } from "../removal.ts"
import { assertPoolThere } from "../user-pools/record.ts"

/** A group of a pool. Times are milliseconds since the epoch. */
export interface Group {
  name: string
  description?: string
  roleArn?: string
  /** Zero comes first; a group without one comes after all that have one. */
  precedence?: number
  createdAt: number
  modifiedAt: number
}

/** As it is kept. */
export interface StoredGroup extends Group {
  /** What memberships know it by: a new group of the name of an old one has none of its members. */
  memberKey: string
}

interface GroupRow {
  name: string
  member_key: string
  body: string
}

export const GROUP_COLUMNS = "g.name, g.member_key, g.body"

export const parseGroup = ({ name, member_key, body }: GroupRow): StoredGroup => ({
  ...JSON.parse(body),
  name,
  memberKey: member_key,
})

/** Sorts as the names do: no name has a blank. */
export const newMemberKey = (name: string): string => `${name} ${randomBase64Url(9)}`

export async function getGroup(tx: Reading, poolId: string, name: string): Promise<StoredGroup> {
  const row = await tx.get<GroupRow>(
    `SELECT ${GROUP_COLUMNS} FROM idp_groups g WHERE g.pool_id = $1 AND g.name = $2`,
    poolId,
    name,
  )
  if (!row) throw groupNotFound()
  return parseGroup(row)
}

/** False where there is one of that name. */
export async function insertGroup(
  tx: Writing,
  poolId: string,
  { name, memberKey, ...body }: StoredGroup,
): Promise<boolean> {
  await assertPoolThere(tx, poolId)
  const inserted = await tx.run(
    `INSERT INTO idp_groups (pool_id, name, member_key, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (pool_id, name) DO NOTHING`,
    poolId,
    name,
    memberKey,
    JSON.stringify(body),
  )
  return inserted > 0
}

export async function updateGroup(
  tx: Writing,
  poolId: string,
  { name, memberKey: _, ...body }: StoredGroup,
): Promise<void> {
  await tx.run("UPDATE idp_groups SET body = $3 WHERE pool_id = $1 AND name = $2", poolId, name, JSON.stringify(body))
}

/** It is gone at once; its memberships, of which there may be any number, go in the background. */
export async function deleteGroup(tx: Writing, work: Enqueuing, poolId: string, group: StoredGroup): Promise<void> {
  await tx.run("DELETE FROM idp_groups WHERE pool_id = $1 AND name = $2", poolId, group.name)
  await removeRest(tx, work, "group", poolId, group.memberKey)
}

export const listGroups = async (tx: Reading, poolId: string, after: string, count: number): Promise<Group[]> =>
  (
    await tx.all<GroupRow>(
      `SELECT ${GROUP_COLUMNS} FROM idp_groups g WHERE g.pool_id = $1 AND g.name > $2 ORDER BY g.name LIMIT $3`,
      poolId,
      after,
      count,
    )
  ).map(parseGroup)

/**
 * The groups of a user by precedence, then by name: the order of `cognito:groups`. UNVERIFIED.
 *
 * A cross join, because SQLite keeps its order: it would go through all groups of the pool else, which are in order.
 */
export async function groupsOfUser(tx: Reading, poolId: string, sub: string): Promise<Group[]> {
  const rows = await tx.all<GroupRow>(
    `SELECT ${GROUP_COLUMNS} FROM idp_memberships m CROSS JOIN idp_groups g
      WHERE m.pool_id = $1 AND m.sub = $2 AND g.pool_id = m.pool_id AND g.member_key = m.group_name ORDER BY g.name`,
    poolId,
    sub,
  )
  return rows.map(parseGroup).sort((a, b) => rankOf(a) - rankOf(b))
}

/** Whether there are any, as a column of a statement that is asked anyway; null where there are none, as there mostly are not. */
export const anyGroupOf = (poolId: string, sub: string): string =>
  `(SELECT m.group_name FROM idp_memberships m WHERE m.pool_id = ${poolId} AND m.sub = ${sub} LIMIT 1)`

const LAST = 2 ** 31
export const rankOf = ({ precedence }: Group): number => precedence ?? LAST

export const describeGroup = (poolId: string, group: Group): GroupType => ({
  GroupName: group.name,
  UserPoolId: poolId,
  ...(group.description !== undefined && { Description: group.description }),
  ...(group.roleArn !== undefined && { RoleArn: group.roleArn }),
  ...(group.precedence !== undefined && { Precedence: group.precedence }),
  LastModifiedDate: new Date(group.modifiedAt),
  CreationDate: new Date(group.createdAt),
})
