import type { GroupType } from "@aws-sdk/client-cognito-identity-provider"
import type { Reading, Writing } from "../../../store/store.ts"
import { groupNotFound } from "../errors.ts"
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

interface GroupRow {
  name: string
  body: string
}

export const parseGroup = ({ name, body }: GroupRow): Group => ({ ...JSON.parse(body), name })

export async function getGroup(tx: Reading, poolId: string, name: string): Promise<Group> {
  const row = await tx.get<GroupRow>("SELECT name, body FROM idp_groups WHERE pool_id = $1 AND name = $2", poolId, name)
  if (!row) throw groupNotFound()
  return parseGroup(row)
}

/** False where there is one of that name. */
export async function insertGroup(tx: Writing, poolId: string, { name, ...body }: Group): Promise<boolean> {
  await assertPoolThere(tx, poolId)
  const inserted = await tx.run(
    "INSERT INTO idp_groups (pool_id, name, body) VALUES ($1, $2, $3) ON CONFLICT (pool_id, name) DO NOTHING",
    poolId,
    name,
    JSON.stringify(body),
  )
  return inserted > 0
}

export async function updateGroup(tx: Writing, poolId: string, { name, ...body }: Group): Promise<void> {
  await tx.run("UPDATE idp_groups SET body = $3 WHERE pool_id = $1 AND name = $2", poolId, name, JSON.stringify(body))
}

export async function deleteGroup(tx: Writing, poolId: string, name: string): Promise<void> {
  await tx.run("DELETE FROM idp_memberships WHERE pool_id = $1 AND group_name = $2", poolId, name)
  await tx.run("DELETE FROM idp_groups WHERE pool_id = $1 AND name = $2", poolId, name)
}

export const listGroups = async (tx: Reading, poolId: string, after: string, count: number): Promise<Group[]> =>
  (
    await tx.all<GroupRow>(
      "SELECT name, body FROM idp_groups WHERE pool_id = $1 AND name > $2 ORDER BY name LIMIT $3",
      poolId,
      after,
      count,
    )
  ).map(parseGroup)

/** The groups of a user by precedence, then by name: the order of `cognito:groups`. UNVERIFIED. */
export async function groupsOfUser(tx: Reading, poolId: string, sub: string): Promise<Group[]> {
  const rows = await tx.all<GroupRow>(
    `SELECT g.name, g.body FROM idp_memberships m
       JOIN idp_groups g ON g.pool_id = m.pool_id AND g.name = m.group_name
      WHERE m.pool_id = $1 AND m.sub = $2 ORDER BY g.name`,
    poolId,
    sub,
  )
  return rows.map(parseGroup).sort((a, b) => rankOf(a) - rankOf(b))
}

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
