import type { InstanceProfile } from "@aws-sdk/client-iam"
import type { Reading, Row } from "../../store/store.ts"
import { iamArn } from "./arns.ts"
import { instanceProfileNotFound } from "./errors.ts"
import { findIdentityById, type Identity } from "./identities/record.ts"
import { roleOf } from "./identities/wire.ts"
import type { Tag } from "./tags.ts"

export interface ProfileRecord {
  account: string
  name: string
  path: string
  id: string
  /** The role in it; empty where there is none. */
  roleId: string
  body: { createdAt: number; tags: readonly Tag[] }
}

interface ProfileRow extends Row {
  account: string
  name: string
  path: string
  id: string
  role_id: string
  body: string
}

const COLUMNS = "account, name, path, id, role_id, body"

const parse = ({ account, name, path, id, role_id, body }: ProfileRow): ProfileRecord => ({
  account,
  name,
  path,
  id,
  roleId: role_id,
  body: JSON.parse(body),
})

/** In any case of its name. */
export async function findProfile(tx: Reading, account: string, name: string): Promise<ProfileRecord | undefined> {
  const row = await tx.get<ProfileRow>(
    `SELECT ${COLUMNS} FROM iam_instance_profiles WHERE account = $1 AND name_key = $2`,
    account,
    name.toLowerCase(),
  )
  return row && parse(row)
}

export async function getProfile(tx: Reading, account: string, name: string): Promise<ProfileRecord> {
  const profile = await findProfile(tx, account, name)
  if (!profile) throw instanceProfileNotFound(name)
  return profile
}

export async function listProfiles(
  tx: Reading,
  account: string,
  { pathPrefix, after, limit }: { pathPrefix: string; after: string; limit: number },
): Promise<ProfileRecord[]> {
  const rows = await tx.all<ProfileRow>(
    `SELECT ${COLUMNS} FROM iam_instance_profiles
     WHERE account = $1 AND name_key > $2 AND path >= $3 AND path < $4 ORDER BY name_key LIMIT $5`,
    account,
    after,
    pathPrefix,
    `${pathPrefix}\u{7f}`,
    limit,
  )
  return rows.map(parse)
}

export async function profileOf(tx: Reading, profile: ProfileRecord): Promise<InstanceProfile> {
  const { account, path, name, id, roleId, body } = profile
  const role = roleId === "" ? undefined : await findIdentityById(tx, roleId)
  return {
    Path: path,
    InstanceProfileName: name,
    InstanceProfileId: id,
    Arn: iamArn(account, "instance-profile", path, name),
    CreateDate: new Date(body.createdAt),
    Roles: role ? [await roleOf(tx, role)] : [],
    ...(body.tags.length > 0 && { Tags: [...body.tags] }),
  }
}

export async function countProfiles(tx: Reading, account: string): Promise<number> {
  const row = await tx.get<{ n: number | bigint }>(
    "SELECT count(*) AS n FROM iam_instance_profiles WHERE account = $1",
    account,
  )
  return Number(row?.n ?? 0)
}

/** All of them, for a page of the account's profiles at most. */
export async function profilesOfRole(tx: Reading, role: Identity): Promise<InstanceProfile[]> {
  const rows = await tx.all<ProfileRow>(
    `SELECT ${COLUMNS} FROM iam_instance_profiles WHERE role_id = $1 ORDER BY name_key`,
    role.id,
  )
  const profiles: InstanceProfile[] = []
  for (const row of rows) profiles.push(await profileOf(tx, parse(row)))
  return profiles
}
