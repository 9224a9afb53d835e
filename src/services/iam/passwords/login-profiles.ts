import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  DeleteLoginProfileCommand,
  GetLoginProfileCommand,
  type LoginProfile,
  UpdateLoginProfileCommand,
} from "@aws-sdk/client-iam"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onUser, onUserOrSelf } from "../access.ts"
import { findAlias } from "../account-aliases.ts"
import {
  loginProfileExists,
  loginProfileNotFound,
  oldPasswordWrong,
  onlyUsersHavePasswords,
  passwordMissing,
  passwordRefused,
  passwordReused,
} from "../errors.ts"
import { getIdentity, type Identity } from "../identities/record.ts"
import { userNameOf } from "../self.ts"
import { hashPassword, isPassword, type PasswordHash } from "./hash.ts"
import { deleteProfile, findProfile, getProfile, type ProfileRecord, putProfile } from "./login-profile-record.ts"
import { findPasswordPolicy } from "./policy.ts"
import { isGoodPassword } from "./rules.ts"

const wireOf = (user: Identity, profile: ProfileRecord): LoginProfile => ({
  UserName: user.name,
  CreateDate: new Date(profile.createdAt),
  PasswordResetRequired: profile.resetRequired,
})

async function assertGood(tx: Reading, account: string, password: string): Promise<void> {
  const accountName = (await findAlias(tx, account)) ?? account
  if (!isGoodPassword(password, await findPasswordPolicy(tx, account), accountName)) throw passwordRefused()
}

export const CreateLoginProfile = operation(CreateLoginProfileCommand, {
  access: onUserOrSelf,
  async handle({ UserName, Password, PasswordResetRequired = false }, context) {
    const { store, clock, account } = context
    const name = await userNameOf(UserName, context)
    if (Password === undefined) throw passwordMissing()
    const password = await hashPassword(Password)
    const now = clock.now()
    return store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", name)
      if (await findProfile(tx, user.id)) throw loginProfileExists(name)
      await assertGood(tx, account, Password)
      const profile = { createdAt: now, changedAt: now, resetRequired: PasswordResetRequired, password, former: [] }
      await putProfile(tx, user.id, profile)
      return { LoginProfile: wireOf(user, profile) }
    })
  },
})

export const GetLoginProfile = operation(GetLoginProfileCommand, {
  access: onUserOrSelf,
  async handle({ UserName }, context) {
    const { store, account } = context
    const name = await userNameOf(UserName, context)
    return store.read(async (tx) => {
      const user = await getIdentity(tx, account, "user", name)
      return { LoginProfile: wireOf(user, await getProfile(tx, user)) }
    })
  },
})

/** The administrator's way: reuse is not looked at (IAM User Guide, "Password reuse prevention": of users' own). */
export const UpdateLoginProfile = operation(UpdateLoginProfileCommand, {
  access: onUser,
  async handle({ UserName, Password, PasswordResetRequired }, { store, clock, account }) {
    const password = Password === undefined ? undefined : await hashPassword(Password)
    await store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", UserName)
      const profile = await getProfile(tx, user)
      if (Password !== undefined) await assertGood(tx, account, Password)
      const updated = password ? replaced(profile, password, clock.now()) : profile
      await putProfile(tx, user.id, { ...updated, resetRequired: PasswordResetRequired ?? profile.resetRequired })
    })
    return {}
  },
})

export const DeleteLoginProfile = operation(DeleteLoginProfileCommand, {
  access: onUserOrSelf,
  async handle({ UserName }, context) {
    const { store, account } = context
    const name = await userNameOf(UserName, context)
    await store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", name)
      if ((await deleteProfile(tx, user.id)) === 0) throw loginProfileNotFound(name)
    })
    return {}
  },
})

/** Whom the account's policy lets change their passwords need no other permission: `resourceFacts` says so. */
export const ChangePassword = operation(ChangePasswordCommand, {
  access: () => [],
  async handle({ OldPassword, NewPassword }, context) {
    const { store, clock, account, caller } = context
    if (caller.kind !== "user") throw onlyUsersHavePasswords()
    const name = await userNameOf(undefined, context)
    const { user, profile, reusable } = await store.read(async (tx) => {
      const user = await getIdentity(tx, account, "user", name)
      const profile = await getProfile(tx, user)
      await assertGood(tx, account, NewPassword)
      const prevention = (await findPasswordPolicy(tx, account))?.PasswordReusePrevention ?? 0
      return { user, profile, reusable: [profile.password, ...profile.former].slice(0, prevention) }
    })
    if (!(await isPassword(OldPassword, profile.password))) throw oldPasswordWrong()
    await assertUnused(NewPassword, reusable)
    const password = await hashPassword(NewPassword)
    await store.transact(async (tx) => {
      const current = await findProfile(tx, user.id)
      // Somebody else changed it in the meantime: the old password is the old one no longer.
      if (current?.password.hash !== profile.password.hash) throw oldPasswordWrong()
      await putProfile(tx, user.id, { ...replaced(current, password, clock.now()), resetRequired: false })
    })
    return {}
  },
})

async function assertUnused(password: string, used: readonly PasswordHash[]): Promise<void> {
  for (const hash of used) if (await isPassword(password, hash)) throw passwordReused()
}

/** API Reference of UpdateAccountPasswordPolicy, `PasswordReusePrevention`: at most 24. */
const REMEMBERED_PASSWORDS = 24

const replaced = (profile: ProfileRecord, password: PasswordHash, now: number): ProfileRecord => ({
  ...profile,
  changedAt: now,
  password,
  former: [profile.password, ...profile.former].slice(0, REMEMBERED_PASSWORDS),
})

/** Whether the account lets each of its users change the user's own password. */
export const letsUsersChangePasswords = async ({ store }: Pick<CallContext, "store">, account: string) =>
  (await store.read((tx) => findPasswordPolicy(tx, account)))?.AllowUsersToChangePassword === true
