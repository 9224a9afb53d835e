import {
  CreateUserCommand,
  DeleteUserCommand,
  GetUserCommand,
  ListUsersCommand,
  UpdateUserCommand,
  type UpdateUserRequest,
  type User,
} from "@aws-sdk/client-iam"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { creating, listing, onUserOrSelf } from "./access.ts"
import { userAccessKeysChanged } from "./access-key-record.ts"
import { iamArn } from "./arns.ts"
import { assertAttachable, findBoundary, setBoundary } from "./boundaries.ts"
import { type CredentialKind, listCredentials } from "./credentials/record.ts"
import {
  hasAccessKeys,
  hasCredentials,
  hasGroupMembers,
  hasLoginProfile,
  hasMfaDevices,
  identityExists,
  overQuota,
} from "./errors.ts"
import { assertNoPolicies } from "./identities/conflicts.ts"
import { listIdentityPage } from "./identities/page.ts"
import {
  countIdentities,
  deleteIdentity,
  findIdentity,
  getIdentity,
  type Identity,
  insertIdentity,
} from "./identities/record.ts"
import { renameIdentity, renaming } from "./identities/rename.ts"
import { userOf } from "./identities/wire.ts"
import { listDevicesOf } from "./mfa/record.ts"
import { pageMembers } from "./paging.ts"
import { findProfile } from "./passwords/login-profile-record.ts"
import { quotas } from "./quotas.ts"
import { holderNameOf, userNameOf } from "./self.ts"
import { assertTags } from "./tags.ts"
import { issueUniqueId } from "./unique-ids.ts"

async function wholeUserOf(tx: Reading, user: Identity): Promise<User> {
  const boundary = await findBoundary(tx, user)
  return {
    ...userOf(user),
    ...(boundary && { PermissionsBoundary: boundary }),
    ...(user.body.tags.length > 0 && { Tags: [...user.body.tags] }),
  }
}

export const CreateUser = operation(CreateUserCommand, {
  access: (input, scope) => creating("user", "TagUser", input.UserName, input, scope),
  async handle({ UserName, Path = "/", PermissionsBoundary, Tags = [] }, { store, clock, account }) {
    assertTags(Tags)
    const id = issueUniqueId("AIDA")
    const createdAt = clock.now()
    return store.transact(async (tx) => {
      if (await findIdentity(tx, account, "user", UserName)) throw identityExists("user", UserName)
      if ((await countIdentities(tx, account, "user")) >= quotas.UsersQuota)
        throw overQuota("UsersPerAccount", quotas.UsersQuota)
      const user: Identity = { account, kind: "user", name: UserName, path: Path, id, body: { createdAt, tags: Tags } }
      await insertIdentity(tx, user)
      if (PermissionsBoundary !== undefined) {
        await assertAttachable(tx, account, PermissionsBoundary, "boundary")
        await setBoundary(tx, user, PermissionsBoundary)
      }
      return { User: await wholeUserOf(tx, user) }
    })
  },
})

export const GetUser = operation(GetUserCommand, {
  access: onUserOrSelf,
  async handle({ UserName }, context) {
    const { store, account } = context
    const name = await holderNameOf(UserName, context)
    if (name === undefined) return { User: rootUser(context) }
    return store.read(async (tx) => ({ User: await wholeUserOf(tx, await getIdentity(tx, account, "user", name)) }))
  },
})

/** The root user has no name and no path. When its account was made is not kept: the epoch stands for it. */
const rootUser = ({ account }: CallContext): User =>
  ({ UserId: account, Arn: iamArn(account, "root", "", ""), CreateDate: new Date(0) }) as User

export const ListUsers = operation(ListUsersCommand, {
  access: listing("user"),
  async handle(input, context) {
    const page = await context.store.read((tx) => listIdentityPage(tx, context, "user", input))
    return { Users: page.items.map(userOf), ...pageMembers(page) }
  },
})

const renamingOf = ({ UserName, NewUserName, NewPath }: UpdateUserRequest) =>
  ({ kind: "user", name: UserName!, newName: NewUserName, newPath: NewPath }) as const

export const UpdateUser = operation(UpdateUserCommand, {
  access: (input, scope) => renaming(renamingOf(input), scope),
  async handle(input, { store, account }) {
    await store.transact(async (tx) => {
      const user = await renameIdentity(tx, account, renamingOf(input))
      await userAccessKeysChanged(tx, user.id)
    })
    return {}
  },
})

const CREDENTIALS: readonly [CredentialKind, string][] = [
  ["certificate", "signing certificates"],
  ["ssh-key", "SSH public keys"],
  ["service", "service-specific credentials"],
]

export const DeleteUser = operation(DeleteUserCommand, {
  access: onUserOrSelf,
  async handle({ UserName }, context) {
    const { store, account } = context
    const name = await userNameOf(UserName, context)
    await store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", name)
      if (await tx.get("SELECT id FROM iam_access_keys WHERE user_id = $1 LIMIT 1", user.id)) throw hasAccessKeys()
      await assertNoPolicies(tx, user)
      for (const [kind, what] of CREDENTIALS)
        if ((await listCredentials(tx, kind, user.id)).length > 0) throw hasCredentials(what)
      if (await findProfile(tx, user.id)) throw hasLoginProfile()
      if ((await listDevicesOf(tx, user.id)).length > 0) throw hasMfaDevices()
      if (await tx.get("SELECT group_id FROM iam_group_members WHERE user_id = $1 LIMIT 1", user.id))
        throw hasGroupMembers()
      await deleteIdentity(tx, user)
    })
    return {}
  },
})
