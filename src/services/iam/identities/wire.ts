import type { Group, Role, User } from "@aws-sdk/client-iam"
import type { Reading } from "../../../store/store.ts"
import { showPrincipals } from "../principals.ts"
import { urlEncoded } from "../url-encoding.ts"
import { arnOf, type Identity } from "./record.ts"

/** API Reference, `MaxSessionDuration`: "the default value of one hour". */
export const DEFAULT_SESSION_SECONDS = 3600

export const userOf = (user: Identity): User => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: arnOf(user),
  CreateDate: new Date(user.body.createdAt),
})

export const groupOf = (group: Identity): Group => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.id,
  Arn: arnOf(group),
  CreateDate: new Date(group.body.createdAt),
})

/** As lists have it: without tags, boundary and last use. */
export async function roleOf(tx: Reading, role: Identity): Promise<Role> {
  const { body, name, path, id } = role
  return {
    Path: path,
    RoleName: name,
    RoleId: id,
    Arn: arnOf(role),
    CreateDate: new Date(body.createdAt),
    AssumeRolePolicyDocument: urlEncoded(await showPrincipals(tx, body.trust ?? "")),
    ...(body.description !== undefined && { Description: body.description }),
    MaxSessionDuration: body.maxSessionDuration ?? DEFAULT_SESSION_SECONDS,
  }
}
