import type { LogGroupClass } from "@aws-sdk/client-cloudwatch-logs"
import { randomUUID } from "../../../base/random.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import type { Enqueuing } from "../../../work/work.ts"
import type { GroupName } from "../arns.ts"
import { groupExists, groupNotFound } from "../errors.ts"

/** A log group as it is kept. */
export interface Group extends GroupName {
  /** Its streams and events hang on it: a group that was deleted and made anew is another. */
  id: string
  /** Milliseconds since the epoch. */
  createdAt: number
  retentionInDays?: number
  class: Exclude<LogGroupClass, "DELIVERY">
  tags: Readonly<Record<string, string>>
}

interface GroupRow extends GroupName {
  id: string
  body: string
}

export const REMOVE_GROUP = "logs:remove-group"

const KIND = "logs.group"
const COLUMNS = "account, region, name, id, body"

const parse = ({ account, region, name, id, body }: GroupRow): Group => ({
  account,
  region,
  name,
  id,
  ...(JSON.parse(body) as Omit<Group, keyof GroupName | "id">),
})

const keyOf = ({ account, region, name }: GroupName): string => `${account}/${region}/${name}`

function load(tx: Reading, key: string): Promise<Group | undefined> {
  const [account, region, ...name] = key.split("/") as [string, string, ...string[]]
  return readGroup(tx, { account, region, name: name.join("/") })
}

/** ARNs in requests may hold anything, and not every engine takes any text. */
const isPossible = ({ account, region, name }: GroupName): boolean =>
  /^\d{12}$/.test(account) && /^[a-z0-9-]{1,64}$/.test(region) && /^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)

/** From the cache. */
export const findGroup = (store: Store, name: GroupName): Group | undefined | Promise<Group | undefined> =>
  isPossible(name) ? store.cache(KIND, load).find(keyOf(name)) : undefined

export async function getGroup(store: Store, name: GroupName): Promise<Group> {
  const group = await findGroup(store, name)
  if (!group) throw groupNotFound()
  return group
}

export async function readGroup(tx: Reading, { account, region, name }: GroupName): Promise<Group | undefined> {
  const row = await tx.get<GroupRow>(
    `SELECT ${COLUMNS} FROM logs_groups WHERE account = $1 AND region = $2 AND name = $3`,
    account,
    region,
    name,
  )
  return row && parse(row)
}

/** After `after`, in the order of their names. */
export async function listGroups(
  tx: Reading,
  { account, region, name }: GroupName,
  after: string,
  limit: number,
): Promise<Group[]> {
  const rows = await tx.all<GroupRow>(
    `SELECT ${COLUMNS} FROM logs_groups
     WHERE account = $1 AND region = $2 AND name > $3 AND name >= $4 AND name < $5 ORDER BY name LIMIT $6`,
    account,
    region,
    after,
    name,
    `${name}\u{10FFFF}`,
    limit,
  )
  return rows.map(parse)
}

/** After `after`, in the order of their ids: everybody's. */
export async function listGroupsById(tx: Reading, after: string, limit: number): Promise<Group[]> {
  const rows = await tx.all<GroupRow>(
    `SELECT ${COLUMNS} FROM logs_groups WHERE id > $1 ORDER BY id LIMIT $2`,
    after,
    limit,
  )
  return rows.map(parse)
}

export async function createGroup(
  tx: Writing,
  name: GroupName,
  settings: Omit<Group, keyof GroupName | "id">,
): Promise<Group> {
  if (await readGroup(tx, name)) throw groupExists()
  const group: Group = { ...name, id: randomUUID(), ...settings }
  await tx.run(
    `INSERT INTO logs_groups (${COLUMNS}) VALUES ($1, $2, $3, $4, $5)`,
    group.account,
    group.region,
    group.name,
    group.id,
    JSON.stringify(bodyOf(group)),
  )
  await tx.changed(KIND, keyOf(group))
  return group
}

export async function changeGroup(tx: Writing, name: GroupName, change: (group: Group) => Group): Promise<void> {
  const group = isPossible(name) ? await readGroup(tx, name) : undefined
  if (!group) throw groupNotFound()
  await tx.run("UPDATE logs_groups SET body = $2 WHERE id = $1", group.id, JSON.stringify(bodyOf(change(group))))
  await tx.changed(KIND, keyOf(group))
}

/** Its name is free again at once; what is in it is removed in pieces. */
export async function deleteGroup(tx: Writing, work: Enqueuing, name: GroupName): Promise<void> {
  const group = await readGroup(tx, name)
  if (!group) throw groupNotFound()
  await tx.run("DELETE FROM logs_groups WHERE id = $1", group.id)
  await tx.changed(KIND, keyOf(group))
  await work.enqueue(tx, { kind: REMOVE_GROUP, key: group.id })
}

const bodyOf = ({ account: _, region: __, name: ___, id: ____, ...body }: Group) => body
